package io.foolproof.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.foolproof",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
@ArchTag("slow")
class ArchitectureTest {

  /** What other modules lend to tests is no part of the program either. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule DATA_FLOWS_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("tensor")
          .definedBy("io.foolproof.tensor..")
          .layer("transform")
          .definedBy("io.foolproof.transform..")
          .layer("data")
          .definedBy("io.foolproof.data..")
          .layer("model")
          .definedBy("io.foolproof.model..")
          .layer("attack")
          .definedBy("io.foolproof.attack..")
          .layer("defense")
          .definedBy("io.foolproof.defense..")
          .layer("geometry")
          .definedBy("io.foolproof.geometry..")
          .layer("physical")
          .definedBy("io.foolproof.physical..")
          .layer("checker")
          .definedBy("io.foolproof.checker..")
          .layer("certify")
          .definedBy("io.foolproof.certify..")
          .layer("audit")
          .definedBy("io.foolproof.audit..")
          .layer("study")
          .definedBy("io.foolproof.study..")
          .layer("testing")
          .definedBy("io.foolproof.testing..")
          .layer("djl")
          .definedBy("io.foolproof.djl..")
          .layer("report")
          .definedBy("io.foolproof.report..")
          .layer("cli")
          .definedBy("io.foolproof.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("testing")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("testing")
          .mayOnlyAccessLayers("audit", "attack", "data", "model", "tensor")
          .whereLayer("djl")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("djl")
          .mayOnlyAccessLayers("model", "tensor")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("study")
          .mayOnlyBeAccessedByLayers("report", "cli")
          .whereLayer("audit")
          .mayOnlyBeAccessedByLayers("study", "testing", "report", "cli")
          .whereLayer("checker")
          .mayNotAccessAnyLayer()
          .whereLayer("checker")
          .mayOnlyBeAccessedByLayers("audit", "study", "report", "cli")
          .whereLayer("certify")
          .mayOnlyBeAccessedByLayers("audit", "study", "report", "cli")
          .whereLayer("geometry")
          .mayOnlyBeAccessedByLayers("defense", "audit", "study", "report", "cli")
          .whereLayer("physical")
          .mayOnlyBeAccessedByLayers("audit", "study", "report", "cli")
          .whereLayer("defense")
          .mayOnlyBeAccessedByLayers("audit", "study", "cli")
          .whereLayer("attack")
          .mayOnlyBeAccessedByLayers(
              "defense", "physical", "certify", "audit", "study", "testing", "report", "cli")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers(
              "attack",
              "defense",
              "physical",
              "certify",
              "audit",
              "study",
              "testing",
              "djl",
              "report",
              "cli")
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers(
              "attack",
              "defense",
              "geometry",
              "physical",
              "certify",
              "audit",
              "study",
              "testing",
              "report",
              "cli")
          .whereLayer("transform")
          .mayOnlyAccessLayers("tensor")
          .whereLayer("transform")
          .mayOnlyBeAccessedByLayers(
              "attack", "defense", "physical", "audit", "study", "report", "cli")
          .because("a module that names a higher one can no longer be used without it");

  @ArchTest
  static final ArchRule ONLY_TENSOR_NAMES_THE_NATIVE_BINDING =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.foolproof.tensor..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..")
          .because("the engine's traps are handled once, in tensor");

  @ArchTest
  static final ArchRule ONLY_MODEL_NAMES_ONNX_RUNTIME =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.foolproof.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.onnx.proto..")
          .because("a network is an ONNX graph to model, and a Classifier to all others");

  @ArchTest
  static final ArchRule THE_CHECKER_STANDS_ALONE =
      classes()
          .that()
          .resideInAPackage("io.foolproof.checker..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.foolproof.checker..", "java..", "org.jspecify..")
          .because("what it agrees to can then be trusted without reading anything else");

  @ArchTest
  static final ArchRule ONLY_PHYSICAL_NAMES_ITS_LIBRARIES =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.foolproof.physical..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pdfbox..", "boofcv..", "georegression..", "org.ejml..")
          .because("PDF and markers are how paper is written and read, and nothing else");

  @ArchTest
  static final ArchRule ONLY_DJL_NAMES_ITS_LIBRARY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.foolproof.djl..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .because("a model of another library is a Classifier to all others");

  @ArchTest
  static final ArchRule NOBODY_ENDS_THE_JVM_BUT_THE_COMMAND_LINE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.foolproof.cli.Foolproof")
          .should()
          .callMethod(System.class, "exit", int.class)
          .because("a library that exits takes its service with it");

  @ArchTest
  static final ArchRule NO_MUTABLE_STATICS =
      noFields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage("io.foolproof..")
          .and()
          .areStatic()
          .and()
          .areNotFinal()
          .should()
          .beDeclaredInClassesThat()
          .resideInAPackage("io.foolproof..")
          .allowEmptyShould(true)
          .because("two audits in one JVM must not see each other");

  /**
   * Two families use gradient attacks: transfer on surrogates, closest at one epsilon after
   * another.
   */
  @ArchTest
  static final ArchRule ATTACKS_REST_ON_WHAT_THEY_ARE_MADE_WITH =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("setting")
          .definedBy("io.foolproof.attack.setting..")
          .layer("attack")
          .definedBy("io.foolproof.attack")
          .layer("search")
          .definedBy("io.foolproof.attack.search..")
          .layer("gradient")
          .definedBy("io.foolproof.attack.gradient..")
          .layer("closest")
          .definedBy("io.foolproof.attack.closest..")
          .layer("query")
          .definedBy("io.foolproof.attack.query..")
          .layer("flow")
          .definedBy("io.foolproof.attack.flow..")
          .layer("transfer")
          .definedBy("io.foolproof.attack.transfer..")
          .layer("suite")
          .definedBy("io.foolproof.attack.suite..")
          .whereLayer("setting")
          .mayNotAccessAnyLayer()
          .whereLayer("attack")
          .mayOnlyAccessLayers("setting")
          .whereLayer("search")
          .mayOnlyAccessLayers("attack", "setting")
          .whereLayer("gradient")
          .mayOnlyAccessLayers("attack", "search", "setting")
          .whereLayer("closest")
          .mayOnlyAccessLayers("attack", "search", "setting", "gradient")
          .whereLayer("query")
          .mayOnlyAccessLayers("attack", "search", "setting")
          .whereLayer("flow")
          .mayOnlyAccessLayers("attack", "search", "setting")
          .whereLayer("transfer")
          .mayOnlyAccessLayers("attack", "search", "setting", "gradient")
          .whereLayer("suite")
          .mayNotBeAccessedByAnyLayer()
          .because("a family of attacks can be read, and taken out, without the others");

  @ArchTest
  static final ArchRule NO_CIRCLES =
      slices()
          .matching("io.foolproof.(**)")
          .should()
          .beFreeOfCycles()
          .because("what depends on itself can only be understood all at once");

  @ArchTest
  static final ArchRule ATTACKS_LIVE_WITH_ATTACKS =
      classes()
          .that()
          .implement("io.foolproof.attack.Attack")
          .should()
          .resideInAPackage("io.foolproof.attack..")
          .because("the catalogue is complete");
}

package io.foolproof.testing;

import static io.foolproof.testing.AuditAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.baseline.Baseline;
import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Audits as tests, run as a project that uses them would. */
class AuditTestTest {
  private static final String MODEL = "target/audit-test/means.onnx";

  @TempDir Path folder;

  @BeforeAll
  static void aModel() throws IOException {
    ImageSet training = DataSets.open("digits", Split.TRAIN).first(2000);
    try (Workers workers = new Workers()) {
      Path file = Path.of(MODEL);
      Files.createDirectories(file.getParent());
      Files.write(
          file,
          FittedModels.fit(FittedModels.parse("means"), training, training.first(200), workers)
              .file());
    }
  }

  /** What a project writes. */
  static class Project {
    static final List<AuditResult> SEEN = new ArrayList<>();

    @AuditTest(model = MODEL, data = "digits", epsilon = "2/255", attacks = "fgsm", samples = 60)
    void first(AuditResult result) {
      SEEN.add(result);
      assertThat(result).leavesAtLeast(0.1);
    }

    @AuditTest(
        model = MODEL,
        data = "digits",
        epsilon = "2/255",
        attacks = "fgsm",
        samples = 60,
        leavesAtLeast = 0.2)
    void theSameAgain(AuditResult result) {
      SEEN.add(result);
    }

    @AuditTest(
        model = MODEL,
        data = "digits",
        epsilon = "0.3",
        attacks = "pgd:steps=10",
        samples = 60,
        leavesAtLeast = 0.6)
    void tooWeak() {}

    @AuditTest(model = "target/audit-test/none.onnx", data = "digits", epsilon = "0.1")
    void withoutAModel() {}
  }

  private List<String> run() {
    List<String> outcomes = new ArrayList<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(Project.class))
            .configurationParameter("foolproof.folder", folder.toString())
            .build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                  outcomes.add(
                      test.getDisplayName()
                          + " "
                          + result.getThrowable().map(Throwable::getMessage).orElse("passed"));
                }
              }
            });
    outcomes.sort(null);
    return outcomes;
  }

  @Test
  void anAuditIsATest() throws IOException {
    Project.SEEN.clear();
    List<String> outcomes = run();
    assertThat(outcomes).hasSize(4);
    assertThat(outcomes.get(0)).startsWith("first(").endsWith("passed");
    assertThat(outcomes.get(1)).startsWith("theSameAgain(").endsWith("passed");
    assertThat(outcomes.get(2))
        .startsWith("tooWeak() " + MODEL + ": the robust accuracy is ")
        .contains("below the required 60.0 %", "on digits, linf 0.3");
    assertThat(outcomes.get(3)).contains("none.onnx");
    // One audit for both tests, and a journal for each plan.
    assertThat(Project.SEEN).hasSize(2);
    assertThat(Project.SEEN.get(0)).isSameAs(Project.SEEN.get(1));
    List<Path> journals = journals();
    assertThat(journals).hasSize(2);
    List<Long> sizes = journals.stream().map(file -> file.toFile().length()).toList();
    run();
    assertThat(journals()).isEqualTo(journals);
    assertThat(journals.stream().map(file -> file.toFile().length()).toList()).isEqualTo(sizes);
  }

  private List<Path> journals() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("journal.jsonl")).sorted().toList();
    }
  }

  @Test
  void assertionsSayWhatWasFound() throws IOException {
    Project.SEEN.clear();
    run();
    AuditResult result = Project.SEEN.get(0);
    assertThatThrownBy(() -> assertThat(result).leavesAtLeast(1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("below the required 100.0 %")
        .hasMessageContaining("of 60 (95 % interval");
    assertThatThrownBy(() -> assertThat(result).provesAtLeast(0.4))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Expected proofs for at least 40.0 %");
    assertThat(result).isNoWorseThan(Baseline.of(result));
    Path file = folder.resolve("baseline.json");
    Files.write(file, BaselineFile.bytes(Baseline.of(result)));
    assertThat(result).isNoWorseThan(file);
    String[] signs = result.warnings().stream().map(sign -> sign.id()).toArray(String[]::new);
    assertThat(result).hasNoWarningsBut(signs);
    if (signs.length > 0) {
      assertThatThrownBy(() -> assertThat(result).hasNoWarnings())
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(signs[0]);
    }
  }
}

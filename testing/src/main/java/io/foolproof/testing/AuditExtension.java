package io.foolproof.testing;

import io.foolproof.attack.Goal;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Gate;
import io.foolproof.data.DataSets;
import io.foolproof.data.Hashes;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Runs the audits of {@link AuditTest}. */
final class AuditExtension implements BeforeTestExecutionCallback, ParameterResolver {
  private static final ExtensionContext.Namespace AUDITS =
      ExtensionContext.Namespace.create(AuditExtension.class);
  private static final String FOLDER = "foolproof.folder";
  private static final String USUAL_FOLDER = "target/foolproof";

  AuditExtension() {}

  /** What makes two audits the same one. */
  private record Plan(
      String model,
      String data,
      String norm,
      String epsilon,
      String attacks,
      int samples,
      long seed) {
    static Plan of(AuditTest test) {
      return new Plan(
          test.model(),
          test.data(),
          test.norm(),
          test.epsilon(),
          test.attacks(),
          test.samples(),
          test.seed());
    }
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) {
    AuditTest test = annotation(context);
    Gate gate = new Gate(test.leavesAtLeast(), Set.of(test.allow()));
    AuditResult result = result(context);
    Gate.Outcome outcome = gate.judge(result);
    if (!outcome.passed()) {
      throw new AssertionError(
          "%s: %s (%s on %s, %s %s)"
              .formatted(
                  test.model(),
                  outcome.reason(),
                  result.robustAccuracy(),
                  test.data(),
                  test.norm(),
                  test.epsilon()));
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == AuditResult.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return result(context);
  }

  private static AuditTest annotation(ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    AuditTest test = method.getAnnotation(AuditTest.class);
    if (test == null) {
      throw new ExtensionConfigurationException(method + " has no @AuditTest");
    }
    return test;
  }

  /** One audit for a plan, whichever test is the first to need it. */
  private static AuditResult result(ExtensionContext context) {
    Plan plan = Plan.of(annotation(context));
    Path folder = Path.of(context.getConfigurationParameter(FOLDER).orElse(USUAL_FOLDER));
    return context
        .getRoot()
        .getStore(AUDITS)
        .computeIfAbsent(plan, key -> run(key, folder), AuditResult.class);
  }

  private static AuditResult run(Plan plan, Path folder) {
    ThreatModel threat =
        ThreatModel.of(plan.norm(), ThreatModel.epsilon(plan.epsilon()), new Goal.Untargeted(), 0);
    OnnxModel model = OnnxModel.read(Path.of(plan.model()));
    ImageSet all = DataSets.open(plan.data(), Split.TEST);
    ImageSet images = all.sample(Math.min(plan.samples(), all.size()), plan.seed());
    return Audit.of(model, Preprocessing.NONE, images)
        .against(threat)
        .with(Suite.parse(plan.attacks(), threat, Audit.USUAL_QUERIES))
        .seed(plan.seed())
        .learningFrom(() -> DataSets.open(plan.data(), Split.TRAIN))
        .journal(journal(plan, model, images, folder))
        .run();
  }

  /** A folder for each audit: a changed model has another, and the old journal is left alone. */
  private static Path journal(Plan plan, OnnxModel model, ImageSet images, Path folder) {
    String text = plan + "\n" + model.sha256() + "\n" + images.sha256();
    byte[] hash = Hashes.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    Path own = folder.resolve(HexFormat.of().formatHex(hash, 0, 8));
    try {
      Files.createDirectories(own);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be made (%s): name another folder by the configuration parameter %s"
              .formatted(own, InvalidInputException.reason(e), FOLDER),
          e);
    }
    return own.resolve("journal.jsonl");
  }
}

package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Journal;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.report.AuditReport;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model on data under attack, with a journal in the output folder: what {@code audit} and {@code
 * attack} have in common.
 *
 * @param out the output folder
 * @param fresh whether to drop what an earlier run found
 */
record Session(
    ModelOptions models,
    ImageSet images,
    ThreatModel threat,
    List<Attack> attacks,
    AuditPlan.Extent extent,
    long seed,
    Path out,
    boolean fresh) {

  AuditResult run(Terminal terminal) {
    AuditReport.checkWritable(out);
    Path path = models.path();
    OnnxClassifier model = models.load(path, images);
    try (Classifier runtime = OnnxRuntimeClassifier.load(path, model.input());
        Workers workers = new Workers()) {
      AuditPlan plan =
          new AuditPlan(
              model, List.of(runtime), images, threat, attacks, extent, seed, subject(model));
      Path file = out.resolve("journal.jsonl");
      if (fresh) {
        remove(file);
      }
      try (Journal journal = Journal.open(file, plan.identity())) {
        return Audit.run(plan, journal, workers, terminal);
      }
    }
  }

  private AuditResult.Subject subject(OnnxClassifier model) {
    List<String> notes =
        model.strippedSoftmax()
            ? List.of(
                "The model ends in a softmax, which was taken off for the attacks: probabilities"
                    + " saturate and hide gradients. Predictions are the same.")
            : List.of();
    return new AuditResult.Subject(
        model.name(),
        model.model().sha256(),
        model.input().low(),
        model.input().high(),
        images.name(),
        images.sha256(),
        Engine.version(),
        notes);
  }

  /** Removes a journal, so that work begins anew. */
  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": cannot be removed (" + InvalidInputException.reason(e) + ")", e);
    }
  }
}

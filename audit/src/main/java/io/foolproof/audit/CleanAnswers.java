package io.foolproof.audit;

import io.foolproof.attack.Samples;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares the logits of the clean samples with those of each sample alone, and with those of other
 * runtimes of the same model. Where they differ, an audit's figure is that of a batch or of a
 * runtime, not that of the model.
 *
 * <p>A randomised model is compared over draws instead, and a model behind a URL is not evaluated
 * more often than its attacks need.
 */
final class CleanAnswers {
  /**
   * Logits this much apart, as a fraction of their spread in a sample, are no matter of rounding:
   * that of 16 bits, or of one level of 8 bits, is less.
   */
  private static final double FAR = 0.01;

  /** More unreplayed successes than this, and than this fraction of the samples, are a sign. */
  private static final int FEW = 2;

  private static final double FEW_OF_ALL = 0.01;

  private final AuditPlan plan;
  private final Stages stages;

  /** What of the clean samples does not hold alone; null where it was not measured. */
  private @Nullable Differences alone;

  /** What another runtime contradicts; null where it was not measured. */
  private @Nullable Differences elsewhere;

  CleanAnswers(AuditPlan plan, Stages stages) {
    this.plan = plan;
    this.stages = stages;
  }

  /**
   * How many samples have other logits.
   *
   * @param of how many samples
   * @param logits differ
   * @param predictions differ, of some of these
   */
  private record Differences(int of, int logits, int predictions) {}

  private boolean isRandom() {
    return stages.draws().isPresent();
  }

  /**
   * Evaluates clean samples anew, as far as the journal does not know the outcome.
   *
   * @param places of the samples
   */
  void compare(int[] places) {
    Classifier model = plan.model();
    if (isRandom() || model.isMetered()) {
      return;
    }
    alone = differences("clean alone", "clean, alone", places, samples -> alone(model, samples));
    for (Classifier runtime : plan.otherRuntimes()) {
      if (!runtime.isMetered() && !runtime.drawsAtRandom()) {
        String title = "clean in " + runtime.name();
        Differences found =
            differences(title, title, places, samples -> logits(runtime, samples.images()));
        boolean worse = elsewhere == null || found.logits > elsewhere.logits;
        elsewhere = worse ? found : elsewhere;
      }
    }
  }

  private static double[][] alone(Classifier model, Samples samples) {
    return Arrays.stream(samples.images())
        .map(image -> logits(model, new float[][] {image})[0])
        .toArray(double[][]::new);
  }

  private Differences differences(
      String stage, String title, int[] places, Function<Samples, double[][]> other) {
    List<Finding> differing = new ArrayList<>();
    int[] predictions = {0};
    stages.run(
        stage,
        title,
        places,
        some -> compared(stages.samples(some), other),
        (place, finding) -> {
          if (finding.outcome() == Outcome.NOT_REPLAYED) {
            differing.add(finding);
            predictions[0] += finding.prediction() < 0 ? 0 : 1;
          }
        });
    return new Differences(places.length, differing.size(), predictions[0]);
  }

  /** One finding a sample; where the prediction differs, with the other one. */
  private List<Finding> compared(Samples samples, Function<Samples, double[][]> other) {
    double[][] batch = logits(plan.model(), samples.images());
    double[][] others = other.apply(samples);
    return IntStream.range(0, batch.length)
        .mapToObj(
            i -> {
              int prediction = prediction(others[i]);
              boolean same = prediction == prediction(batch[i]);
              Outcome outcome =
                  same && !areFar(batch[i], others[i]) ? Outcome.NOT_FOOLED : Outcome.NOT_REPLAYED;
              return new Finding(
                  samples.indices()[i],
                  outcome,
                  same ? -1 : prediction,
                  0,
                  new Finding.Cost(2, 0, 0),
                  null);
            })
        .toList();
  }

  private static double[][] logits(Classifier model, float[][] images) {
    try (Scope scope = Scope.open()) {
      double[] values =
          model.logits(Tensor.ofRows(images, model.input().batchShape(images.length))).toDoubles();
      int classes = values.length / images.length;
      return IntStream.range(0, images.length)
          .mapToObj(i -> Arrays.copyOfRange(values, i * classes, (i + 1) * classes))
          .toArray(double[][]::new);
    }
  }

  /** The class of the largest logit, the first of equal ones; the number of classes for NaN. */
  private static int prediction(double[] logits) {
    if (!DoubleStream.of(logits).allMatch(Double::isFinite)) {
      return logits.length;
    }
    return IntStream.range(0, logits.length).reduce(0, (a, b) -> logits[b] > logits[a] ? b : a);
  }

  private static boolean areFar(double[] logits, double[] others) {
    double spread =
        DoubleStream.of(logits).max().orElse(0) - DoubleStream.of(logits).min().orElse(0);
    return IntStream.range(0, logits.length)
        .anyMatch(k -> Math.abs(logits[k] - others[k]) > FAR * spread);
  }

  /**
   * The signs: other logits elsewhere, other logits alone, and successes that were not replayed.
   *
   * @param attacks of the audit
   */
  List<Diagnostic> signs(List<AttackSummary> attacks) {
    return List.of(differingRuntimes(), mixedBatches(), notReplayed(attacks));
  }

  private String whyNotCompared() {
    return isRandom()
        ? "The model is randomised: its predictions are compared over draws."
        : "Answers of the model may cost something.";
  }

  private Diagnostic differingRuntimes() {
    Differences found = elsewhere;
    if (found == null) {
      return Sign.DIFFERING_RUNTIMES.notMeasured(
          isRandom() || plan.model().isMetered()
              ? whyNotCompared()
              : "No other runtime is there to compare with.");
    }
    return Sign.DIFFERING_RUNTIMES.of(
        found.logits > 0,
        found.logits + " of " + found.of,
        found.logits == 0
            ? "Another runtime predicted the same for all clean samples, from the same logits up to"
                + " rounding."
            : "Another runtime gives "
                + differing(found)
                + ": the two do not run the same function, and these figures hold for one of them"
                + " at most.");
  }

  private Diagnostic mixedBatches() {
    Differences found = alone;
    if (found == null) {
      return Sign.MIXED_BATCHES.notMeasured(whyNotCompared());
    }
    return Sign.MIXED_BATCHES.of(
        found.logits > 0,
        found.logits + " of " + found.of,
        found.logits == 0
            ? "Clean samples have the same logits alone as in a batch."
            : "Alone, the model gives "
                + differing(found)
                + " from those in a batch: what it says of a sample depends on the others, and"
                + " these figures on the size of the batches.");
  }

  private static String differing(Differences found) {
    return "%d of %d clean samples logits that differ by more than rounding, and %d of them another class"
        .formatted(found.logits, found.of, found.predictions);
  }

  private Diagnostic notReplayed(List<AttackSummary> attacks) {
    if (isRandom()) {
      return Sign.NOT_REPLAYED.notMeasured(
          "The model is randomised: fresh draws decide, not a replay.");
    }
    int failed = attacks.stream().mapToInt(AttackSummary::notReplayed).sum();
    int held = attacks.stream().mapToInt(AttackSummary::fooled).sum();
    boolean fired = failed > Math.max(FEW, FEW_OF_ALL * plan.data().size());
    return Sign.NOT_REPLAYED.of(
        fired,
        failed + " of " + (failed + held),
        "Of the successes that attacks claimed, "
            + failed
            + " did not hold when each was evaluated alone and in every runtime, and do not count."
            + (fired
                ? " So many are no matter of rounding: the model that attacks see is not the one"
                    + " that they are replayed on."
                : ""));
  }
}

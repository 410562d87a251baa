package io.foolproof.report.evidence;

import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What a model says of one image alone.
 *
 * <p>An audit runs a model in two runtimes, which round differently, and on other processors both
 * round differently again. Where two classes are so close that rounding decides, either is what was
 * recorded.
 */
record Scores(Classifier model) {
  /** Scores this close, as a fraction of their spread, are a tie. */
  private static final double CLOSE = 1e-4;

  InputSpec input() {
    return model.input();
  }

  double[] of(float[] image) {
    try (Scope scope = Scope.open()) {
      return model.logits(Tensor.of(image, model.input().batchShape(1))).toDoubles();
    }
  }

  /** The class of the largest score; -1 where they are not finite. */
  static int largest(double[] scores) {
    if (!DoubleStream.of(scores).allMatch(Double::isFinite)) {
      return -1;
    }
    int best = 0;
    for (int k = 1; k < scores.length; k++) {
      best = scores[k] > scores[best] ? k : best;
    }
    return best;
  }

  /** Whether a class has the largest score, or one that ties with it; -1 for scores not finite. */
  static boolean isAmongLargest(double[] scores, int prediction) {
    int best = largest(scores);
    return prediction == best
        || (best >= 0
            && prediction >= 0
            && prediction < scores.length
            && scores[best] - scores[prediction] <= CLOSE * spread(scores));
  }

  /** Whether the two largest scores tie. */
  static boolean isTie(double[] scores) {
    double[] sorted = Arrays.stream(scores).sorted().toArray();
    int n = sorted.length;
    return n > 1 && sorted[n - 1] - sorted[n - 2] <= CLOSE * spread(scores);
  }

  private static double spread(double[] scores) {
    return DoubleStream.of(scores).max().orElse(0) - DoubleStream.of(scores).min().orElse(0);
  }
}

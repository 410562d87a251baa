package io.foolproof.attack;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Logits w_k . x + b_k: its nearest adversarial point is known in closed form. */
public final class LinearClassifier implements DifferentiableClassifier {
  private final InputSpec input;
  private final float[][] weights;
  private final float[] bias;

  public LinearClassifier(InputSpec input, float[][] weights, float[] bias) {
    this.input = input;
    this.weights = weights;
    this.bias = bias;
  }

  /** Gaussian weights. */
  public static LinearClassifier random(InputSpec input, int classes, long seed) {
    float[][] weights = new float[classes][input.elements()];
    for (int k = 0; k < classes; k++) {
      new RandomStream(seed, k, "weights", 0).fillGaussian(weights[k], 0, weights[k].length);
    }
    return new LinearClassifier(input, weights, new float[classes]);
  }

  /** Gaussian weights, and a bias for which all classes tie in the middle of the box. */
  public static LinearClassifier balanced(InputSpec input, int classes, long seed) {
    LinearClassifier model = random(input, classes, seed);
    float[] middle = new float[input.elements()];
    Arrays.fill(middle, (float) (input.low() + input.high()) / 2);
    for (int k = 0; k < classes; k++) {
      model.bias[k] = (float) -model.score(middle, k);
    }
    return model;
  }

  /**
   * The distance to the boundary with another class where the box does not matter; in L0, the
   * number of values, or pixels, that must go to the end of the box to cross it.
   */
  public double distance(float[] x, int label, Norm norm) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int k = 0; k < weights.length; k++) {
      if (k != label) {
        double margin = score(x, label) - score(x, k);
        double distance =
            norm.countsChanges()
                ? fewest(x, label, k, margin, L0Units.of(norm, input))
                : margin / dualNorm(weights[label], weights[k], norm);
        nearest = Math.min(nearest, distance);
      }
    }
    return nearest;
  }

  private int fewest(float[] x, int label, int rival, double margin, L0Units units) {
    double[] gains = new double[units.count()];
    for (int i = 0; i < x.length; i++) {
      double slope = (double) weights[rival][i] - weights[label][i];
      gains[i % units.count()] +=
          slope > 0 ? slope * (input.high() - x[i]) : slope * (input.low() - x[i]);
    }
    java.util.Arrays.sort(gains);
    double left = margin;
    int count = 0;
    while (left >= 0 && count < gains.length) {
      count++;
      left -= gains[gains.length - count];
    }
    return left < 0 ? count : Integer.MAX_VALUE;
  }

  float weight(int k, int i) {
    return weights[k][i];
  }

  float bias(int k) {
    return bias[k];
  }

  public double score(float[] x, int k) {
    double sum = bias[k];
    for (int i = 0; i < x.length; i++) {
      sum += (double) weights[k][i] * x[i];
    }
    return sum;
  }

  /** The corner of the box where a class is farthest ahead of the mean of all. */
  float[] purest(int k) {
    float[] corner = new float[input.elements()];
    for (int i = 0; i < corner.length; i++) {
      double mean = 0;
      for (float[] w : weights) {
        mean += w[i] / weights.length;
      }
      corner[i] = (float) (weights[k][i] > mean ? input.high() : input.low());
    }
    return corner;
  }

  public int predict(float[] x) {
    int best = 0;
    for (int k = 1; k < weights.length; k++) {
      best = score(x, k) > score(x, best) ? k : best;
    }
    return best;
  }

  private static double dualNorm(float[] a, float[] b, Norm norm) {
    Distances between = Distances.between(a, b);
    return switch (norm) {
      case LINF -> between.l1();
      case L2 -> between.l2();
      case L1 -> between.linf();
      case L0, L0_PIXELS -> throw new IllegalArgumentException("no dual of " + norm);
    };
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public Origin origin() {
    return new Origin(name(), "0", List.of());
  }

  @Override
  public InputSpec input() {
    return input;
  }

  @Override
  public int classes() {
    return weights.length;
  }

  /** Row by row: a matrix product may round differently in batches of different sizes. */
  @Override
  public Tensor logits(Tensor images) {
    Tensor flat = images.flatten(1);
    List<Tensor> scores = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      Tensor w = Tensor.of(weights[k], weights[k].length);
      scores.add(flat.mul(w).sum(false, 1).add(bias[k]));
    }
    return Tensor.stack(scores, 1);
  }
}

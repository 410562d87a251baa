package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.AdversarialCrossEntropy;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A step of each rule on softmax regression, against the same step in plain double arithmetic,
 * written after the papers' algorithms.
 */
class UpdateRulesTest {
  private static final ImageSet IMAGES = GeneratedDigits.standard().training(20);
  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final double EPSILON = 0.1;
  private static final double RATE = 0.5;

  /** Large, so that it shows where it is taken. */
  private static final double DECAY = 0.1;

  private static final Offset<Double> TOLERANCE = Offset.offset(2e-6);

  @TempDir Path folder;
  private int trained;

  /** Softmax regression: weights [10, 784], biases [10]. */
  private record Regression(double[][] weight, double[] bias) {
    static Regression of(byte[] model) {
      double[][] weight = new double[CLASSES][PIXELS];
      double[] bias = new double[CLASSES];
      for (Map.Entry<String, Tensor> one :
          OnnxClassifier.of(OnnxModel.of(model, "net")).parameters().entrySet()) {
        double[] values = one.getValue().toDoubles();
        for (int k = 0; k < CLASSES; k++) {
          if (values.length == CLASSES) {
            bias[k] = values[k];
          } else {
            System.arraycopy(values, k * PIXELS, weight[k], 0, PIXELS);
          }
        }
      }
      return new Regression(weight, bias);
    }

    /** The gradient of the cross-entropy by the logits: p - y. */
    double[] slope(double[] x, int label) {
      double[] p = new double[CLASSES];
      double sum = 0;
      for (int k = 0; k < CLASSES; k++) {
        double logit = bias[k];
        for (int j = 0; j < PIXELS; j++) {
          logit += weight[k][j] * x[j];
        }
        p[k] = Math.exp(logit);
        sum += p[k];
      }
      for (int k = 0; k < CLASSES; k++) {
        p[k] = p[k] / sum - (k == label ? 1 : 0);
      }
      return p;
    }

    /** The sign of the gradient by a pixel. */
    double ascent(double[] slope, int pixel) {
      return Math.signum(
          IntStream.range(0, CLASSES).mapToDouble(k -> slope[k] * weight[k][pixel]).sum());
    }

    /** The gradient of the mean cross-entropy by weights and biases. */
    Regression gradient(double[][] images) {
      double[][] byWeight = new double[CLASSES][PIXELS];
      double[] byBias = new double[CLASSES];
      for (int i = 0; i < images.length; i++) {
        double[] slope = slope(images[i], IMAGES.label(i));
        for (int k = 0; k < CLASSES; k++) {
          byBias[k] += slope[k] / images.length;
          for (int j = 0; j < PIXELS; j++) {
            byWeight[k][j] += slope[k] * images[i][j] / images.length;
          }
        }
      }
      return new Regression(byWeight, byBias);
    }

    Regression plus(double factor, Regression other) {
      double[][] sum = new double[CLASSES][PIXELS];
      double[] biases = new double[CLASSES];
      for (int k = 0; k < CLASSES; k++) {
        biases[k] = bias[k] + factor * other.bias[k];
        for (int j = 0; j < PIXELS; j++) {
          sum[k][j] = weight[k][j] + factor * other.weight[k][j];
        }
      }
      return new Regression(sum, biases);
    }

    /** The same weights, without biases. */
    Regression weights() {
      return new Regression(weight, new double[CLASSES]);
    }

    double length() {
      double sum = 0;
      for (double[] row : weight) {
        for (double value : row) {
          sum += value * value;
        }
      }
      return Math.sqrt(sum);
    }
  }

  private static double[] image(int i) {
    float[] pixels = IMAGES.pixels(i);
    return IntStream.range(0, PIXELS).mapToDouble(j -> pixels[j]).toArray();
  }

  private static double clamp(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }

  private static NormBounded within(Norm norm, double epsilon) {
    return new NormBounded(norm, epsilon, new Goal.Untargeted());
  }

  private static byte[] untrained() {
    return Architecture.LINEAR.untrained(IMAGES.shape(), CLASSES, 3);
  }

  /** What a step of a rule makes of the net. */
  private Regression trained(StepRule rule, double momentum) {
    return trained(rule, momentum, Threats.of(within(Norm.LINF, EPSILON)));
  }

  private Regression trained(StepRule rule, double momentum, Threats threats) {
    Training training =
        new Training(
            "by hand",
            new AdversarialCrossEntropy(),
            new Adversary(threats, new InnerAttack(1, 1, InnerAttack.Start.IMAGE), 0),
            rule,
            new Training.Descent(
                new Optimiser.Sgd(momentum, DECAY),
                new Schedule.Constant(),
                RATE,
                IMAGES.size(),
                0),
            Augmentation.NONE);
    try (Workers workers = new Workers(1)) {
      return Regression.of(
          new Trainer(training, new Length.Steps(1), 1)
              .train(
                  OnnxModel.of(untrained(), "start"),
                  IMAGES,
                  IMAGES,
                  folder.resolve("net" + trained++),
                  workers,
                  TrainingProgress.none()));
    }
  }

  private static void assertSame(Regression found, Regression expected) {
    for (int k = 0; k < CLASSES; k++) {
      assertThat(found.bias()[k]).isCloseTo(expected.bias()[k], TOLERANCE);
      for (int j = 0; j < PIXELS; j++) {
        assertThat(found.weight()[k][j])
            .as("weight %d of class %d", j, k)
            .isCloseTo(expected.weight()[k][j], TOLERANCE);
      }
    }
  }

  /** Wu et al. 2020, algorithm 1: w becomes (w + v) - rate (gradient + decay) at w + v, less v. */
  @Test
  void aPerturbedStepTakesGradientAndDecayAtTheWorseWeights() {
    Regression net = Regression.of(untrained());
    double[][] examples = new double[IMAGES.size()][];
    for (int i = 0; i < examples.length; i++) {
      double[] x = image(i);
      double[] slope = net.slope(x, IMAGES.label(i));
      examples[i] =
          IntStream.range(0, PIXELS)
              .mapToDouble(j -> clamp(x[j] + EPSILON * net.ascent(slope, j), 0, 1))
              .toArray();
    }
    double gamma = 0.2;
    Regression uphill = net.gradient(examples).weights();
    Regression worse = net.plus(gamma * net.length() / uphill.length(), uphill);
    assertThat(worse.plus(-1, net).length()).isCloseTo(gamma * net.length(), Offset.offset(1e-9));
    Regression expected = net.plus(-RATE, worse.gradient(examples)).plus(-RATE * DECAY, worse);
    assertSame(trained(new StepRule.PerturbedWeights(gamma), 0), expected);
  }

  /**
   * Shafahi et al. 2019, algorithm 1: one gradient moves the weights downhill and the perturbation
   * by epsilon uphill, in each replay.
   */
  @Test
  void replaysMoveWeightsAndPerturbationsByTheSameGradients() {
    Regression net = Regression.of(untrained());
    Regression velocity = net.plus(-1, net);
    double[][] delta = new double[IMAGES.size()][PIXELS];
    for (int replay = 0; replay < 3; replay++) {
      double[][] shown = new double[IMAGES.size()][];
      double[][] next = new double[IMAGES.size()][PIXELS];
      for (int i = 0; i < shown.length; i++) {
        double[] x = image(i);
        double[] before = delta[i];
        shown[i] =
            IntStream.range(0, PIXELS).mapToDouble(j -> clamp(x[j] + before[j], 0, 1)).toArray();
        double[] slope = net.slope(shown[i], IMAGES.label(i));
        for (int j = 0; j < PIXELS; j++) {
          next[i][j] = clamp(before[j] + EPSILON * net.ascent(slope, j), -EPSILON, EPSILON);
        }
      }
      Regression gradient = net.gradient(shown).plus(DECAY, net);
      velocity = gradient.plus(0.9, velocity);
      net = net.plus(-RATE, velocity);
      delta = next;
    }
    assertSame(trained(new StepRule.Replays(3), 0.9), net);
  }

  /** Of two norms the one that reaches further decides, whichever comes first. */
  @Test
  void aUnionIsTrainedOnTheWorstOfItsNorms() {
    NormBounded linf = within(Norm.LINF, 0.1);
    NormBounded l2 = within(Norm.L2, 2);
    StepRule once = new StepRule.Once();
    Regression byLinf = trained(once, 0, Threats.of(linf));
    Regression byL2 = trained(once, 0, Threats.of(l2));
    assertThat(byLinf.plus(-1, byL2).length()).isGreaterThan(1e-3);
    assertSame(trained(once, 0, new Threats(List.of(linf, within(Norm.L2, 1e-3)))), byLinf);
    assertSame(trained(once, 0, new Threats(List.of(within(Norm.L2, 1e-3), linf))), byLinf);
    assertSame(trained(once, 0, new Threats(List.of(l2, within(Norm.LINF, 1e-5)))), byL2);
    assertSame(trained(once, 0, new Threats(List.of(within(Norm.LINF, 1e-5), l2))), byL2);
  }
}

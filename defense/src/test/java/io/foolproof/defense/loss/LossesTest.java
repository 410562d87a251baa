package io.foolproof.defense.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses by hand, of logits that are the images themselves. */
class LossesTest {
  private static final Offset<Double> TOLERANCE = Offset.offset(1e-6);
  private static final double[] CLEAN = {2, 0.5, -1};
  private static final double[] ADVERSARIAL = {0, 1, 0.5};

  /** Logits are pixels. */
  private record Identity() implements DifferentiableClassifier {
    @Override
    public String name() {
      return "identity";
    }

    @Override
    public InputSpec input() {
      return new InputSpec(new long[] {3}, -5, 5);
    }

    @Override
    public int classes() {
      return 3;
    }

    @Override
    public Tensor logits(Tensor images) {
      return images;
    }
  }

  private static double loss(TrainingLoss loss) {
    try (Scope scope = Scope.open()) {
      Tensor clean = Tensor.of(CLEAN, 1, 3);
      Tensor adversarial = Tensor.of(ADVERSARIAL, 1, 3);
      return loss.of(new Batch(new Identity(), clean, adversarial, Tensor.ofInts(0), List.of()))
          .item();
    }
  }

  private static double[] probabilities(double[] logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double[] p = new double[logits.length];
    for (int k = 0; k < p.length; k++) {
      p[k] = Math.exp(logits[k]) / sum;
    }
    return p;
  }

  private static double divergence() {
    double[] p = probabilities(CLEAN);
    double[] q = probabilities(ADVERSARIAL);
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      sum += p[k] * Math.log(p[k] / q[k]);
    }
    return sum;
  }

  @Test
  void crossEntropyIsThatOfTheImages() {
    assertThat(loss(new CrossEntropy(0))).isCloseTo(-Math.log(probabilities(CLEAN)[0]), TOLERANCE);
    assertThat(loss(new AdversarialCrossEntropy()))
        .isCloseTo(-Math.log(probabilities(ADVERSARIAL)[0]), TOLERANCE);
  }

  @Test
  void smoothedLabelsHaveAFractionOfEachClass() {
    double[] p = probabilities(CLEAN);
    double even = -(Math.log(p[0]) + Math.log(p[1]) + Math.log(p[2])) / 3;
    assertThat(loss(new CrossEntropy(0.1)))
        .isCloseTo(-0.9 * Math.log(p[0]) + 0.1 * even, TOLERANCE);
    assertThatThrownBy(() -> new CrossEntropy(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("label smoothing is 1.0");
  }

  @Test
  void tradesAddsTheDivergenceFromCleanToAdversarial() {
    assertThat(loss(new Trades(6)))
        .isCloseTo(-Math.log(probabilities(CLEAN)[0]) + 6 * divergence(), TOLERANCE);
  }

  /**
   * By the authors' formula in plain double arithmetic, elsewhere: the rival is the best other
   * class, which the label may be ahead of; a probability of 4e-18 counts as 1e-12 in the
   * divergence.
   */
  @ParameterizedTest
  @CsvSource({
    "2 0.5 -1, 0 1 0.5, 0, 5, 3.3123077425901037",
    "2 0.5 -1, 0 1 0.5, 2, 5, 6.036517408200927",
    "3 1 0, 2.5 1 -1, 0, 5, 0.43724592614578195",
    "0 0 1, 40 0 0, 1, 5, 131.16657007445463",
    "0 0 1, 40 0 0, 1, 0, 49.21034036197629"
  })
  void martIsTheAuthorsFormula(
      String clean, String adversarial, int label, double lambda, double expected) {
    try (Scope scope = Scope.open()) {
      Batch batch =
          new Batch(
              new Identity(),
              Tensor.of(numbers(clean), 1, 3),
              Tensor.of(numbers(adversarial), 1, 3),
              Tensor.ofInts(label),
              List.of());
      assertThat(new Mart(lambda).of(batch).item()).isCloseTo(expected, TOLERANCE);
    }
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** The best other class of the adversarial example is class 1. */
  @Test
  void martWeighsTheDivergenceByHowBadlyTheImageIsClassified() {
    double[] q = probabilities(ADVERSARIAL);
    double boosted = -Math.log(q[0]) - Math.log(1.0001 - q[1]);
    double missed = 1 - probabilities(CLEAN)[0];
    assertThat(loss(new Mart(5))).isCloseTo(boosted + 5 * divergence() * missed, TOLERANCE);
  }

  /** Where TRADES begins there is nothing to climb yet: the divergence from itself is zero. */
  @Test
  void tradesClimbsTheDivergence() {
    try (Scope scope = Scope.open()) {
      Tensor clean = Tensor.of(CLEAN, 1, 3);
      var climbed = new Trades(1).climbed(new Identity(), clean);
      assertThat(climbed.of(Tensor.of(ADVERSARIAL, 1, 3), Tensor.ofInts(0)).item())
          .isCloseTo(divergence(), TOLERANCE);
      assertThat(climbed.of(clean, Tensor.ofInts(0)).item()).isCloseTo(0, TOLERANCE);
    }
  }
}

package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Losses by hand, and the ways in which others compute them wrongly. */
class LossTest {
  private static final Goal ANY = new Goal.Untargeted();

  private static double[] values(Loss loss, Goal goal, float[] logits, int label) {
    Tensor batch = Tensor.of(logits, 1, logits.length);
    return loss.towards(goal).of(batch, Tensor.ofInts(label)).toDoubles();
  }

  @ParameterizedTest
  @CsvSource({
    // ln(e^3 + e^2 + 1 + e^-1 + e^-2) - 3
    "ce, 0.3665303",
    "margin, -1",
    // -(3 - 2) / (3 - 0)
    "dlr, -0.3333333"
  })
  void untargetedLossesAreThoseOfTheirFormulas(String word, double expected) {
    try (Scope scope = Scope.open()) {
      Loss loss = ((Pgd) Attacks.parse("pgd:loss=" + word)).loss();
      float[] logits = {2, 3, 0, -1, -2};
      assertThat(values(loss, ANY, logits, 1)[0]).isCloseTo(expected, within(1e-6));
    }
  }

  /** (z_t - z_y) / (z_1 - (z_3 + z_4) / 2) = (-1 - 3) / (3 - (0 - 1) / 2). */
  @Test
  void targetedDlrLeadsToTheTargetAndNotFromTheLabel() {
    try (Scope scope = Scope.open()) {
      float[] logits = {2, 3, 0, -1, -2};
      assertThat(values(Loss.DLR, new Goal.Targeted(3), logits, 1)[0])
          .isCloseTo(-4 / 3.5, within(1e-6));
      float[] fooledElsewhere = {9, 3, 0, -1, -2};
      assertThat(values(Loss.DLR, new Goal.Targeted(3), fooledElsewhere, 1)[0]).isNegative();
      assertThat(values(Loss.MARGIN, new Goal.Targeted(3), fooledElsewhere, 1)[0]).isEqualTo(-10);
    }
  }

  /** Else a point could fool in the books and not in the loss, or the other way round. */
  @Test
  void marginsInTheBooksAreThoseOfTheLossToTheLastBit() {
    float[][] logits = {
      {2, 3, 0, -1, -2}, {0.1f, 0.3f, 0.7f, 0.2f, 0.6f}, {-5, -3, -4, -9, -3}, {7, 7, 1, 1, 1}
    };
    for (Goal goal : new Goal[] {ANY, new Goal.Targeted(3)}) {
      for (float[] row : logits) {
        for (int label = 0; label < row.length; label++) {
          try (Scope scope = Scope.open()) {
            double expected =
                goal.margin(Tensor.of(row, 1, row.length), Tensor.ofInts(label)).item();
            assertThat((double) goal.margin(row, label)).isEqualTo(expected);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void tiesGiveFiniteValuesAndGradients(Loss loss) {
    try (Scope scope = Scope.open()) {
      float[][] ties = {{1, 1, 1, 1, 1}, {4, 4, 4, 0, 0}, {0, 0, 0, 0, 100}, {5, 2, 2, 2, 2}};
      for (float[] tie : ties) {
        for (Goal goal : new Goal[] {ANY, new Goal.Targeted(3)}) {
          Tensor logits = Tensor.of(tie, 1, 5).variable();
          Tensor value = loss.towards(goal).of(logits, Tensor.ofInts(0));
          assertThat(Double.isFinite(value.item())).isTrue();
          for (double slope : Gradients.of(value, logits).toDoubles()) {
            assertThat(Double.isFinite(slope)).isTrue();
          }
        }
      }
    }
  }

  /** Multiplying the right logit with 0 would make it the largest of the others. */
  @ParameterizedTest
  @EnumSource(
      value = Loss.class,
      names = {"MARGIN", "DLR"})
  void theRightClassIsNoRivalAmongNegativeLogits(Loss loss) {
    try (Scope scope = Scope.open()) {
      float[] negative = {-5, -2, -4, -9};
      assertThat(values(loss, ANY, negative, 1)[0]).isNegative();
      float[] shifted = {95, 98, 96, 91};
      assertThat(values(loss, ANY, negative, 1)).isEqualTo(values(loss, ANY, shifted, 1));
    }
  }

  /** The mean over many samples of so small a gradient would be 0 in 32 bits. */
  @Test
  void aConfidentSampleInALargeBatchKeepsItsGradient() {
    try (Scope scope = Scope.open()) {
      int n = 1024;
      float[] values = new float[2 * n];
      for (int i = 0; i < n; i++) {
        values[2 * i] = 102;
      }
      Tensor logits = Tensor.of(values, n, 2).variable();
      Tensor loss = Loss.CROSS_ENTROPY.towards(ANY).of(logits, Tensor.ofInts(new int[n]));
      double[] gradient = Gradients.of(loss, logits).toDoubles();
      assertThat(gradient[1]).isPositive();
      assertThat((float) (gradient[1] / n)).isZero();
    }
  }

  @Test
  void dlrIsRefusedWhereThereAreTooFewClasses() {
    InputSpec input = InputSpec.unit(4);
    ThreatModel any = ThreatModel.untargeted(Norm.LINF, 0.1);
    ThreatModel targeted = new NormBounded(Norm.LINF, 0.1, new Goal.Targeted(0));
    for (String attack : new String[] {"pgd:loss=dlr", "apgd:loss=dlr"}) {
      Attack dlr = Attacks.parse(attack);
      assertThatThrownBy(() -> dlr.requireApplicable(LinearClassifier.random(input, 2, 1), any))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("compares 3 classes, but linear has 2: use apgd:loss=ce");
      dlr.requireApplicable(LinearClassifier.random(input, 3, 1), any);
      assertThatThrownBy(
              () -> dlr.requireApplicable(LinearClassifier.random(input, 3, 1), targeted))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("compares 4 classes, but linear has 3");
    }
    Attack multi = Attacks.parse("apgd-t");
    assertThatThrownBy(() -> multi.requireApplicable(LinearClassifier.random(input, 3, 1), any))
        .hasMessageContaining("compares 4 classes");
    multi.requireApplicable(LinearClassifier.random(input, 4, 1), any);
  }
}

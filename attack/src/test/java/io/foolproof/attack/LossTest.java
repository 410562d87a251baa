package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.gradient.Pgd;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Gradients;
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
    "dlr, -0.3333333",
    // 1 / (1 + e)
    "success, 0.2689414"
  })
  void untargetedLossesAreThoseOfTheirFormulas(String word, double expected) {
    try (Scope scope = Scope.open()) {
      Loss loss = ((Pgd) Attacks.parse("pgd:loss=" + word)).loss();
      float[] logits = {2, 3, 0, -1, -2};
      assertThat(values(loss, ANY, logits, 1)[0]).isCloseTo(expected, within(1e-6));
    }
  }

  /** (z_t - max other) / (z_1 - (z_3 + z_4) / 2) = (-1 - 3) / (3 - (0 - 1) / 2). */
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

  /** Towards a target the rival is the best other class, whichever that is: 2 here, not label 1. */
  @Test
  void theRivalOfATargetIsTheBestOtherClass() {
    try (Scope scope = Scope.open()) {
      float[] logits = {4, 3, 5, -1, -2};
      assertThat(values(Loss.DLR, new Goal.Targeted(0), logits, 1)[0])
          .isCloseTo((4 - 5) / (5 - (3 - 1) / 2.0), within(1e-6));
      assertThat(values(Loss.MARGIN, new Goal.Targeted(0), logits, 1)[0]).isEqualTo(-1);
      Tensor row = Tensor.of(logits, 1, 5);
      double lead = Loss.MARGIN.between(row, Tensor.ofInts(1), Tensor.ofInts(0)).item();
      assertThat(lead).isEqualTo(1);
      double ratio = Loss.DLR.between(row, Tensor.ofInts(1), Tensor.ofInts(0)).item();
      assertThat(ratio).isCloseTo((4 - 3) / (5 - (3 - 1) / 2.0), within(1e-6));
      double success = Loss.SUCCESS.between(row, Tensor.ofInts(1), Tensor.ofInts(0)).item();
      assertThat(success).isCloseTo(Math.E / (1 + Math.E), within(1e-6));
    }
  }

  /** Over z1 - z3 with three classes, and as it is with two, where the ratio would always be 1. */
  @Test
  void dlrFallsBackWhereThereAreTooFewClasses() {
    try (Scope scope = Scope.open()) {
      float[] three = {4, 3, 1};
      assertThat(values(Loss.DLR, ANY, three, 0)[0]).isCloseTo(-1 / 3.0, within(1e-6));
      Goal target = new Goal.Targeted(2);
      assertThat(values(Loss.DLR, target, three, 0)[0]).isCloseTo(-3 / 3.0, within(1e-6));
      float[] two = {4, 1};
      assertThat(values(Loss.DLR, ANY, two, 0)[0]).isEqualTo(-3);
      assertThat(values(Loss.DLR, new Goal.Targeted(1), two, 0)[0]).isEqualTo(-3);
    }
    InputSpec input = InputSpec.unit(4);
    ThreatModel any = ThreatModel.untargeted(Norm.LINF, 0.1);
    ThreatModel targeted = new NormBounded(Norm.LINF, 0.1, new Goal.Targeted(0));
    LinearClassifier two = LinearClassifier.random(input, 2, 1);
    LinearClassifier three = LinearClassifier.random(input, 3, 1);
    Attack dlr = Attacks.parse("apgd:loss=dlr:eot=2");
    assertThat(dlr.note(two, any)).isEqualTo(dlr.note(two, targeted)).startsWith("the margin in");
    assertThat(dlr.note(three, any)).isEmpty();
    assertThat(dlr.note(three, targeted)).contains("the first logit less the third");
    Attack multi = Attacks.parse("apgd-t");
    assertThat(multi.note(three, any)).contains("the first logit less the third");
    assertThat(multi.note(LinearClassifier.random(input, 4, 1), any)).isEmpty();
    assertThat(Attacks.parse("apgd").note(two, any)).isEmpty();
  }
}

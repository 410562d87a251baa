package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Goal;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final LinearClassifier MODEL =
      new LinearClassifier(InputSpec.unit(1), new float[][] {{-1}, {1}}, new float[] {0.4f, -0.4f});
  private static final Replay REPLAY = new Replay(List.of(MODEL));

  private static int confirmed(double epsilon, float clean, float image) {
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, epsilon);
    return REPLAY.confirm(threat, new float[] {clean}, 0, new float[] {image}).prediction();
  }

  /** 0.6 in 32 bits is more than 0.6 in 64, by which it is decided. */
  @Test
  void aHairBeyondEpsilonIsNoWitness() {
    float clean = 0.375f;
    float image = clean + 0.125f;
    assertThat(confirmed(0.125, clean, image)).isEqualTo(1);
    assertThat(confirmed(Math.nextDown(0.125), clean, image)).isEqualTo(-1);
    assertThat(confirmed(0.6, 0, 0.6f)).isEqualTo(-1);
    assertThat(confirmed(0.6, 0, Math.nextDown(0.6f))).isEqualTo(1);
  }

  /** 8/255 is not 0.031. */
  @Test
  void epsilonIsNotRounded() {
    float clean = 0.39f;
    float image = clean + 0.0312f;
    assertThat(confirmed(8.0 / 255, clean, image)).isEqualTo(1);
    assertThat(confirmed(0.031, clean, image)).isEqualTo(-1);
  }

  @Test
  void outsideTheBoxIsNoWitness() {
    assertThat(confirmed(9, 0.2f, Math.nextUp(1f))).isEqualTo(-1);
    assertThat(confirmed(9, 0.2f, Float.NaN)).isEqualTo(-1);
    assertThat(confirmed(9, 0.2f, 1)).isEqualTo(1);
  }

  /** Takes an image for class 1 where its batch has no more images than this, or more. */
  private static Classifier inBatches(boolean small, int most) {
    return Classifier.of(
        "in batches",
        InputSpec.unit(1),
        2,
        images -> {
          float one = images.length <= most == small ? 1 : 0;
          return Stream.of(images).map(image -> new float[] {1 - one, one}).toArray(float[][]::new);
        });
  }

  private static boolean[] fool(Classifier... runtimes) {
    Goal goal = ThreatModel.untargeted(Norm.LINF, 0.1).goal();
    return new Replay(List.of(runtimes)).fool(goal, new int[2], new float[2][1], new int[] {1, 1});
  }

  @Test
  void whatHoldsInABatchAloneCountsOnlyWhereAnotherRuntimeConfirmsItAlone() {
    Classifier together = inBatches(false, 1);
    Classifier alone = inBatches(true, 1);
    Classifier always = inBatches(true, 2);
    assertThat(fool(together)).containsOnly(false);
    assertThat(fool(alone)).containsOnly(true);
    assertThat(fool(together, together)).containsOnly(false);
    assertThat(fool(together, always)).containsOnly(true);
    assertThat(fool(alone, always)).containsOnly(true);
    assertThat(fool(always, alone)).containsOnly(true);
    assertThat(fool(always, inBatches(false, 9))).containsOnly(false);
  }

  @Test
  void aSampleWithoutAnExampleIsInfinitelyFar() {
    double infinite = Double.POSITIVE_INFINITY;
    AttackSummary.Closest most = AttackSummary.Closest.of(new double[] {infinite, 1, infinite});
    assertThat(most.found()).isEqualTo(1);
    assertThat(most.median()).isEqualTo(infinite);
    assertThat(AttackSummary.Closest.of(new double[] {3, infinite, 1}).median()).isEqualTo(3);
    assertThat(AttackSummary.Closest.of(new double[] {0, 2}).median()).isEqualTo(1);
  }
}

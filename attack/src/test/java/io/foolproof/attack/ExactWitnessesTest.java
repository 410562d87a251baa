package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.suite.Attacks;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What attacks claim, in exact arithmetic. */
class ExactWitnessesTest {
  private static final int IMAGES = 6;

  @Test
  void everyAttackInEveryNormHolds() {
    Map<String, Integer> checked = ExactWitnesses.check(IMAGES);
    assertThat(checked).hasSizeGreaterThan(100).containsKeys("spatial flow", "stadv flow");
    assertThat(checked.values()).as("%s", checked).allMatch(count -> count > 0);
  }

  /** By one unit in the last place, and by one value. */
  @Test
  void whatIsBeyondEpsilonOrOutsideTheBoxOrCorrectlyClassifiedIsFound() {
    LinearClassifier model = LinearAttackTest.modelFor(Attacks.parse("fgsm"));
    Samples samples = LinearAttackTest.samples(model, 1);
    float[] clean = samples.images()[0];
    int label = samples.labels()[0];
    float[] image = clean.clone();
    image[3] = Math.nextUp(image[3] + 0x1p-12f);
    for (Norm norm : Norm.withBalls()) {
      assertThat(objection(model, norm, image[3] - (double) clean[3], clean, label, image))
          .contains("correctly classified");
      double less = Math.nextDown(image[3] - (double) clean[3]) * (1 - 1e-13);
      assertThat(objection(model, norm, less, clean, label, image)).contains("farther");
    }
    image[4] = Math.nextUp(image[4]);
    for (Norm norm : Norm.countingChanges()) {
      assertThat(objection(model, norm, 2, clean, label, image)).contains("correctly classified");
      assertThat(objection(model, norm, 1, clean, label, image)).contains("farther");
    }
    float[] outside = clean.clone();
    Arrays.fill(outside, 0, 1, Math.nextUp(1f));
    assertThat(objection(model, Norm.LINF, 2, clean, label, outside)).contains("outside the box");
  }

  private static String objection(
      LinearClassifier model, Norm norm, double epsilon, float[] clean, int label, float[] image) {
    AttackResult claimed = new AttackResult(AttackResult.Status.FOOLED, image, -1, 1, 0);
    return String.valueOf(
        ExactWitnesses.objection(
            model, ThreatModel.untargeted(norm, epsilon), clean, label, claimed));
  }
}

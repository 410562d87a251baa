package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.transfer.Uap;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A target whose rival is not the label: with logits (0.5, a + b, 3a, -5) for |a|, |b| at most 1,
 * target 1 is reached at a = 0, b = 1, but on the way from label 0 straight to the target class 2
 * comes first.
 */
@Tag("slow")
class TargetedRivalTest {
  /** One value of the image is a, another is b. */
  private static final InputSpec INPUT = new InputSpec(new long[] {1, 2, 2}, -1, 1);

  private static final LinearClassifier MODEL =
      new LinearClassifier(
          INPUT,
          new float[][] {{0, 0, 0, 0}, {1, 1, 0, 0}, {3, 0, 0, 0}, {0, 0, 0, 0}},
          new float[] {0.5f, 0, 0, -5});

  /**
   * Of the catalogue with its norms, those that cannot arrive whatever they aim at: one step;
   * corners of the ball; pairs of values that go to the end of the box together; and in L1, steps
   * of a fixed length in the value with the largest slope, which here take back what the step
   * before won.
   */
  private static final Set<String> CANNOT =
      Set.of(
          "fgsm L-inf",
          "rfgsm L-inf",
          "rfgsm L2",
          "square L-inf",
          "jsma L0",
          "multitargeted L1",
          "stripes L1",
          "pgd:loss=margin L1");

  static Stream<Arguments> attacksAndNorms() {
    Stream<String> losses =
        Stream.of("pgd:loss=dlr", "pgd:loss=margin", "apgd:loss=dlr", "apgd:loss=margin");
    return Stream.concat(Attacks.all().stream().map(AttackEntry::name), losses)
        .filter(name -> !(Attacks.parse(name) instanceof Uap))
        .flatMap(
            name ->
                Attacks.parse(name).norms().stream()
                    .filter(norm -> !CANNOT.contains(name + " " + norm.symbol()))
                    .map(norm -> Arguments.of(name, norm)));
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void isReached(String name, Norm norm) {
    double epsilon = norm == Norm.L2 || norm == Norm.L1 ? 1.5 : 1;
    ThreatModel threat = new NormBounded(norm, epsilon, new Goal.Targeted(1));
    Samples sample = new Samples(new float[][] {new float[4]}, new int[] {0}, new long[] {0});
    float[] reached = {0, 1, 0, 0};
    AttackResult result =
        Attacks.parse(LinearAttackTest.quick(name))
            .withStarts(new ImagePool(new float[][] {reached}, new int[] {1}))
            .withSurrogates(new Surrogates(List.of(MODEL)))
            .run(MODEL, sample, threat, 1)
            .get(0);
    assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    assertThat(MODEL.predict(result.image())).isEqualTo(1);
    assertThat(Distances.between(result.image(), new float[4], MODEL.input()).in(norm))
        .isLessThanOrEqualTo(epsilon);
  }

  /** At a = 1/6, b = 1/3 both boundaries meet, and no point of the target's is closer. */
  @ParameterizedTest
  @ValueSource(strings = {"fab", "fabt", "deepfool", "cw"})
  void minimalNormAttacksEndWhereTheBoundariesMeet(String name) {
    Attack attack = Attacks.parse(name);
    Samples sample = new Samples(new float[][] {new float[4]}, new int[] {0}, new long[] {0});
    for (Norm norm : List.of(Norm.LINF, Norm.L2)) {
      ThreatModel threat = new NormBounded(norm, 10, new Goal.Targeted(1));
      float[] found = attack.run(MODEL, sample, threat, 1).get(0).image();
      double nearest = norm == Norm.LINF ? 1 / 3.0 : Math.sqrt(5) / 6;
      assertThat(Distances.between(found, new float[4]).in(norm))
          .as(norm.symbol())
          .isBetween(0.9999 * nearest, 1.02 * nearest);
    }
  }

  /** Towards the class that is least likely, with seven rivals, of which several are near. */
  @Test
  void fabComesCloseToATargetWithManyRivals() {
    InputSpec input = InputSpec.unit(30);
    for (int seed = 0; seed < 4; seed++) {
      LinearClassifier model = LinearClassifier.balanced(input, 8, seed);
      float[] image = new float[30];
      new RandomStream(5, seed, "images", 0).fillUniform(image, 0, 30, 0.45f, 0.55f);
      int label = model.predict(image);
      int least = 0;
      for (int k = 1; k < 8; k++) {
        least = model.score(image, k) < model.score(image, least) ? k : least;
      }
      Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {seed});
      for (Norm norm : List.of(Norm.LINF, Norm.L2, Norm.L1)) {
        ThreatModel threat = new NormBounded(norm, 100, new Goal.Targeted(least));
        double[] distances = new double[2];
        for (int i = 0; i < 2; i++) {
          Attack attack = Attacks.parse(i == 0 ? "fab" : "fmn");
          AttackResult result = attack.run(model, sample, threat, 1).get(0);
          assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
          distances[i] = Distances.between(result.image(), image).in(norm);
        }
        // Where boundaries are met by the shortest steps in L2, other lengths are not shortest.
        double tolerance = norm == Norm.L2 ? 1.03 : norm == Norm.LINF ? 1.4 : 1.8;
        assertThat(distances[0]).as(norm.symbol()).isLessThan(tolerance * distances[1]);
      }
    }
  }
}

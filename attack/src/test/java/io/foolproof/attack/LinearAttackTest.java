package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every attack against models whose distance to the boundary is known. */
class LinearAttackTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);

  /** With two classes the loss rises straight towards the boundary, so that attacks are exact. */
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 2, 11);

  /** For attacks that compare more than two. */
  private static final LinearClassifier FIVE_CLASSES = LinearClassifier.balanced(INPUT, 5, 11);

  /** Attacks whose usual number of queries would take too long here. */
  private static final Map<String, String> BRIEF =
      Map.of(
          "noise", "noise:draws=40",
          "odi", "odi:restarts=1",
          "multitargeted", "multitargeted:targets=2",
          "apgd", "apgd:steps=30",
          "apgd-t", "apgd-t:steps=30:targets=2",
          "square", "square:queries=150",
          "nes", "nes:steps=20:step=0.2:pairs=10",
          "spsa", "spsa:steps=12:pairs=10",
          "simba", "simba:queries=150");

  /** How far beyond the boundary attacks have to look that follow no exact gradient. */
  private static final Map<String, Double> REACH =
      Map.of(
          "noise", 6.0, "odi", 1.3, "rfgsm", 4.0, "apgd-t", 1.1, "square", 4.0, "nes", 2.0, "spsa",
          2.0, "simba", 1.6);

  static Stream<Arguments> attacksAndNorms() {
    return Attacks.all().stream()
        .map(entry -> Attacks.parse(BRIEF.getOrDefault(entry.name(), entry.name())))
        .flatMap(attack -> attack.norms().stream().map(norm -> Arguments.of(attack, norm)));
  }

  private static LinearClassifier modelFor(Attack attack) {
    return attack instanceof ApgdT ? FIVE_CLASSES : MODEL;
  }

  /** Images around mid-grey, a little closer to a boundary than the box is. */
  private static Samples samples(LinearClassifier model, int count) {
    float[][] images = new float[count][INPUT.elements()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, images[i].length, 0.45f, 0.55f);
      labels[i] = model.predict(images[i]);
    }
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void findsWhatIsJustBeyondTheBoundaryAndNothingBefore(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    Samples samples = samples(model, 6);
    double reach = REACH.getOrDefault(attack.name(), 1.01);
    for (int i = 0; i < samples.size(); i++) {
      Samples one = one(samples, i);
      double distance = model.distance(one.images()[0], one.labels()[0], norm);
      assertThat(run(attack, one, norm, distance * reach).get(0).status())
          .as("sample %d just beyond its distance %s", i, distance)
          .isEqualTo(AttackResult.Status.FOOLED);
      AttackResult before = run(attack, one, norm, distance * 0.999).get(0);
      assertThat(before.status()).isEqualTo(AttackResult.Status.STANDING);
      assertThat(before.margin()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void resultsAreInsideBallAndBoxInDoublePrecision(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    Samples samples = samples(model, 10);
    for (double epsilon : new double[] {0, 1e-6, 0.031, 0.3, 12}) {
      List<AttackResult> results = run(attack, samples, norm, epsilon);
      for (int i = 0; i < samples.size(); i++) {
        float[] found = results.get(i).image();
        assertThat(Distances.between(found, samples.images()[i]).in(norm))
            .isLessThanOrEqualTo(epsilon);
        for (float value : found) {
          assertThat(value).isBetween(0f, 1f);
        }
        if (results.get(i).status() == AttackResult.Status.FOOLED) {
          assertThat(model.predict(found)).isNotEqualTo(samples.labels()[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void batchesChangeNothing(Attack attack, Norm norm) {
    LinearClassifier model = modelFor(attack);
    Samples samples = samples(model, 9);
    // The farthest sample stands, and the nearest is within every attack's reach.
    double epsilon = largestDistance(model, samples, norm) * 0.99;
    List<AttackResult> together = run(attack, samples, norm, epsilon);
    assertThat(together.stream().map(AttackResult::status).distinct()).hasSize(2);
    for (int i = 0; i < samples.size(); i++) {
      AttackResult alone = run(attack, one(samples, i), norm, epsilon).get(0);
      assertThat(alone).usingRecursiveComparison().isEqualTo(together.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void aTargetedAttackReachesItsClassAndNoOtherWillDo(Attack attack, Norm norm) {
    LinearClassifier model = LinearClassifier.random(INPUT, 5, 3);
    float[] image = samples(model, 1).images()[0];
    int label = model.predict(image);
    for (int target = 0; target < model.classes(); target++) {
      if (target == label) {
        continue;
      }
      Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {0});
      double epsilon = norm == Norm.LINF ? 0.4 : norm == Norm.L2 ? 2 : 12;
      ThreatModel threat = new ThreatModel(norm, epsilon, new Goal.Targeted(target));
      AttackResult result = attack.run(model, sample, threat, 3).get(0);
      assertThat(result.status() == AttackResult.Status.FOOLED)
          .isEqualTo(model.predict(result.image()) == target);
      if (attack instanceof Pgd || attack instanceof Apgd || attack instanceof ApgdT) {
        assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      }
    }
  }

  @Test
  void aSampleWithNanLogitsIsReportedAndTheOthersFinish() {
    float[][] weights = {{1, 0}, {0, Float.POSITIVE_INFINITY}};
    LinearClassifier model = new LinearClassifier(InputSpec.unit(2), weights, new float[] {0, -1});
    // 0 times infinity is no number; anything else is minus or plus infinity.
    Samples samples =
        new Samples(new float[][] {{1, 0}, {0.9f, 0.1f}}, new int[] {0, 1}, new long[] {0, 1});
    List<AttackResult> results =
        new Fgsm().run(model, samples, ThreatModel.untargeted(Norm.LINF, 0), 1);
    assertThat(results.get(0).status()).isEqualTo(AttackResult.Status.NOT_A_NUMBER);
  }

  @Test
  void aSampleThatIsFooledCostsNothingMore() {
    Samples samples = samples(MODEL, 30);
    Attack attack = Attacks.parse("pgd:steps=20:restarts=3");
    for (AttackResult result : run(attack, samples, Norm.LINF, 0.4)) {
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      assertThat(result.forwards()).isLessThan(20);
    }
    for (AttackResult result : run(attack, samples, Norm.LINF, 1e-4)) {
      assertThat(result.forwards()).isEqualTo(63);
      assertThat(result.backwards()).isEqualTo(60);
    }
  }

  @Test
  void anotherSeedOrIndexStartsElsewhere() {
    Samples samples = samples(MODEL, 1);
    Attack attack = Attacks.parse("pgd:steps=1");
    ThreatModel threat = ThreatModel.untargeted(Norm.L2, 0.01);
    List<float[]> images = new ArrayList<>();
    images.add(attack.run(MODEL, samples, threat, 1).get(0).image());
    images.add(attack.run(MODEL, samples, threat, 2).get(0).image());
    Samples elsewhere = new Samples(samples.images(), samples.labels(), new long[] {9});
    images.add(attack.run(MODEL, elsewhere, threat, 1).get(0).image());
    assertThat(images.get(0)).isNotEqualTo(images.get(1)).isNotEqualTo(images.get(2));
  }

  private static double largestDistance(LinearClassifier model, Samples samples, Norm norm) {
    return IntStream.range(0, samples.size())
        .mapToDouble(i -> model.distance(samples.images()[i], samples.labels()[i], norm))
        .max()
        .orElseThrow();
  }

  private static Samples one(Samples samples, int i) {
    return new Samples(
        new float[][] {samples.images()[i]},
        new int[] {samples.labels()[i]},
        new long[] {samples.indices()[i]});
  }

  private static List<AttackResult> run(Attack attack, Samples samples, Norm norm, double epsilon) {
    return attack.run(modelFor(attack), samples, ThreatModel.untargeted(norm, epsilon), 1);
  }
}

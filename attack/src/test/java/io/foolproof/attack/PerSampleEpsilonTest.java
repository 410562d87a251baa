package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.gradient.Apgd;
import io.foolproof.attack.suite.Attacks;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Samples that each have an epsilon and a start of their own, before a boundary that is known. */
@Tag("slow")
class PerSampleEpsilonTest {
  private static final int COUNT = 8;

  static Stream<Arguments> attacksAndNorms() {
    return Attacks.all().stream()
        .map(entry -> Attacks.parse(LinearAttackTest.quick(entry.name())))
        .filter(attack -> attack instanceof PerSampleEpsilon)
        .flatMap(attack -> attack.norms().stream().map(norm -> Arguments.of(attack, norm)));
  }

  /** In L1 APGD begins in a wider ball, where no point counts. */
  static Stream<Arguments> attacksThatBeginInTheBall() {
    return attacksAndNorms()
        .filter(
            arguments ->
                !(arguments.get()[0] instanceof Apgd && arguments.get()[1].equals(Norm.L1)));
  }

  private static List<AttackResult> run(
      Attack attack, LinearClassifier model, Samples samples, Norm norm, double epsilon) {
    return attack.run(model, samples, ThreatModel.untargeted(norm, epsilon), 1);
  }

  /** Half of a batch is given more than the distance of its boundary, the other half less. */
  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void eachSampleIsAttackedWithinItsOwnEpsilon(Attack attack, Norm norm) {
    LinearClassifier model = LinearAttackTest.modelFor(attack);
    Samples samples = LinearAttackTest.samples(model, COUNT);
    double[] epsilons = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double distance = model.distance(samples.images()[i], samples.labels()[i], norm);
      epsilons[i] = distance * (i % 2 == 0 ? 1.4 : 0.99);
    }
    int[] all = {0, 1, 2, 3, 4, 5, 6, 7};
    Samples within = samples.within(all, epsilons, samples.images());
    List<AttackResult> results = run(attack, model, within, norm, Double.MAX_VALUE);
    for (int i = 0; i < COUNT; i++) {
      AttackResult result = results.get(i);
      assertThat(result.status())
          .as("sample %d", i)
          .isEqualTo(i % 2 == 0 ? AttackResult.Status.FOOLED : AttackResult.Status.STANDING);
      assertThat(Distances.between(samples.images()[i], result.image()).in(norm))
          .isLessThanOrEqualTo(epsilons[i]);
      // The same as under a threat model of this epsilon, to the last bit.
      assertThat(run(attack, model, samples, norm, epsilons[i]).get(i))
          .usingRecursiveComparison()
          .isEqualTo(result);
    }
  }

  /** A start beyond the boundary and inside the ball is adversarial as it is. */
  @ParameterizedTest
  @MethodSource("attacksThatBeginInTheBall")
  void theFirstPointThatIsEvaluatedIsTheStart(Attack attack, Norm norm) {
    LinearClassifier model = LinearAttackTest.modelFor(attack);
    Samples samples = LinearAttackTest.samples(model, COUNT);
    float[][] starts = new float[COUNT][];
    Arrays.setAll(starts, i -> model.purest(1 - Math.min(1, samples.labels()[i])));
    double[] epsilons = new double[COUNT];
    Arrays.fill(epsilons, samples.images()[0].length);
    int[] all = {0, 1, 2, 3, 4, 5, 6, 7};
    Samples within = samples.within(all, epsilons, starts);
    List<AttackResult> results = run(attack, model, within, norm, Double.MAX_VALUE);
    for (int i = 0; i < COUNT; i++) {
      assertThat(results.get(i).forwards()).isEqualTo(1);
      assertThat(results.get(i).image()).isEqualTo(starts[i]);
    }
  }
}

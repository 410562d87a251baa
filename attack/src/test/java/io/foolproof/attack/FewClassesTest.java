package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.attack.suite.Suite;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear models of two and three classes, for which the DLR loss has no denominator of its own. */
@Tag("slow")
class FewClassesTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final List<String> ATTACKS =
      List.of("apgd-t", "apgd:loss=dlr", "pgd:loss=dlr", "apgd:loss=dlr:eot=2");

  static Stream<Arguments> cases() {
    return ATTACKS.stream()
        .flatMap(
            attack ->
                Norm.withBalls().stream()
                    .flatMap(norm -> Stream.of(2, 3).map(k -> Arguments.of(attack, norm, k))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsJustBeyondTheBoundaryIsFoundAndNothingBefore(String text, Norm norm, int classes) {
    LinearClassifier model = LinearClassifier.balanced(INPUT, classes, 11);
    Attack attack = Attacks.parse(text);
    for (int i = 0; i < 2; i++) {
      float[] image = new float[INPUT.elements()];
      new RandomStream(5, i, "images", 0).fillUniform(image, 0, image.length, 0.45f, 0.55f);
      int label = model.predict(image);
      Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {i});
      double distance = model.distance(image, label, norm);
      ThreatModel beyond = ThreatModel.untargeted(norm, 1.02 * distance);
      assertThat(attack.run(model, sample, beyond, 1).get(0).status())
          .isEqualTo(AttackResult.Status.FOOLED);
      ThreatModel before = ThreatModel.untargeted(norm, 0.999 * distance);
      assertThat(attack.run(model, sample, before, 1).get(0).status())
          .isEqualTo(AttackResult.Status.STANDING);
      for (int target = 0; target < classes; target++) {
        ThreatModel far = new NormBounded(norm, 100, new Goal.Targeted(target));
        if (target != label) {
          AttackResult result = attack.run(model, sample, far, 1).get(0);
          assertThat(model.predict(result.image())).isEqualTo(target);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void everySuiteApplies(int classes) {
    LinearClassifier model = LinearClassifier.random(INPUT, classes, 1);
    for (Suite suite : Suite.values()) {
      for (Norm norm : Norm.withBalls()) {
        for (Goal goal : List.of(new Goal.Untargeted(), new Goal.Targeted(1))) {
          ThreatModel threat = new NormBounded(norm, 0.1, goal);
          suite
              .choice(threat, 50)
              .on(model)
              .attacks()
              .forEach(attack -> attack.requireApplicable(model, threat));
        }
      }
    }
  }
}

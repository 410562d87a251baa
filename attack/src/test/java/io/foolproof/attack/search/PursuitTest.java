package io.foolproof.attack.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ScoresOnly;
import io.foolproof.attack.Surrogates;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.Threats;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PursuitTest {

  @Test
  void onlyLanesWithoutADirectionDrawOne() {
    try (Scope scope = Scope.open()) {
      float infinity = Float.POSITIVE_INFINITY;
      float[] rows = {0, 0, 1, -2, Float.NaN, 1, infinity, 1, 0, 1e-40f};
      List<RandomStream> streams = streams(5);
      float[] mended = Draws.withDirection(Tensor.of(rows, 5, 2), streams).toFloats();
      List<RandomStream> fresh = streams(5);
      for (int lane : new int[] {0, 2, 3}) {
        float[] drawn = new float[2];
        fresh.get(lane).fillGaussian(drawn, 0, 2);
        double length = Math.hypot(drawn[0], drawn[1]);
        assertThat(mended[2 * lane]).isCloseTo((float) (drawn[0] / length), within(1e-6f));
        assertThat(mended[2 * lane + 1]).isCloseTo((float) (drawn[1] / length), within(1e-6f));
      }
      assertThat(mended).containsSequence(1, -2).endsWith(0, 1e-40f);
      for (int lane = 0; lane < 5; lane++) {
        assertThat(streams.get(lane).nextLong()).isEqualTo(fresh.get(lane).nextLong());
      }
    }
  }

  /** At the edge of the box what may be drawn beside an image is as often below it as above. */
  @Test
  void changesBesideAnImageAreNotCutByTheBox() {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(1000), 2, 1);
    float[] black = new float[1000];
    Samples samples =
        new Samples(new float[][] {black}, new int[] {model.predict(black)}, new long[1]);
    for (Norm norm : List.of(Norm.LINF, Norm.L2, Norm.L1)) {
      Pursuit pursuit = new Pursuit(model, samples, ThreatModel.untargeted(norm, 0.1), 1, "test");
      try (Scope scope = Scope.open()) {
        BallLanes beside = pursuit.beyondTheBox(pursuit.remaining(0), 1.5);
        float[] drawn = beside.ball().random(beside.streams()).toFloats();
        long below = IntStream.range(0, 1000).filter(i -> drawn[i] < 0).count();
        long above = IntStream.range(0, 1000).filter(i -> drawn[i] > 0).count();
        assertThat(below).isBetween(400L, 600L);
        assertThat(above).isBetween(400L, 600L);
        assertThat(Distances.between(black, drawn).in(norm)).isBetween(0.05, 0.15 + 1e-6);
      }
    }
  }

  private static List<RandomStream> streams(int count) {
    return IntStream.range(0, count).mapToObj(i -> new RandomStream(1, i, "test", 0)).toList();
  }

  @Test
  void attacksThatNeedGradientsRefuseModelsWithout() {
    LinearClassifier linear = LinearClassifier.random(InputSpec.unit(1, 4, 4), 5, 1);
    Classifier model = new ScoresOnly(linear);
    float[] black = new float[16];
    Samples samples = new Samples(new float[][] {black}, new int[] {0}, new long[] {0});
    for (AttackEntry entry : Attacks.all()) {
      Attack attack = entry.standard().withSurrogates(new Surrogates(List.of(linear)));
      ThreatModel threat = Threats.of(attack).findFirst().orElseThrow().withEpsilon(0.1);
      if (attack.knowledge() == Knowledge.WHITE_BOX) {
        assertThatThrownBy(() -> attack.requireApplicable(model, threat))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining(attack.name() + " needs gradients, which scores.onnx");
        assertThatThrownBy(() -> attack.run(model, samples, threat, 0))
            .hasMessageContaining("has no gradients");
      } else {
        attack.requireApplicable(model, threat);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"noise", "square:queries=90", "nes:queries=2021", "simba:queries=90", "spsa"})
  void scoresAreEnoughForAttacksThatSayItIs(String name) {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(1, 4, 4), 5, 1);
    float[] grey = new float[16];
    Arrays.fill(grey, 0.5f);
    int label = model.predict(grey);
    Samples samples = new Samples(new float[][] {grey}, new int[] {label}, new long[] {0});
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.5);
    AttackResult result = Attacks.parse(name).run(new ScoresOnly(model), samples, threat, 0).get(0);
    assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    assertThat(model.predict(result.image())).isNotEqualTo(label);
    assertThat(result.backwards()).isZero();
  }

  /** What is only looked at to learn, beyond epsilon, must not become the result. */
  @Test
  void pointsInRehearsalCostButDoNotCount() {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(1, 4, 4), 2, 1);
    float[] grey = new float[16];
    Arrays.fill(grey, 0.5f);
    int label = model.predict(grey);
    Samples samples = new Samples(new float[][] {grey}, new int[] {label}, new long[] {0});
    try (Scope scope = Scope.open()) {
      ThreatModel threat = ThreatModel.untargeted(Norm.L2, 0.01);
      Pursuit pursuit = new Pursuit(model, samples, threat, 0, "test");
      BallLanes wide = pursuit.remaining(0);
      pursuit.widen(wide, 300);
      Tensor fooled = Tensor.of(fooling(model, label), 1, 1, 4, 4);
      assertThat(pursuit.look(wide, fooled)[0]).isNegative();
      AttackResult result = pursuit.results().get(0);
      assertThat(result.status()).isEqualTo(AttackResult.Status.STANDING);
      assertThat(result.image()).isEqualTo(grey);
      assertThat(result.forwards()).isOne();
    }
  }

  private static float[] fooling(LinearClassifier model, int label) {
    float[] image = new float[16];
    for (int draw = 0; draw < 1000; draw++) {
      new RandomStream(1, draw, "fooling", 0).fillUniform(image, 0, 16, 0, 1);
      if (model.predict(image) != label) {
        return image;
      }
    }
    throw new AssertionError("1,000 random images of one class");
  }
}

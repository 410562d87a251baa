package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelsTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);

  @Test
  void valuesGoToTheNearestLevelOfTheBox() {
    Levels levels = new Levels(5, new InputSpec(new long[] {6}, -1, 1));
    assertThat(levels.nearest(new float[] {-1, -0.8f, -0.3f, 0.1f, 0.76f, 1}))
        .containsExactly(-1, -1, -0.5f, 0, 1, 1);
  }

  @Test
  void whatIsAtALevelStaysToTheLastBit() {
    Levels levels = new Levels(256, INPUT);
    float[] all = new float[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = i / 255f;
    }
    assertThat(levels.nearest(all)).containsExactly(all);
    assertThat(levels.within(new float[256], all, Norm.LINF, 1)).containsExactly(all);
  }

  /** What leaves an image no room would leave every image, whatever the model. */
  @Test
  void anEpsilonThatReachesNoOtherLevelIsSaid() {
    Goal any = new Goal.Untargeted();
    assertThat(new NormBounded(Norm.LINF, 0.3, any, 4).whyFixed(INPUT))
        .isEqualTo("4 levels are 0.333 apart, more than epsilon");
    assertThat(new NormBounded(Norm.L2, 0.001, any, 256).whyFixed(INPUT)).contains("0.00392");
    assertThat(new NormBounded(Norm.LINF, 1 / 255.0, any, 256).whyFixed(INPUT)).isEmpty();
    assertThat(new NormBounded(Norm.LINF, 0.34, any, 4).whyFixed(INPUT)).isEmpty();
    assertThat(new NormBounded(Norm.L0, 1, any, 4).whyFixed(INPUT)).isEmpty();
    assertThat(ThreatModel.linf(0.001).whyFixed(INPUT)).isEmpty();
    assertThat(ThreatModel.l0(0.5).whyFixed(INPUT))
        .isEqualTo("epsilon is 0.5, and one change is 1");
    assertThat(ThreatModel.linf(0).whyFixed(INPUT)).isEqualTo("epsilon is 0");
    assertThat(ThreatModel.flow(0).whyFixed(INPUT)).isEqualTo("epsilon is 0");
  }

  @Test
  void epsilonHoldsInEveryNorm() {
    Levels levels = new Levels(256, INPUT);
    for (int i = 0; i < 50; i++) {
      float[] clean = new float[30];
      float[] image = new float[30];
      RandomStream stream = new RandomStream(1, i, "levels", 0);
      stream.fillUniform(clean, 0, 30, 0, 1);
      stream.fillUniform(image, 0, 30, 0, 1);
      float[] eightBit = i % 2 == 0 ? clean : levels.nearest(clean);
      for (Norm norm : Norm.ofValues()) {
        double epsilon = Distances.between(eightBit, image).in(norm);
        float[] found = levels.within(eightBit, image, norm, epsilon);
        assertThat(Distances.between(eightBit, found).in(norm)).isLessThanOrEqualTo(epsilon);
        if (i % 2 == 1) {
          assertThat(levels.nearest(found)).containsExactly(found);
        }
      }
    }
  }

  /** An attack that searches among any values finds points that rounding takes back. */
  @ParameterizedTest
  @ValueSource(strings = {"pgd", "apgd", "square:queries=300", "fmn:steps=100", "ddn:steps=100"})
  void attacksSearchAtLevelsWhereTheThreatModelHasThem(String name) {
    Attack attack = Attacks.parse(name);
    LinearClassifier model = LinearClassifier.random(INPUT, 2, 11);
    Levels levels = new Levels(8, INPUT);
    float[][] images = new float[6][30];
    int[] labels = new int[6];
    for (int i = 0; i < 6; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, 30, 0.2f, 0.8f);
      images[i] = levels.nearest(images[i]);
      labels[i] = model.predict(images[i]);
    }
    Samples samples = new Samples(images, labels, new long[] {0, 1, 2, 3, 4, 5});
    Norm norm = attack.norms().contains(Norm.LINF) ? Norm.LINF : Norm.L2;
    double epsilon = norm == Norm.LINF ? 0.6 : 3;
    ThreatModel threat = new NormBounded(norm, epsilon, new Goal.Untargeted(), 8);
    for (AttackResult result : attack.run(model, samples, threat, 1)) {
      assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
      assertThat(levels.nearest(result.image())).containsExactly(result.image());
    }
  }

  /** Probes nearer than a level would all look like the point itself. */
  @ParameterizedTest
  @ValueSource(strings = {"hopskipjump", "geoda", "sign-opt", "boundary"})
  void labelsAreAskedForALevelApart(String name) {
    InputSpec input = InputSpec.unit(1, 20, 20);
    float[][] weights = new float[2][400];
    new RandomStream(11, 0, "weights", 0).fillGaussian(weights[0], 0, 400);
    // Class 0 in the middle of the box, where the boundary is about 1 away.
    double sum = IntStream.range(0, 400).mapToDouble(i -> weights[0][i]).sum();
    float[] bias = {(float) (20 - sum / 2), 0};
    LinearClassifier model = new LinearClassifier(input, weights, bias);
    float[][] images = new float[4][400];
    int[] labels = new int[4];
    for (int i = 0; i < 4; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], 0, 400, 0.3f, 0.7f);
      images[i] = new Levels(256, input).nearest(images[i]);
      labels[i] = model.predict(images[i]);
    }
    float[][] other = new float[1][400];
    for (int j = 0; j < 400; j++) {
      other[0][j] = j % 4 > 0 ? 0.5f : weights[0][j] > 0 ? 0 : 1;
    }
    Attack attack =
        Attacks.parse(name + ":queries=1500").withStarts(new ImagePool(other, new int[] {1}));
    Samples samples = new Samples(images, labels, new long[] {0, 1, 2, 3});
    double[] anyValue = distances(attack, model, samples, 0);
    double[] atLevels = distances(attack, model, samples, 256);
    assertThat(DoubleStream.of(atLevels).sum()).isLessThan(1.1 * DoubleStream.of(anyValue).sum());
  }

  private static double[] distances(
      Attack attack, LinearClassifier model, Samples samples, int levels) {
    ThreatModel threat = new NormBounded(Norm.L2, 100, new Goal.Untargeted(), levels);
    List<AttackResult> results = attack.run(model, samples, threat, 1);
    double[] distances = new double[results.size()];
    for (int i = 0; i < distances.length; i++) {
      assertThat(results.get(i).status()).isEqualTo(AttackResult.Status.FOOLED);
      distances[i] = Distances.between(samples.images()[i], results.get(i).image()).l2();
    }
    return distances;
  }

  @Test
  void oneLevelIsRefused() {
    assertThatThrownBy(() -> new NormBounded(Norm.L2, 1, new Goal.Untargeted(), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("levels is 1: give 2 or more");
  }
}

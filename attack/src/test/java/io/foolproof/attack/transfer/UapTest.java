package io.foolproof.attack.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Goal;
import io.foolproof.attack.ImagePool;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One perturbation for all images, on models for which the best is known. */
class UapTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 2, 11);
  private static final long SEED = 3;

  private static float[] image(int index) {
    float[] image = new float[INPUT.elements()];
    new RandomStream(5, index, "images", 0).fillUniform(image, 0, image.length, 0.4f, 0.6f);
    return image;
  }

  /** Images that the model takes for class 0, with numbers from here on. */
  private static float[][] images(int from, int count) {
    return IntStream.iterate(from, i -> i + 1)
        .mapToObj(UapTest::image)
        .filter(image -> MODEL.predict(image) == 0)
        .limit(count)
        .toArray(float[][]::new);
  }

  private static Uap trained(String settings) {
    Attack attack = Attacks.parse(settings);
    Attack given = attack.withOthers(() -> new ImagePool(images(1000, 40), new int[40]));
    return (Uap) given;
  }

  private static Samples samples(int count) {
    return new Samples(images(0, count), new int[count], LongStream.range(0, count).toArray());
  }

  /** Of images of one class, it is the one step that a linear model fears most. */
  @Test
  void theBestPerturbationOfALinearModelIsFound() {
    double epsilon = 0.05;
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, epsilon);
    float[] delta = trained("uap").perturbation(MODEL, threat, SEED);
    float[] slope = slope();
    for (int i = 0; i < delta.length; i++) {
      assertThat((double) delta[i]).isCloseTo(epsilon * Math.signum(slope[i]), within(1e-6));
    }
    float[] straight = trained("uap").perturbation(MODEL, ThreatModel.untargeted(Norm.L2, 0.3), 1);
    double length = Math.sqrt(dot(slope, slope));
    assertThat(dot(straight, slope) / length).isCloseTo(0.3, within(1e-3));
  }

  /** How the score of class 1 rises over that of class 0, by differences of a linear function. */
  private static float[] slope() {
    float[] zero = new float[INPUT.elements()];
    float[] slope = new float[zero.length];
    for (int i = 0; i < slope.length; i++) {
      float[] one = zero.clone();
      one[i] = 1;
      slope[i] = (float) (MODEL.score(one, 1) - MODEL.score(one, 0));
    }
    return slope;
  }

  private static double dot(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> (double) a[i] * b[i]).sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void everySampleCostsOneQueryAndStaysWithinEpsilon(Norm norm) {
    Samples samples = samples(20);
    for (double epsilon : new double[] {0, 1e-6, 0.031, 0.3, 3}) {
      ThreatModel threat = ThreatModel.untargeted(norm, epsilon);
      List<AttackResult> results = trained("uap:epochs=3").run(MODEL, samples, threat, SEED);
      for (int i = 0; i < samples.size(); i++) {
        AttackResult result = results.get(i);
        assertThat(Distances.between(samples.images()[i], result.image()).in(norm))
            .isLessThanOrEqualTo(epsilon);
        for (float value : result.image()) {
          assertThat(value).isBetween(0f, 1f);
        }
        assertThat(result.forwards()).isEqualTo(1);
        assertThat(result.backwards()).isZero();
        assertThat(result.status() == AttackResult.Status.FOOLED)
            .isEqualTo(MODEL.predict(result.image()) != 0);
      }
    }
  }

  /** Whichever worker comes first makes the perturbation, and all share it. */
  @Test
  void batchesWorkersAndOrderChangeNothing() {
    Samples samples = samples(16);
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.03);
    List<AttackResult> together = trained("uap").run(MODEL, samples, threat, SEED);
    assertThat(together.stream().map(AttackResult::status).distinct()).hasSize(2);
    Uap shared = trained("uap");
    try (Workers workers = new Workers(3)) {
      List<AttackResult> apart =
          workers
              .map(16, 3, (from, to) -> shared.run(MODEL, part(samples, from, to), threat, SEED))
              .stream()
              .flatMap(List::stream)
              .toList();
      assertThat(apart).usingRecursiveFieldByFieldElementComparator().isEqualTo(together);
    }
    assertThat(shared.perturbation(MODEL, threat, SEED))
        .isSameAs(shared.perturbation(MODEL, threat, SEED));
    Uap again = trained("uap");
    assertThat(again.perturbation(MODEL, threat, SEED))
        .isEqualTo(shared.perturbation(MODEL, threat, SEED));
  }

  private static Samples part(Samples all, int from, int to) {
    return new Samples(
        Arrays.copyOfRange(all.images(), from, to),
        Arrays.copyOfRange(all.labels(), from, to),
        Arrays.copyOfRange(all.indices(), from, to));
  }

  @Test
  void aTargetedPerturbationLeadsToItsClass() {
    LinearClassifier model = LinearClassifier.balanced(INPUT, 3, 4);
    float[][] others = IntStream.range(100, 140).mapToObj(UapTest::image).toArray(float[][]::new);
    int[] labels = Arrays.stream(others).mapToInt(model::predict).toArray();
    Attack attack = Attacks.parse("uap").withOthers(() -> new ImagePool(others, labels));
    float[] image = image(0);
    int label = model.predict(image);
    int target = (label + 1) % 3;
    Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {0});
    ThreatModel threat = new NormBounded(Norm.LINF, 0.3, new Goal.Targeted(target));
    AttackResult result = attack.run(model, sample, threat, SEED).get(0);
    assertThat(result.status()).isEqualTo(AttackResult.Status.FOOLED);
    assertThat(model.predict(result.image())).isEqualTo(target);
  }

  @Test
  void withoutOtherImagesItIsRefusedBeforeAnythingRuns() {
    ThreatModel threat = ThreatModel.untargeted(Norm.LINF, 0.1);
    assertThatThrownBy(() -> Attacks.parse("uap").requireApplicable(MODEL, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("from images that are not attacked, and there are none");
    Attack small =
        Attacks.parse("uap").withOthers(() -> new ImagePool(new float[1][7], new int[1]));
    assertThatThrownBy(() -> small.requireApplicable(MODEL, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("images of 7 values, but linear takes 30");
  }

  /** What was learnt from other images is another attack, to a journal. */
  @Test
  void theOtherImagesArePartOfItsIdentity() {
    Attack other =
        Attacks.parse("uap").withOthers(() -> new ImagePool(images(2000, 40), new int[40]));
    assertThat(trained("uap").identity()).isNotEqualTo(other.identity());
    assertThat(trained("uap").identity()).isEqualTo(trained("uap").identity());
    assertThat(trained("uap").settings()).isEqualTo(other.settings());
  }
}

package io.foolproof.attack.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.FunctionClassifier;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.LinearAttackTest;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models whose gradient is NaN or infinite at black pixels. */
@Tag("slow")
class InputGradientTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);

  private static final double FAR = 1000;

  /** The black pixels come first. */
  private static final int BLACK = 15;

  /** Only black pixels, made brighter, lead away from class 0: by the other ones nothing is won. */
  private static final LinearClassifier LINEAR = linear();

  private static LinearClassifier linear() {
    float[][] weights = new float[2][INPUT.elements()];
    for (int j = 0; j < BLACK; j++) {
      weights[1][j] = 1 + 0.1f * j;
    }
    return new LinearClassifier(INPUT, weights, new float[] {0.8f, 0});
  }

  /**
   * Functions that are the identity, but whose gradient at 0 is NaN; the last has an infinite one.
   */
  private static final List<UnaryOperator<Tensor>> IDENTITIES =
      List.of(
          x -> x.sqrt().mul(x.sqrt()),
          x -> x.log().exp(),
          x -> x.pow(0.25).pow(4),
          x -> x.pow(-1).pow(-1),
          x -> Tensor.of(new float[] {1}, 1).div(Tensor.of(new float[] {1}, 1).div(x)),
          x -> x.add(x.sqrt()).sub(x.sqrt().detach()));

  private static FunctionClassifier behind(UnaryOperator<Tensor> function) {
    return new FunctionClassifier(INPUT, 2, images -> LINEAR.logits(function.apply(images)));
  }

  private static Samples samples(int count) {
    float[][] images = new float[count][INPUT.elements()];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(images[i], BLACK, 30, 0.3f, 0.7f);
    }
    return new Samples(images, new int[count], IntStream.range(0, count).asLongStream().toArray());
  }

  static Stream<Arguments> attacksAndNorms() {
    return LinearAttackTest.attacksAndNorms()
        .filter(arguments -> ((Attack) arguments.get()[0]).knowledge() == Knowledge.WHITE_BOX);
  }

  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void everyAttackFindsWhatItWouldWithAnOrdinaryGradient(Attack attack, Norm norm) {
    Samples samples = samples(2);
    boolean minimal = attack instanceof MinimalNormAttack;
    double nearest = LINEAR.distance(samples.images()[0], 0, norm);
    double reach = minimal ? FAR : LinearAttackTest.reach(attack);
    ThreatModel threat = ThreatModel.untargeted(norm, nearest * reach);
    List<AttackResult> plain = attack.run(LINEAR, samples, threat, 1);
    List<AttackResult> found = attack.run(behind(IDENTITIES.get(0)), samples, threat, 1);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).status()).isEqualTo(AttackResult.Status.FOOLED);
      float[] clean = samples.images()[i];
      double distance = Distances.between(clean, found.get(i).image(), LINEAR.input()).in(norm);
      double ordinary = Distances.between(clean, plain.get(i).image(), LINEAR.input()).in(norm);
      assertThat(distance).isLessThanOrEqualTo(minimal ? 1.02 * ordinary : threat.epsilon());
    }
  }

  @Test
  void whateverMakesItNotFinite() {
    Samples samples = samples(1);
    for (UnaryOperator<Tensor> identity : IDENTITIES) {
      for (String attack : List.of("fgsm", "pgd:steps=20", "apgd:steps=20")) {
        ThreatModel threat =
            ThreatModel.linf(1.02 * LINEAR.distance(samples.images()[0], 0, Norm.LINF));
        AttackResult result =
            Attacks.parse(attack).run(behind(identity), samples, threat, 1).get(0);
        assertThat(result.status())
            .as("%s on number %d", attack, IDENTITIES.indexOf(identity))
            .isEqualTo(AttackResult.Status.FOOLED);
      }
    }
  }

  @Test
  void finiteComponentsStayAndOthersComeFromNearbyOrCountAsZero() {
    FunctionClassifier model =
        new FunctionClassifier(
            InputSpec.unit(4),
            2,
            images -> {
              Tensor root = images.slice(1, 0, 1, 1).sqrt();
              Tensor second = images.slice(1, 1, 2, 1);
              Tensor nanEverywhere = second.sub(second.detach()).mul(0).sqrt();
              Tensor up = root.mul(root).mul(5).add(nanEverywhere);
              up = up.add(images.slice(1, 2, 3, 1).mul(2)).sub(images.slice(1, 3, 4, 1).mul(3));
              return Tensor.concat(List.of(up.mul(0), up), 1);
            });
    try (Scope scope = Scope.open()) {
      InputGradient at = new InputGradient(model, Tensor.of(new float[] {0, 0.5f, 0.5f, 1}, 1, 4));
      float[] gradient = at.of(List.of(at.logits().slice(1, 1, 2, 1).squeeze(1))).get(0).toFloats();
      assertThat(gradient[0]).isCloseTo(5, within(1e-4f));
      assertThat(Arrays.copyOfRange(gradient, 1, 4)).containsExactly(0, 2, -3);
      assertThat(at.evaluatedAgain()).containsExactly(0);
    }
  }

  /** A variance of equal values has a root without a slope, and equal steps would not change it. */
  @Test
  void nearbyValuesDiffer() {
    try (Scope scope = Scope.open()) {
      FunctionClassifier model =
          new FunctionClassifier(
              InputSpec.unit(4),
              2,
              images -> {
                Tensor centred = images.sub(images.mean(true, 1));
                Tensor deviation = centred.mul(centred).mean(true, 1).sqrt();
                return Tensor.concat(List.of(deviation, deviation.neg()), 1);
              });
      InputGradient at = new InputGradient(model, Tensor.of(new float[4], 1, 4));
      float[] gradient = at.of(List.of(at.logits().slice(1, 0, 1, 1).squeeze(1))).get(0).toFloats();
      assertThat(gradient).doesNotContain(0).doesNotContain(Float.NaN);
    }
  }

  /** Neither neighbours nor the books may be wrong where only some samples are evaluated again. */
  @ParameterizedTest
  @MethodSource("attacksAndNorms")
  void onlySamplesWithSuchGradientsAreEvaluatedAgain(Attack attack, Norm norm) {
    AtomicLong evaluated = new AtomicLong();
    FunctionClassifier model =
        new FunctionClassifier(
            INPUT,
            2,
            images -> {
              evaluated.addAndGet(images.size(0));
              return LINEAR.logits(images.sqrt().mul(images.sqrt()));
            });
    float[][] images = samples(4).images();
    Arrays.fill(images[1], 0, BLACK, 0.02f);
    Arrays.fill(images[3], 0, BLACK, 0.02f);
    Samples mixed = new Samples(images, new int[4], new long[] {0, 1, 2, 3});
    // Out of reach, so that nothing ends early.
    double epsilon = 0.9 * LINEAR.distance(images[1], 0, norm);
    ThreatModel threat = ThreatModel.untargeted(norm, epsilon);
    List<AttackResult> together = attack.run(model, mixed, threat, 1);
    assertThat(together.stream().mapToLong(AttackResult::forwards).sum())
        .isEqualTo(evaluated.get());
    for (int i = 0; i < 2; i++) {
      Samples one = new Samples(new float[][] {images[i]}, new int[1], new long[] {i});
      assertThat(attack.run(model, one, threat, 1).get(0))
          .usingRecursiveComparison()
          .isEqualTo(together.get(i));
    }
  }
}

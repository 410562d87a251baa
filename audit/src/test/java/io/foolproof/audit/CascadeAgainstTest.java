package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Attack;
import io.foolproof.attack.FunctionClassifier;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.query.Square;
import io.foolproof.attack.suite.Suite;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The suite {@code strong} on models made to break its idea: that samples which thorough attacks
 * fool are those which short ones almost fooled.
 *
 * <p>All decide by a linear score, so that it is known in closed form what can be fooled: that
 * whose score is less than epsilon times the 1-norm of the slope.
 */
@Tag("slow")
class CascadeAgainstTest {
  private static final int SAMPLES = 300;
  private static final int SIDE = 6;
  private static final int PIXELS = SIDE * SIDE;
  private static final double EPSILON = 0.02;
  private static final int QUERIES = 1000;

  /** What a search for the best corner reaches in any case, of all that can be reached. */
  private static final double FOUND = 0.7;

  private static final float[] SLOPE = draw("slope", 0, -1, 1);

  private static float[] draw(String purpose, int index, float low, float high) {
    float[] values = new float[PIXELS];
    new RandomStream(1, index, purpose, 0).fillUniform(values, 0, PIXELS - 1, low, high);
    return values;
  }

  /** The score of images [N, 1, side, side]: [N, 1]. */
  private static Tensor score(Tensor images) {
    return images.flatten(1).sub(0.5).matmul(Tensor.of(SLOPE, PIXELS, 1));
  }

  /** The same score with gradients that point anywhere. */
  private static Tensor noisy(Tensor images) {
    Tensor values = images.flatten(1);
    Tensor anything = values.mul(values.mul(1e4).sin().detach()).sum(true, 1);
    return score(images).detach().add(anything.sub(anything.detach()));
  }

  /** The same score without gradients. */
  private static Tensor flat(Tensor images) {
    Tensor score = noisy(images);
    return score.detach().add(score.sub(score));
  }

  /** From 1/20 to 20, by the last pixel, which the score ignores, to the nearest eighth. */
  private static Tensor temperature(Tensor images) {
    Tensor last = images.flatten(1).slice(1, PIXELS - 1, PIXELS, 1);
    return last.mul(8).round().div(8).sub(0.5).mul(6).exp().detach();
  }

  private static Tensor two(Tensor score) {
    return Tensor.concat(List.of(score, score.neg()), 1);
  }

  private static Tensor three(Tensor score, Tensor third) {
    return Tensor.concat(List.of(score, score.neg(), third), 1);
  }

  /** A model that is misleading in a way. */
  private record Misleading(String way, int classes, UnaryOperator<Tensor> logits) {
    FunctionClassifier model() {
      return new FunctionClassifier(InputSpec.unit(1, SIDE, SIDE), classes, logits);
    }

    @Override
    public String toString() {
      return way;
    }
  }

  /** Their gradients, or margins too, mislead: only a search by scores succeeds. */
  static Stream<Misleading> models() {
    UnaryOperator<Tensor> low = images -> score(images).mul(0).sub(4).detach();
    UnaryOperator<Tensor> noisy = images -> three(noisy(images), low.apply(images));
    return Stream.of(
        new Misleading("noisy gradients", 3, noisy),
        new Misleading("no gradients", 3, images -> three(flat(images), low.apply(images))),
        new Misleading(
            "shuffled temperature", 3, images -> noisy.apply(images).mul(temperature(images))),
        new Misleading(
            "shuffled third logit",
            3,
            images -> three(noisy(images), temperature(images).mul(-4).sub(4))),
        new Misleading(
            "shuffled temperature of two classes",
            2,
            images -> two(noisy(images)).mul(temperature(images))));
  }

  private static ImageSet images(int classes) {
    float[] pixels = new float[SAMPLES * PIXELS];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      float[] image = draw("images", i, 0.3f, 0.7f);
      image[PIXELS - 1] = i * 7 % 9 / 8f;
      System.arraycopy(image, 0, pixels, i * PIXELS, PIXELS);
      labels[i] = score(image) > 0 ? 0 : 1;
    }
    List<String> names = List.of("up", "down", "neither").subList(0, classes);
    return ImageSet.ofPixels("images", new ImageShape(1, SIDE, SIDE), pixels, labels, names);
  }

  private static double score(float[] image) {
    return IntStream.range(0, PIXELS).mapToDouble(j -> SLOPE[j] * (image[j] - 0.5)).sum();
  }

  private static double reach() {
    return EPSILON * IntStream.range(0, PIXELS).mapToDouble(j -> Math.abs(SLOPE[j])).sum();
  }

  /** With the attacks of the suite; those of Square are shorter, to take seconds. */
  private static AuditResult audit(FunctionClassifier model, ImageSet images) {
    ThreatModel threat = ThreatModel.linf(EPSILON);
    Suite.Choice strong = Suite.STRONG.choice(threat, 1);
    List<Attack> attacks =
        strong.attacks().stream()
            .map(attack -> attack instanceof Square ? new Square(QUERIES, 0.8, QUERIES) : attack)
            .toList();
    return Audit.of(model, images)
        .against(threat)
        .with(new Suite.Choice(attacks, false, true, strong.cascade()))
        .extent(AuditPlan.Extent.VERDICTS)
        .run();
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatCanBeFooledIsFoundOrBounded(Misleading misleading) {
    AuditResult result = audit(misleading.model(), images(misleading.classes()));
    int missed = 0;
    for (SampleVerdict sample : result.samples()) {
      double score = Math.abs(score(result.data().pixels((int) sample.index())));
      boolean fooled = sample.verdict() == Verdict.FOOLED;
      assertThat(fooled && score > reach()).isFalse();
      missed += !fooled && score < FOUND * reach() ? 1 : 0;
    }
    int foundLate = result.attacks().stream().skip(3).mapToInt(AttackSummary::fooled).sum();
    Searched searched = Objects.requireNonNull(result.searched());
    assertThat(foundLate).isGreaterThan(20);
    assertThat(missed).isLessThanOrEqualTo(searched.missedAtMost());
  }

  // ---- Where only FAB succeeds

  private static final int LARGE = 10;

  /** How many epsilons a part of an image moved along signs of its own: [N, 1], in [-1, 1]. */
  private static Tensor moved(Tensor images, int from, int to, String purpose) {
    float[] signs = new float[to - from];
    new RandomStream(1, 0, purpose, 0).fillUniform(signs, 0, signs.length, -1, 1);
    for (int j = 0; j < signs.length; j++) {
      signs[j] = Math.signum(signs[j]) / signs.length;
    }
    Tensor part = images.flatten(1).slice(1, from, to, 1).sub(0.5);
    return part.matmul(Tensor.of(signs, signs.length, 1)).div(EPSILON);
  }

  /**
   * Within epsilon all gradients lead along a first direction, where nothing is; far along it they
   * lead along a second one, to a corner that fools where the last pixel is bright.
   */
  private static Tensor trap(Tensor images) {
    Tensor first = moved(images, 0, 45, "first");
    Tensor second = moved(images, 45, 90, "second");
    Tensor ease = images.flatten(1).slice(1, 98, 99, 1);
    Tensor bright = images.flatten(1).slice(1, 99, 100, 1);
    Tensor inside = first.mul(0.2).add(ease.mul(0.5)).add(0.7);
    Tensor corner = Tensor.where(bright.gt(0.5), first.mul(0).add(0.8), first.mul(0).add(30));
    Tensor outside = corner.sub(second).mul(5);
    Tensor near = first.gt(-3).and(second.lt(0.7));
    Tensor margin = Tensor.where(near, inside, outside);
    return Tensor.concat(List.of(margin, margin.mul(0), margin.mul(0).sub(4)), 1);
  }

  @Test
  void whatOnlyFabFoolsIsFound() {
    float[] pixels = new float[SAMPLES * LARGE * LARGE];
    Arrays.fill(pixels, 0.5f);
    for (int i = 0; i < SAMPLES; i++) {
      int last = (i + 1) * LARGE * LARGE - 1;
      pixels[last] = i % 2;
      pixels[last - 1] = (float) i / SAMPLES;
    }
    ImageSet images =
        ImageSet.ofPixels(
            "trap",
            new ImageShape(1, LARGE, LARGE),
            pixels,
            new int[SAMPLES],
            List.of("label", "other", "third"));
    AuditResult result =
        audit(
            new FunctionClassifier(InputSpec.unit(1, LARGE, LARGE), 3, CascadeAgainstTest::trap),
            images);
    Searched searched = Objects.requireNonNull(result.searched());
    assertThat(searched.ranked()).isEqualTo(SAMPLES);
    assertThat(searched.thorough()).isEqualTo(SAMPLES);
    assertThat(result.count(Verdict.FOOLED).count()).isEqualTo(SAMPLES / 2);
  }
}

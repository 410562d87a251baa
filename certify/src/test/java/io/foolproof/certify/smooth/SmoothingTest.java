package io.foolproof.certify.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.certify.smooth.Smoothing.Certificate;
import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A linear classifier of two classes, whose smoothed radius is its distance to the boundary. */
class SmoothingTest {
  private static final int PIXELS = 20;
  private static final double SIGMA = 0.25;
  private static final double CONFIDENCE = 0.999;

  private static Classifier classifier(UnaryOperator<float[]> scores) {
    return Classifier.of(
        "closed form",
        InputSpec.unit(1, 4, 5),
        2,
        images -> {
          float[][] all = new float[images.length][];
          for (int i = 0; i < images.length; i++) {
            all[i] = scores.apply(images[i]);
          }
          return all;
        });
  }

  /** Class 1 where the sum of the pixels is at least a number. */
  private static Classifier sumAtLeast(double boundary) {
    return classifier(
        image -> {
          double sum = 0;
          for (float pixel : image) {
            sum += pixel;
          }
          return new float[] {0, (float) (sum - boundary)};
        });
  }

  /** All pixels of level 100, and so far away from the boundary. */
  private static Classifier atDistance(double distance) {
    return sumAtLeast(PIXELS * 100 / 255.0 - distance * Math.sqrt(PIXELS));
  }

  private static float[] image() {
    float[] image = new float[PIXELS];
    Arrays.fill(image, 100 / 255f);
    return image;
  }

  private static Smoothing smoothing(Noise noise, int draws, double confidence, long seed) {
    return new Smoothing(noise, 50, draws, confidence, seed);
  }

  private static Noise noise(String id) {
    return id.equals("integer") ? new IntegerNoise(SIGMA) : new GaussianNoise(SIGMA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "integer"})
  void theRadiusIsTheDistanceToTheBoundary(String id) {
    for (double distance : new double[] {0.05, 0.2, 0.4}) {
      Certificate certificate =
          smoothing(noise(id), 100_000, CONFIDENCE, 1).certify(atDistance(distance), image(), 3);
      assertThat(certificate.certified()).isTrue();
      assertThat(certificate.candidate()).isEqualTo(1);
      assertThat(certificate.radius()).isBetween(distance - 0.012, distance);
    }
  }

  @Test
  void certificatesFailNoMoreOftenThanTheConfidenceSays() {
    int wrong = 0;
    int wrongSequences = 0;
    int experiments = 400;
    for (int seed = 0; seed < experiments; seed++) {
      Smoothing smoothing = smoothing(new GaussianNoise(SIGMA), 400, 0.9, seed);
      Classifier model = atDistance(0.1);
      wrong += smoothing.certify(model, image(), 0).radius() > 0.1 ? 1 : 0;
      wrongSequences += smoothing.decide(model, image(), 0, 0.1001).certified() ? 1 : 0;
    }
    // 40 are expected at most: more than 62 would come by chance once in 10,000 runs.
    assertThat(wrong).isBetween(8, 62);
    assertThat(wrongSequences).isBetween(1, 62);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "integer"})
  void aRadiusIsDecidedWithFewDraws(String id) {
    Smoothing smoothing = smoothing(noise(id), 100_000, CONFIDENCE, 1);
    Classifier model = atDistance(0.3);
    Certificate near = smoothing.decide(model, image(), 0, 0.15);
    assertThat(near.certified()).isTrue();
    assertThat(near.radius()).isEqualTo(0.15);
    assertThat(near.draws()).isLessThan(1000);
    Certificate far = smoothing.decide(model, image(), 0, 0.45);
    assertThat(far.certified()).isFalse();
    assertThat(far.radius()).isZero();
    assertThat(far.draws()).isLessThan(5000);
    assertThat(smoothing.decide(model, image(), 0, 1e9).certified()).isFalse();
  }

  @Test
  void drawsOfOneImageAreNeverSeenTwice() {
    Set<FloatBuffer> seen = Collections.synchronizedSet(new HashSet<>());
    Classifier model =
        classifier(
            image -> {
              seen.add(FloatBuffer.wrap(image.clone()));
              return new float[] {1, 0};
            });
    smoothing(new GaussianNoise(SIGMA), 300, CONFIDENCE, 1).certify(model, image(), 0);
    assertThat(seen).hasSize(350);
  }

  private record Batched(Classifier model, int batch) implements ForwardingClassifier {
    @Override
    public int microBatch() {
      return batch;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gaussian", "integer"})
  void batchesChangeNothing(String id) {
    Smoothing smoothing = smoothing(noise(id), 1001, CONFIDENCE, 1);
    Certificate usual = smoothing.certify(atDistance(0.2), image(), 7);
    assertThat(usual.hits()).isBetween(500L, 1000L);
    for (int batch : new int[] {1, 7, 1000}) {
      assertThat(smoothing.certify(new Batched(atDistance(0.2), batch), image(), 7))
          .isEqualTo(usual);
    }
    assertThat(smoothing.certify(atDistance(0.2), image(), 8).hits()).isNotEqualTo(usual.hits());
  }

  @Test
  void abstainsWhereNoClassHasMostDraws() {
    Smoothing smoothing = smoothing(new GaussianNoise(SIGMA), 2000, CONFIDENCE, 1);
    Certificate even = smoothing.certify(atDistance(0), image(), 0);
    assertThat(even.certified()).isFalse();
    assertThat(even.radius()).isZero();
    Classifier broken = classifier(image -> new float[] {Float.NaN, 1});
    Certificate nothing = smoothing.certify(broken, image(), 0);
    assertThat(nothing.certified()).isFalse();
    assertThat(nothing.hits()).isZero();
  }

  @Test
  void noiseOfWholeLevelsIsNormalNoiseRounded() {
    int reach = 600;
    double[] probabilities = IntegerNoise.probabilities(SIGMA * 255, reach);
    double sum = 0;
    double variance = 0;
    for (int i = 0; i < probabilities.length; i++) {
      sum += probabilities[i];
      variance += probabilities[i] * (i - reach) * (i - reach);
    }
    assertThat(sum).isCloseTo(1, within(1e-13));
    // Sheppard: rounding adds a twelfth.
    assertThat(variance).isCloseTo(Math.pow(SIGMA * 255, 2) + 1 / 12.0, within(1e-6));
    IntegerNoise noise = new IntegerNoise(SIGMA);
    assertThat(noise.error(784)).isBetween(1e-12, 1e-8);
    float[] noisy = new float[PIXELS];
    noise.add(image(), new RandomStream(1, 0, "test", 0), noisy, 0);
    for (float pixel : noisy) {
      int level = Math.round(pixel * 255);
      assertThat(pixel).isEqualTo(level / 255f);
    }
  }

  @Test
  void lowerEndsAreThoseOfTheBinomialDistribution() {
    assertThat(Binomial.lower(9, 10, 0.05)).isCloseTo(0.605837, within(1e-6));
    assertThat(Binomial.lower(100_000, 100_000, 0.001))
        .isCloseTo(Math.pow(0.001, 1e-5), within(1e-8));
    assertThat(Binomial.lower(0, 10, 0.05)).isZero();
    for (long hits : new long[] {1, 50, 99}) {
      double lower = Binomial.lower(hits, 100, 0.001);
      double tail = BinomialDistribution.of(100, lower).survivalProbability((int) hits - 1);
      assertThat(tail).isBetween(0.000999, 0.001);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    for (double sigma : new double[] {0, -0.25, 64, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new GaussianNoise(sigma))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("sigma is " + sigma);
      assertThatThrownBy(() -> new IntegerNoise(sigma)).isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> new GaussianNoise(64)).hasMessageContaining("64/255");
    Noise noise = new GaussianNoise(SIGMA);
    for (double confidence : new double[] {0, 1, 99.9, Double.NaN}) {
      assertThatThrownBy(() -> smoothing(noise, 10, confidence, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("confidence is " + confidence);
    }
    assertThatThrownBy(() -> smoothing(noise, 0, CONFIDENCE, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("0 bound");
  }
}

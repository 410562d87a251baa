package io.foolproof.defense.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.geometry.SmallHull;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What detectors score, held against their definitions, on a linear model. */
class DetectorsTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(400);
  private static final ImageSet TEST = GeneratedDigits.standard().test(60);
  private static final OnnxClassifier MODEL = linear();

  private static OnnxClassifier linear() {
    try (Workers workers = new Workers()) {
      return OnnxClassifier.of(
          OnnxModel.of(
              FittedModels.fit(FittedModels.parse("lda"), TRAINING, TEST, workers).file(), "lda"));
    }
  }

  private static Suspicion fit(String detector) {
    try (Workers workers = new Workers()) {
      return Detectors.parse(detector).fit(MODEL, TRAINING, workers);
    }
  }

  private static Tensor batch(ImageSet images, int from, int to) {
    return images.tensor(IntStream.range(from, to).toArray()).reshape(to - from, 1, 28, 28);
  }

  private static double[] scores(Suspicion suspicion, Tensor images) {
    return suspicion.scores(images, MODEL.logits(images)).toDoubles();
  }

  private static double[] probabilities(float[] image) {
    double[] logits = MODEL.logits(Tensor.of(image, 1, 1, 28, 28)).toDoubles();
    double most = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(z -> Math.exp(z - most)).sum();
    return Arrays.stream(logits).map(z -> Math.exp(z - most) / sum).toArray();
  }

  private static double apart(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).sum();
  }

  @Test
  void squeezingScoresByTheLargerChangeOfTheProbabilities() {
    try (Scope scope = Scope.open()) {
      double[] found = scores(fit("squeezing:bits=2:window=3"), batch(TEST, 0, 10));
      for (int i = 0; i < 10; i++) {
        float[] image = TEST.pixels(i);
        float[] rounded = new float[784];
        float[] smooth = new float[784];
        for (int j = 0; j < 784; j++) {
          rounded[j] = Math.round(3 * image[j]) / 3f;
          smooth[j] = median(image, j / 28, j % 28);
        }
        double[] before = probabilities(image);
        double expected =
            Math.max(apart(before, probabilities(rounded)), apart(before, probabilities(smooth)));
        assertThat(found[i]).isCloseTo(expected, within(1e-5));
      }
      assertThat(Arrays.stream(found).max().orElseThrow()).isGreaterThan(0.01);
    }
  }

  private static float median(float[] image, int y, int x) {
    float[] window = new float[9];
    for (int k = 0; k < 9; k++) {
      int row = Math.min(27, Math.max(0, y + k / 3 - 1));
      int column = Math.min(27, Math.max(0, x + k % 3 - 1));
      window[k] = image[28 * row + column];
    }
    Arrays.sort(window);
    return window[4];
  }

  @Test
  void dimensionIsThatOfTheDistancesToTheNearestNeighbours() {
    try (Scope scope = Scope.open()) {
      double[] found = scores(fit("dimension:k=5:points=400:in=pixels"), batch(TEST, 0, 5));
      for (int i = 0; i < 5; i++) {
        float[] image = TEST.pixels(i);
        double[] distances =
            IntStream.range(0, 400)
                .mapToDouble(k -> distance(image, TRAINING.pixels(k)))
                .sorted()
                .limit(5)
                .toArray();
        double mean =
            Arrays.stream(distances).map(r -> Math.log(r / distances[4])).average().orElseThrow();
        assertThat(found[i]).isCloseTo(-1 / mean, within(1e-6 / -mean));
      }
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += ((double) a[j] - b[j]) * ((double) a[j] - b[j]);
    }
    return Math.sqrt(sum);
  }

  /** Whitened, the training images of the classes have the identity as covariance. */
  @Test
  void mahalanobisIsTheIdentityOnWhatItWasFittedTo() {
    try (Scope scope = Scope.open()) {
      Suspicion suspicion = fit("mahalanobis:shrinkage=0");
      double[] found = scores(suspicion, batch(TRAINING, 0, 400));
      // The mean squared distance to the own mean is the dimension of the logits; to the nearest
      // mean it can be no more, and is not much less where classes are apart.
      double mean = Arrays.stream(found).average().orElseThrow();
      assertThat(mean).isBetween(5.0, 10.0);
    }
  }

  @Test
  void hullDistanceIsThatToThePredictedClass() {
    try (Scope scope = Scope.open()) {
      double[] found = scores(fit("hull:points=400"), batch(TEST, 0, 5));
      long[] predicted = MODEL.logits(batch(TEST, 0, 5)).argmax(1).toLongs();
      for (int i = 0; i < 5; i++) {
        long label = predicted[i];
        SmallHull hull =
            SmallHull.of(
                IntStream.range(0, 400)
                    .filter(k -> TRAINING.label(k) == label)
                    .mapToObj(TRAINING::pixels)
                    .toArray(float[][]::new));
        double[] image = batch(TEST, i, i + 1).toDoubles();
        assertThat(found[i]).isCloseTo(hull.nearest(image).squaredDistance(), within(1e-6));
      }
    }
  }

  /**
   * On a linear model noise moves the log-odds of every image alike: 0 on average, by its length.
   */
  @Test
  void oddsOfALinearModelAreThoseOfTheNoiseAlone() {
    try (Scope scope = Scope.open()) {
      Suspicion suspicion = fit("odds:draws=8");
      Tensor images = batch(TEST, 0, 24);
      double[] found = scores(suspicion, images);
      long[] predicted = MODEL.logits(images).argmax(1).toLongs();
      for (int i = 0; i < 24; i++) {
        for (int k = 0; k < 24; k++) {
          if (predicted[i] == predicted[k]) {
            assertThat(found[i]).isCloseTo(found[k], within(1e-3));
          }
        }
        // The means are those of the same draws.
        assertThat(found[i]).isCloseTo(0, within(1e-3));
      }
      double[] attacked = scores(suspicion.asAttacked(), images);
      assertThat(Arrays.stream(attacked).map(Math::abs).max().orElseThrow()).isGreaterThan(0.05);
    }
  }

  @Test
  void oddsOfAClassThatIsNeverPredictedAreRefused() {
    int[] zeros = IntStream.range(0, TRAINING.size()).filter(i -> TRAINING.label(i) == 0).toArray();
    try (Workers workers = new Workers()) {
      assertThatThrownBy(() -> Odds.standard().fit(MODEL, TRAINING.select(zeros), workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("give more images of each class");
    }
  }

  /** Rounding is left out: it has no gradient of its own, and passes on that of the image. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "squeezing:bits=0:window=3",
        "dimension:k=5:points=100:in=pixels",
        "dimension:k=5:points=100:in=logits",
        "mahalanobis:in=logits",
        "mahalanobis:in=pixels:shrinkage=0.1",
        "hull:points=200"
      })
  void gradientsAreThoseOfCentralDifferences(String detector) {
    Suspicion suspicion = fit(detector);
    double step = 1e-5;
    try (Scope scope = Scope.open()) {
      // No two pixels alike, so that no median has two candidates.
      double[] pixels = batch(TEST, 4, 5).toDoubles();
      for (int j = 0; j < 784; j++) {
        pixels[j] = 0.1 + 0.8 * pixels[j] + 0.05 * Math.sin(37.0 * j);
      }
      Tensor image = Tensor.of(pixels, 1, 1, 28, 28).variable();
      double[] gradient =
          Gradients.of(suspicion.scores(image, MODEL.logits(image)), image).toDoubles();
      double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
      assertThat(largest).isPositive();
      for (int j : new int[] {100, 350, 405, 406, 520}) {
        double[] above = pixels.clone();
        double[] below = pixels.clone();
        above[j] += step;
        below[j] -= step;
        double difference =
            scores(suspicion, Tensor.of(above, 1, 1, 28, 28))[0]
                - scores(suspicion, Tensor.of(below, 1, 1, 28, 28))[0];
        assertThat(gradient[j]).isCloseTo(difference / (2 * step), within(1e-4 * largest));
      }
    }
  }

  @Test
  void roundingPassesTheGradientOfTheImage() {
    Suspicion suspicion = fit("squeezing:bits=3:window=0");
    try (Scope scope = Scope.open()) {
      Tensor image = batch(TEST, 0, 1).to(DType.FLOAT64).mul(0.8).add(0.07).variable();
      double[] gradient =
          Gradients.of(suspicion.scores(image, MODEL.logits(image)), image).toDoubles();
      assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "squeezing",
        "dimension:points=100:in=pixels",
        "mahalanobis",
        "odds",
        "hull:points=100"
      })
  void aScoreDoesNotDependOnTheRestOfTheMicroBatch(String detector) {
    Suspicion suspicion = fit(detector);
    try (Scope scope = Scope.open()) {
      double[] forward = scores(suspicion, batch(TEST, 0, Workers.MICRO_BATCH));
      int[] order =
          IntStream.range(0, 24).map(i -> i == 5 ? 3 : i == 3 ? 5 : i == 0 ? 40 : i).toArray();
      double[] moved = scores(suspicion, TEST.tensor(order).reshape(24, 1, 28, 28));
      assertThat(moved[5]).isEqualTo(forward[3]);
      assertThat(moved[3]).isEqualTo(forward[5]);
      assertThat(moved[23]).isEqualTo(forward[23]);
    }
  }

  @Test
  void aThresholdLeavesNoMoreThanItsFractionOfAlarms() {
    double[] scores = IntStream.range(0, 200).mapToDouble(i -> (i * 37) % 200).toArray();
    Threshold threshold = Threshold.of(scores, 0.05);
    assertThat(threshold.value()).isEqualTo(189);
    assertThat(Arrays.stream(scores).filter(threshold::detects)).hasSize(10);
    assertThat(Threshold.of(new double[] {1, 1, 1}, 0.5).detects(1)).isFalse();
    assertThat(threshold.detects(Double.NaN)).isTrue();
    assertThat(Threshold.of(scores, 0).detects(199)).isFalse();
    assertThatThrownBy(() -> Threshold.of(new double[0], 0.05))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no clean images");
    assertThatThrownBy(() -> Threshold.of(scores, 1)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Threshold.of(new double[] {Double.NaN}, 0.05))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void refusalsSayWhatThereIs() {
    assertThatThrownBy(() -> Detectors.parse("magnet"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "'magnet' is no detector: give one of squeezing, dimension, mahalanobis, odds,"
                + " hull");
    assertThatThrownBy(() -> Detectors.parse("squeezing:bits=0:window=1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give bits from 1 to 8, a window from 2 to 9, or both");
    assertThatThrownBy(() -> Detectors.parse("dimension:k=20:points=20"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give fewer neighbours than points");
    assertThatThrownBy(() -> fit("hull:points=3"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("hull:points=");
  }
}

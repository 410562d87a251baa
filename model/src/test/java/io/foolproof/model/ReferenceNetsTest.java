package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of others: logits as in ONNX Runtime, gradients as finite differences. */
class ReferenceNetsTest {
  private static final int IMAGES = 1000;
  private static final int BATCH = 96;

  static Stream<Path> networks() throws IOException {
    return ReferenceFolder.networks().stream();
  }

  static Tensor images(InputSpec input, int count) throws IOException {
    int elements = input.elements();
    if (elements == 784) {
      float[] pixels = new float[count * elements];
      List<float[]> digits = ReferenceFolder.digits(count);
      for (int i = 0; i < count; i++) {
        System.arraycopy(digits.get(i % digits.size()), 0, pixels, i * elements, elements);
      }
      return Tensor.of(pixels, input.batchShape(count));
    }
    return noise(input, count);
  }

  private static Tensor noise(InputSpec input, int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] pixels = new float[count * input.elements()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble();
    }
    return Tensor.of(pixels, input.batchShape(count));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void logitsAreThoseOfOnnxRuntime(Path file) throws IOException {
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = OnnxClassifier.load(file);
        OnnxRuntimeClassifier other = OnnxRuntimeClassifier.load(file)) {
      Tensor images = images(classifier.input(), IMAGES);
      double largest = 0;
      for (int from = 0; from < IMAGES; from += BATCH) {
        try (Scope step = Scope.open()) {
          Tensor batch = images.rows(from, Math.min(IMAGES, from + BATCH));
          Tensor difference = classifier.logits(batch).sub(other.logits(batch)).abs();
          largest = Math.max(largest, difference.max(false, 0, 1).item());
        }
      }
      assertThat(largest).isLessThan(1e-4);
      assertThat(other.classes()).isEqualTo(classifier.classes()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void inputGradientsAreThoseOfFiniteDifferences(Path file) throws IOException {
    int samples = 3;
    double step = 1e-6;
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = OnnxClassifier.load(file)) {
      // On a digit's even background maxima tie, and the gradient is any of several.
      Tensor images = noise(classifier.input(), samples).to(DType.FLOAT64).variable();
      Tensor weights = Tensor.of(new double[] {1, -2, 3, -4, 5, -6, 7, -8, 9, -10}, 10);
      double[] gradient = Gradients.of(classifier.logits(images).mul(weights), images).toDoubles();
      double[] pixels = images.toDoubles();
      SplittableRandom random = new SplittableRandom(2);
      int elements = classifier.input().elements();
      for (int i = 0; i < 12; i++) {
        int at = random.nextInt(samples) * elements + elements / 4 + random.nextInt(elements / 2);
        double[] score = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] moved = pixels.clone();
          moved[at] += side == 0 ? -step : step;
          Tensor logits = classifier.logits(Tensor.of(moved, images.shape()));
          score[side] = logits.mul(weights).sum().item();
        }
        double difference = (score[1] - score[0]) / (2 * step);
        assertThat(gradient[at])
            .as("%s, coordinate %d", file.getFileName(), at)
            .isCloseTo(difference, within(1e-4 * Math.max(1, Math.abs(difference))));
      }
    }
  }
}

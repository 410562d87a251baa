package io.foolproof.defense.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What layers make of images, against their definitions. */
class LayerValuesTest {
  private static final int SIZE = 9;
  private static final int PIXELS = SIZE * SIZE;

  private static float[] image() {
    float[] image = new float[PIXELS];
    new RandomStream(6, 0, "image", 0).fillUniform(image, 0, PIXELS, 0, 1);
    return image;
  }

  @Test
  void aMedianIsTheMiddleOfItsWindow() {
    float[] image = image();
    float[] made = LayersTest.made(new Median(3), image, 1, SIZE, SIZE)[0];
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        float[] window = new float[9];
        for (int k = 0; k < 9; k++) {
          int y = Math.max(0, Math.min(SIZE - 1, row + k / 3 - 1));
          int x = Math.max(0, Math.min(SIZE - 1, column + k % 3 - 1));
          window[k] = image[SIZE * y + x];
        }
        Arrays.sort(window);
        assertThat(made[SIZE * row + column]).isEqualTo(window[4]);
      }
    }
  }

  @Test
  void aThermometerRoundsOrHandsOnItsChannels() {
    float[] image = image();
    float[] made = LayersTest.made(new Thermometer(5, true), image, 1, SIZE, SIZE)[0];
    for (int i = 0; i < PIXELS; i++) {
      assertThat(made[i]).isCloseTo(Math.round(5 * image[i]) / 5f, within(1e-6f));
    }
    Thermometer codes = new Thermometer(5, false);
    OnnxModel coded = codes.in(LayersTest.pixels(5, SIZE, SIZE));
    try (OnnxClassifier classifier = OnnxClassifier.of(coded);
        Scope scope = Scope.open()) {
      assertThat(classifier.input().shape()).containsExactly(1, SIZE, SIZE);
      float[] seen = classifier.logits(Tensor.of(image, 1, 1, SIZE, SIZE)).toFloats();
      for (int i = 0; i < 5 * PIXELS; i++) {
        int channel = i / PIXELS;
        float level = (channel + 0.5f) / 5;
        assertThat(seen[i]).isEqualTo(image[i % PIXELS] >= level ? 1 : 0);
      }
    }
    assertThatThrownBy(() -> codes.in(LayersTest.pixels(3, SIZE, SIZE)))
        .hasMessageContaining("makes 5 channels of each of an image's, and the net takes 3");
  }

  /** A net that rectifies its pixels and gives them. */
  private static OnnxModel rectified() {
    return OnnxModel.of(
        new OnnxBuilder("pixels", new long[] {1, SIZE, SIZE}, 0).relu().flatten().build(), "p");
  }

  @Test
  void winnersAreTheLargest() {
    float[] image = image();
    float[] sorted = image.clone();
    Arrays.sort(sorted);
    try (OnnxClassifier classifier = OnnxClassifier.of(new Winners(0.1).in(rectified()));
        Scope scope = Scope.open()) {
      float[] seen = classifier.logits(Tensor.of(image, 1, 1, SIZE, SIZE)).toFloats();
      for (int i = 0; i < PIXELS; i++) {
        assertThat(seen[i]).isEqualTo(image[i] >= sorted[PIXELS - 8] ? image[i] : 0);
      }
    }
  }

  /** The mean over many draws is the activation itself. */
  @Test
  void pruningKeepsTheMean() {
    float[] image = image();
    int draws = 4000;
    float[] copies = new float[draws * PIXELS];
    for (int k = 0; k < draws; k++) {
      System.arraycopy(image, 0, copies, k * PIXELS, PIXELS);
    }
    try (OnnxClassifier classifier = OnnxClassifier.of(new ActivationPruning(1).in(rectified()));
        Scope scope = Scope.open()) {
      Tensor made = classifier.logits(Tensor.of(copies, draws, 1, SIZE, SIZE));
      float[] mean = made.mean(false, 0).toFloats();
      double average = 0;
      for (float pixel : image) {
        average += pixel / PIXELS;
      }
      for (int i = 0; i < PIXELS; i++) {
        double keep = 1 - Math.exp(-image[i] / average);
        double deviation = image[i] * Math.sqrt((1 - keep) / keep / draws);
        assertThat((double) mean[i]).isCloseTo(image[i], within(5 * deviation + 1e-4));
      }
    }
  }

  /** White at a random size and place: between a square of the smallest size and all of it. */
  @Test
  void resizedImagesKeepTheirBrightnessTimesTheirArea() {
    float[] white = new float[64 * PIXELS];
    Arrays.fill(white, 1);
    float[] made = LayersTest.made(new RandomResize(0.5), white, 1, SIZE, SIZE)[0];
    double smallest = 1;
    double largest = 0;
    for (int k = 0; k < 64; k++) {
      double sum = 0;
      for (int i = 0; i < PIXELS; i++) {
        assertThat(made[k * PIXELS + i]).isBetween(-1e-6f, 1 + 1e-5f);
        sum += made[k * PIXELS + i] / PIXELS;
      }
      smallest = Math.min(smallest, sum);
      largest = Math.max(largest, sum);
    }
    assertThat(smallest).isBetween(0.2, 0.35);
    assertThat(largest).isBetween(0.8, 1.0);
  }
}

package io.foolproof.physical.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.LinearClassifier;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import io.foolproof.transform.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchAttackTest {
  private static final int SIZE = 8;
  private static final int SIDE = 3;
  private static final Places FIXED = new Places(0, 0, new Places.Spot(2, 4));

  private static ImageSet images(int channels, int count) {
    ImageShape shape = new ImageShape(channels, SIZE, SIZE);
    float[][] pixels = new float[count][shape.pixels()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(4, i, "images", 0).fillUniform(pixels[i], 0, shape.pixels(), 0, 1);
      labels[i] = i % 2;
    }
    return ImageSet.of(pixels, labels, shape);
  }

  private static float[][] weights(int channels) {
    float[][] weights = new float[2][channels * SIZE * SIZE];
    for (int k = 0; k < 2; k++) {
      new RandomStream(5, k, "weights", 0).fillGaussian(weights[k], 0, weights[k].length);
    }
    return weights;
  }

  private static LinearClassifier linear(int channels, float bias) {
    return new LinearClassifier(
        InputSpec.unit(channels, SIZE, SIZE), weights(channels), new float[] {bias, 0});
  }

  private static PatchAttack attack(Integer target, Places places) {
    return new PatchAttack(SIDE, false, target, places, View.NONE, Looks.ANY, 300, 20, 0.1, 0);
  }

  /** White where the target's weight is the larger, black where it is the smaller. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 0", "3, 1", "3, 0"})
  void onALinearModelItIsTheBestPatchPixelByPixel(int channels, int target) {
    float[][] weights = weights(channels);
    try (Workers workers = new Workers(2)) {
      Patch patch = attack(target, FIXED).make(linear(channels, 0), images(channels, 40), workers);
      for (int j = 0; j < channels * SIDE * SIDE; j++) {
        int c = j / (SIDE * SIDE);
        int row = 2 + j / SIDE % SIDE;
        int column = 4 + j % SIDE;
        int i = (c * SIZE + row) * SIZE + column;
        int best = weights[target][i] > weights[1 - target][i] ? 255 : 0;
        assertThat(patch.levels()[j]).as("pixel %d", j).isEqualTo(best);
      }
    }
  }

  @Test
  void ratesAreThoseOfTheImagesWithTheCoversOnThem() {
    // So large a bias that class 0 wins but where the patch is.
    LinearClassifier model = linear(1, 3);
    ImageSet images = images(1, 60);
    try (Workers workers = new Workers(2)) {
      Patch patch = attack(1, FIXED).make(model, images, workers);
      PatchRates rates = PatchRates.measure(model, patch, images, FIXED, View.NONE, 1, workers);
      assertThat(rates.images()).isEqualTo(30);
      int[] expected = new int[3];
      Patch[] covers = {patch, patch.filled(255), patch.filled(0)};
      for (int i = 0; i < 60; i++) {
        for (int k = 0; k < 3 && images.label(i) == 0; k++) {
          expected[k] += isOne(images.pixels(i), covers[k]) ? 1 : 0;
        }
      }
      assertThat(rates.fooled().get(Cover.PATCH)).isEqualTo(expected[0]);
      assertThat(rates.fooled().get(Cover.WHITE)).isEqualTo(expected[1]);
      assertThat(rates.fooled().get(Cover.BLACK)).isEqualTo(expected[2]);
      assertThat(expected[0]).isGreaterThan(Math.max(expected[1], expected[2]));
      int untouched = rates.fooled().getOrDefault(Cover.NOTHING, -1);
      assertThat(rates.clean() + untouched).isEqualTo(30);
    }
  }

  private static boolean isOne(float[] image, Patch patch) {
    float[][] weights = weights(1);
    for (int j = 0; j < SIDE * SIDE; j++) {
      image[(2 + j / SIDE) * SIZE + 4 + j % SIDE] = patch.levels()[j] / 255f;
    }
    double lead = -3;
    for (int i = 0; i < image.length; i++) {
      lead += (weights[1][i] - weights[0][i]) * image[i];
    }
    return lead > 0;
  }

  @Test
  void aPatchDoesNotDependOnTheNumberOfWorkers() {
    PatchAttack attack =
        new PatchAttack(SIDE, true, null, Places.USUAL, View.NONE, Looks.ANY, 10, 60, 0.1, 3);
    try (Workers one = new Workers(1);
        Workers three = new Workers(3)) {
      ImageSet images = images(1, 40);
      Patch patch = attack.make(linear(1, 0), images, one);
      assertThat(attack.make(linear(1, 0), images, three)).isEqualTo(patch);
      assertThat(patch.target()).isNull();
    }
  }

  @Test
  void whatCannotBeMadeIsRefused() {
    assertThatThrownBy(
            () -> new PatchAttack(3, false, 1, FIXED, View.NONE, Looks.ANY, 0, 1, 0.1, 0))
        .isInstanceOf(InvalidInputException.class);
    try (Workers workers = new Workers(1)) {
      assertRefused(PatchAttack.usual(9, 1, 0), "9 x 9 pixels is larger than the images", workers);
      assertRefused(attack(2, FIXED), "and linear", workers);
      assertRefused(
          attack(1, Places.USUAL.at("6,0")), "does not fit into images of 8 x 8", workers);
      ImageSet ones = images(1, 4).select(new int[] {1, 3});
      assertThatThrownBy(() -> attack(1, FIXED).make(linear(1, 0), ones, workers))
          .hasMessageContaining("all images (2) are of the target, class 1");
    }
  }

  private static void assertRefused(PatchAttack attack, String message, Workers workers) {
    assertThatThrownBy(() -> attack.make(linear(1, 0), images(1, 4), workers))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}

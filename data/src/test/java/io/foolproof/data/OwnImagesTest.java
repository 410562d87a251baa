package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;

/** Images that a program has in memory. */
class OwnImagesTest {
  private static final ImageShape SHAPE = new ImageShape(1, 1, 2);

  @Test
  void imagesAndLabelsAreCopied() {
    float[][] pixels = {{0, 1}, {0.5f, 0.25f}};
    int[] labels = {2, 0};
    ImageSet images = ImageSet.of(pixels, labels, SHAPE);
    pixels[1][0] = 9;
    labels[0] = 1;
    assertThat(images.pixels(1)).containsExactly(0.5f, 0.25f);
    assertThat(images.label(0)).isEqualTo(2);
    assertThat(images.classNames()).containsExactly("0", "1", "2");
    assertThat(images.first(1).size()).isEqualTo(1);
    assertThat(images.first(2).index(1)).isEqualTo(1);
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    float[][] two = {{0, 1}, {1, 0}};
    refused(() -> ImageSet.of(two, new int[] {1}, SHAPE), "2 images and 1 labels");
    refused(() -> ImageSet.of(new float[0][], new int[0], SHAPE), "there are no images");
    refused(() -> ImageSet.of(new float[][] {{0}}, new int[] {0}, SHAPE), "image 0 has 1 pixels");
    refused(() -> ImageSet.of(new float[][] {{0, 2}}, new int[] {0}, SHAPE), "2.0");
    refused(() -> ImageSet.of(new float[][] {{0, Float.NaN}}, new int[] {0}, SHAPE), "NaN");
    refused(() -> ImageSet.of(two, new int[] {0, -1}, SHAPE), "label 1 is -1");
    int absurd = Integer.MAX_VALUE;
    refused(() -> ImageSet.of(two, new int[] {absurd, 0}, SHAPE), "label 0 is " + absurd);
    refused(() -> ImageSet.of(two, new int[] {absurd - 1, 0}, SHAPE), "label 0 is");
    ImageSet images = ImageSet.of(two, new int[] {0, 1}, SHAPE);
    refused(() -> images.first(3), "has 2 images", "the first 3", "from 1 to 2");
    refused(() -> images.first(0), "the first 0");
  }

  private static void refused(Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(parts);
  }
}

package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSetTest {
  private static final ImageShape SHAPE = new ImageShape(3, 1, 2);
  private static final List<String> NAMES = List.of("a", "b");
  private static final int[] LABELS = {0, 1, 1, 0};

  private final byte[] levels = TestFiles.counting(24);
  private final ImageSet images = ImageSet.ofLevels("set", SHAPE, levels, LABELS, NAMES);

  @Test
  void subsetsOfSubsetsKeepTheOriginalIndex() {
    ImageSet subset = images.range(1, 4).select(new int[] {2, 0, 0});

    assertThat(subset.size()).isEqualTo(3);
    assertThat(new long[] {subset.index(0), subset.index(1), subset.index(2)})
        .containsExactly(3, 1, 1);
    assertThat(subset.label(1)).isEqualTo(1);
    assertThat(subset.pixels(0)).isEqualTo(images.pixels(3));
    assertThat(subset.classes()).isEqualTo(2);
  }

  @Test
  void levelsAreExactAndArraysAreCopied() {
    byte[] copy = new byte[8];
    levels[6] = 99;
    images.copyLevels(1, copy, 1);

    assertThat(images.eightBit()).isTrue();
    assertThat(copy).containsExactly(0, 6, 7, 8, 9, 10, 11, 0);
  }

  @Test
  void everyLevelIsItsPixel() {
    ImageSet all =
        ImageSet.ofLevels(
            "all", new ImageShape(1, 16, 16), TestFiles.counting(256), new int[1], List.of("a"));

    for (int level = 0; level < 256; level++) {
      assertThat(all.pixels(0)[level]).isEqualTo(level / 255f);
    }
  }

  @Test
  void realPixelsHaveNoLevels() {
    ImageSet reals = ImageSet.ofPixels("reals", SHAPE, new float[24], LABELS, NAMES);

    assertThat(reals.eightBit()).isFalse();
    assertThatThrownBy(() -> reals.copyLevels(0, new byte[6], 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pixelsOutsideTheBoxAreRefusedByName() {
    for (float bad : new float[] {1.0001f, -0.0001f, Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] pixels = new float[24];
      pixels[13] = bad;
      assertThatThrownBy(() -> ImageSet.ofPixels("reals", SHAPE, pixels, LABELS, NAMES))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("reals: image 2 has the pixel value " + bad);
    }
  }

  @Test
  void sizesAndLabelsMustFit() {
    assertThatThrownBy(() -> ImageSet.ofLevels("set", SHAPE, new byte[23], LABELS, NAMES))
        .hasMessageContaining("4 labels and images of 3 x 1 x 2 need 24 pixels, but there are 23");
    assertThatThrownBy(() -> ImageSet.ofLevels("set", SHAPE, levels, new int[] {0, 1, 2, 0}, NAMES))
        .hasMessageContaining("label 2 is 2, expected 0 to 1");
    assertThatThrownBy(() -> new ImageShape(1, 0, 5)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new ImageShape(1, 1 << 20, 1 << 20))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void theHashSeesPixelsLabelsShapeAndOrderButNotNames() {
    String hash = images.sha256();
    ImageShape turned = new ImageShape(3, 2, 1);
    byte[] other = levels.clone();
    other[0] = 1;

    assertThat(hash).hasSize(64).isEqualTo(images.named("new").sha256());
    assertThat(ImageSet.ofLevels("set", turned, levels, LABELS, NAMES).sha256()).isNotEqualTo(hash);
    assertThat(ImageSet.ofLevels("set", SHAPE, other, LABELS, NAMES).sha256()).isNotEqualTo(hash);
    assertThat(ImageSet.ofLevels("set", SHAPE, levels, new int[4], NAMES).sha256())
        .isNotEqualTo(hash);
    assertThat(images.select(new int[] {1, 0, 2, 3}).sha256()).isNotEqualTo(hash);
    assertThat(images.select(new int[] {0, 1, 2, 3}).sha256()).isEqualTo(hash);
  }
}

package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What data do not say themselves: ranges, names of classes, and which images are taken. */
class ReadingTest {
  private final Path folder;

  ReadingTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ImageSet images(float[] values, @Nullable PixelRange range, int... shape) {
    Path file = folder.resolve("set.npz");
    int n = shape[0];
    Npz.write(
        file,
        Map.of(
            "images", NpyArray.ofFloats(values, shape),
            "labels", NpyArray.ofInts(new int[n], n)));
    return DataSource.of(file.toString())
        .open(Split.TEST, DataLocations.usual(), new Reading(null, range));
  }

  /** Every level, normalised channel by channel in single precision, is that level again. */
  @Test
  void levelsInTheUnitsOfAModelAreLevelsAgain() {
    float[] mean = {0.485f, 0.456f, 0.406f};
    float[] std = {0.229f, 0.224f, 0.225f};
    float[] low = new float[3];
    float[] high = new float[3];
    float[] values = new float[3 * 256];
    for (int c = 0; c < 3; c++) {
      low[c] = (0 - mean[c]) / std[c];
      high[c] = (1 - mean[c]) / std[c];
      for (int level = 0; level < 256; level++) {
        values[256 * c + level] = (level / 255f - mean[c]) / std[c];
      }
    }
    ImageSet images = images(values, new PixelRange(low, high), 1, 3, 16, 16);
    assertThat(images.eightBit()).isTrue();
    byte[] levels = new byte[3 * 256];
    images.copyLevels(0, levels, 0);
    for (int k = 0; k < levels.length; k++) {
      assertThat(Byte.toUnsignedInt(levels[k])).isEqualTo(k % 256);
    }
  }

  @Test
  void otherValuesAreMappedLinearly() {
    ImageSet images = images(new float[] {-1, 0, 0.25f, 1}, PixelRange.of(-1, 1), 1, 2, 2);
    assertThat(images.eightBit()).isFalse();
    assertThat(images.pixels(0)).containsExactly(0, 0.5f, 0.625f, 1);
    assertThatThrownBy(() -> images(new float[] {-1, 0, 0, 1.1f}, PixelRange.of(-1, 1), 1, 2, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1.05");
    assertThatThrownBy(
            () ->
                images(new float[4], new PixelRange(new float[3], new float[] {1, 1, 1}), 1, 2, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3 channels, the images have 1");
    assertThatThrownBy(() -> PixelRange.of(1, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("smaller end first");
  }

  @Test
  void whatRoundingPutOutsideIsAtTheEdge() {
    ImageSet images = images(new float[] {-2.98e-8f, 1.0000001f, 0.5f, 0}, null, 1, 2, 2);
    assertThat(images.pixels(0)).containsExactly(0, 1, 0.5f, 0);
    for (float outside : new float[] {-1e-5f, 1.00001f, Float.NaN}) {
      assertThatThrownBy(() -> images(new float[] {outside, 0, 0, 0}, null, 1, 2, 2))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("--data-range");
    }
  }

  @Test
  void eightBitImagesNeedNoRange() {
    assertThatThrownBy(
            () ->
                DataSource.of("digits")
                    .open(
                        Split.TEST,
                        DataLocations.usual(),
                        new Reading(null, PixelRange.of(0, 255))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("leave it out");
  }

  @Test
  void classNamesAreOneALine() throws IOException {
    Path file = folder.resolve("names.txt");
    Files.writeString(file, "cat\n dog \r\nbig horse\n");
    assertThat(Reading.classNames(file)).containsExactly("cat", "dog", "big horse");
    for (String wrong : new String[] {"", "a\n\nb\n", "a\na\n"}) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> Reading.classNames(file)).isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> Reading.classNames(folder.resolve("none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none");
  }

  @Test
  void aSampleIsEvenOverTheClassesWhateverTheOrder() {
    int[] labels = IntStream.range(0, 100).map(i -> i < 80 ? 0 : i < 95 ? 1 : 7).toArray();
    float[][] pixels = new float[100][1];
    ImageSet sorted = ImageSet.of(pixels, labels, new ImageShape(1, 1, 1));
    ImageSet drawn = sorted.sample(30, 3);
    assertThat(counts(drawn)).containsExactly(13, 12, 5);
    assertThat(drawn.selection()).isEqualTo("30 of 100, drawn evenly over the classes with seed 3");
    assertThat(indices(sorted.sample(30, 3))).isEqualTo(indices(drawn));
    assertThat(indices(sorted.sample(30, 4))).isNotEqualTo(indices(drawn));
    assertThat(indices(drawn)).isSorted().contains(indices(sorted.sample(12, 3)));
    assertThat(indices(sorted.sample(100, 3))).hasSize(100);
    assertThat(sorted.sample(100, 3).selection()).isEmpty();
    assertThat(sorted.first(30).selection()).isEqualTo("the first 30 of 100");
    assertThatThrownBy(() -> sorted.sample(101, 0)).hasMessageContaining("from 1 to 100");
  }

  private static int[] counts(ImageSet images) {
    return IntStream.of(0, 1, 7)
        .map(k -> (int) IntStream.range(0, images.size()).filter(i -> images.label(i) == k).count())
        .toArray();
  }

  private static long[] indices(ImageSet images) {
    return IntStream.range(0, images.size()).mapToLong(images::index).toArray();
  }
}

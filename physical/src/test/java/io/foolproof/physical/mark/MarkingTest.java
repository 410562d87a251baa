package io.foolproof.physical.mark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Looks;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkingTest {
  private static final ImageShape COLOUR = new ImageShape(3, 9, 12);
  private static final double STEP = 1e-4;

  @TempDir Path folder;

  private static float[] image(ImageShape shape) {
    float[] image = new float[shape.pixels()];
    new RandomStream(1, 0, "image", 0).fillUniform(image, 0, image.length, 0.2f, 0.8f);
    return image;
  }

  /** The gradient of a weighted sum of the marked pixels, against central differences. */
  private static void assertGradient(Marking marking, double[] mark, double cost) {
    float[] image = image(COLOUR);
    double[] weights = new double[image.length];
    Arrays.setAll(weights, j -> Math.sin(j + 1.0));
    double[] gradient = marking.gradient(mark, image, weights, COLOUR);
    for (int k = 0; k < mark.length; k++) {
      double[] up = mark.clone();
      double[] down = mark.clone();
      up[k] += STEP;
      down[k] -= STEP;
      double slope =
          (sum(marking.on(image, up, COLOUR), weights, cost)
                  - sum(marking.on(image, down, COLOUR), weights, cost))
              / (2 * STEP);
      assertThat(gradient[k]).as("number %d", k).isCloseTo(slope, within(2e-2));
    }
  }

  /** Less the sum of squared differences of neighbours, weighed. */
  private static double sum(float[] pixels, double[] weights, double cost) {
    double sum = 0;
    for (int j = 0; j < pixels.length; j++) {
      sum += weights[j] * pixels[j];
      int x = j % 12;
      int y = j / 12 % 9;
      double right = x == 11 ? 0 : pixels[j + 1] - pixels[j];
      double below = y == 8 ? 0 : pixels[j + 12] - pixels[j];
      sum -= cost * (right * right + below * below);
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void strokesRiseAsTheirPixelsDo(long seed) {
    Strokes strokes = new Strokes(2, 2, 8, 1);
    assertGradient(strokes, strokes.random(COLOUR, new RandomStream(seed, 0, "test", 0)), 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void stickersRiseAsTheirPixelsDoLessWhatTheirLooksCost(double smoothness) {
    Mask mask = Mask.parse("2,3,4,5", COLOUR);
    Sticker sticker = new Sticker(mask, new Looks(smoothness, 0, Looks.ANY.palette()));
    assertGradient(sticker, sticker.random(COLOUR, new RandomStream(1, 0, "test", 0)), smoothness);
  }

  @Test
  void strokesAreWhereTheirPointsAreInTheirInk() {
    ImageShape shape = new ImageShape(1, 20, 20);
    float[] grey = new float[400];
    Arrays.fill(grey, 0.4f);
    double[] level = {4, 10.5, 10, 10.5, 16, 10.5};
    for (int ink = 0; ink < 2; ink++) {
      float[] marked = new Strokes(1, 3, 20, ink).on(grey, level, shape);
      for (int x = 5; x < 15; x++) {
        assertThat(marked[10 * 20 + x]).isEqualTo(ink);
        assertThat(marked[7 * 20 + x]).isEqualTo(0.4f);
      }
      assertThat(marked[10 * 20]).isEqualTo(0.4f);
    }
  }

  @Test
  void strokesStayOnTheImageAndAreNoLongerThanTheyMay() {
    Strokes strokes = new Strokes(3, 2, 5, 0);
    for (int i = 0; i < 20; i++) {
      RandomStream random = new RandomStream(i, 0, "test", 0);
      double[] mark = strokes.random(COLOUR, random);
      Arrays.setAll(mark, k -> mark[k] + 30 * random.nextGaussian());
      strokes.confine(mark, COLOUR);
      double[] moved = strokes.scrambled(mark, COLOUR, random);
      for (double[] one : new double[][] {mark, moved}) {
        for (int stroke = 0; stroke < 3; stroke++) {
          double length = 0;
          for (int k = 6 * stroke; k < 6 * stroke + 6; k += 2) {
            assertThat(one[k]).isBetween(0.0, 12.0);
            assertThat(one[k + 1]).isBetween(0.0, 9.0);
            length +=
                k == 6 * stroke ? 0 : Math.hypot(one[k] - one[k - 2], one[k + 1] - one[k - 1]);
          }
          assertThat(length).isLessThanOrEqualTo(5 + 1e-9);
        }
      }
    }
  }

  @Test
  void stickersChangeNothingOutsideOfTheirMask() throws IOException {
    BufferedImage file = new BufferedImage(12, 9, BufferedImage.TYPE_BYTE_GRAY);
    int[] inside = {0, 17, 40, 107};
    IntStream.of(inside).forEach(k -> file.getRaster().setSample(k % 12, k / 12, 0, 255));
    Path path = folder.resolve("mask.png");
    ImageIO.write(file, "png", path.toFile());
    Mask mask = Mask.parse(path.toString(), COLOUR);
    assertThat(mask.pixels()).containsExactly(inside);
    Sticker sticker = new Sticker(mask, Looks.ANY);
    double[] mark = sticker.random(COLOUR, new RandomStream(1, 0, "test", 0));
    float[] image = image(COLOUR);
    float[] marked = sticker.on(image, mark, COLOUR);
    for (int j = 0; j < image.length; j++) {
      int k = j % 108;
      boolean isInside = IntStream.of(inside).anyMatch(pixel -> pixel == k);
      assertThat(marked[j] != image[j]).isEqualTo(isInside);
    }
    double[] scrambled = sticker.scrambled(mark, COLOUR, new RandomStream(2, 0, "test", 0));
    assertThat(Arrays.copyOf(scrambled, 4))
        .containsExactlyInAnyOrder(mark[0], mark[1], mark[2], mark[3]);
    int first = IntStream.range(0, 4).filter(k -> mark[k] == scrambled[0]).findFirst().orElse(-1);
    assertThat(scrambled[4]).isEqualTo(mark[4 + first]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8,0,4,4 | is not inside images of 9 x 12",
        "0,0,0,4 | the mask has no pixel inside",
        "none.png | there is no such file"
      })
  void masksThatAreNoneAreRefused(String text, String message) {
    assertThatThrownBy(() -> Mask.parse(text, COLOUR))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void masksInFilesThatDoNotFitAreRefused() throws IOException {
    Path path = folder.resolve("black.png");
    ImageIO.write(new BufferedImage(12, 9, BufferedImage.TYPE_BYTE_GRAY), "png", path.toFile());
    assertThatThrownBy(() -> Mask.parse(path.toString(), COLOUR))
        .hasMessageContaining("black.png: the mask has no pixel inside");
    assertThatThrownBy(() -> Mask.parse(path.toString(), new ImageShape(1, 28, 28)))
        .hasMessageContaining("is a mask of 9 x 12 pixels, expected 28 x 28");
  }

  @Test
  void settingsNameTheMaskByItsPixels() {
    Sticker sticker = new Sticker(Mask.parse("2,3,4,5", COLOUR), Looks.ANY);
    assertThat(sticker.settings()).startsWith("sticker:mask=20px-");
    assertThat(new Sticker(Mask.parse("3,3,4,5", COLOUR), Looks.ANY).settings())
        .isNotEqualTo(sticker.settings());
    assertThat(new Strokes(3, 2, 14, 1).settings())
        .isEqualTo("strokes:count=3:width=2.0:length=14.0:ink=1");
    assertThatThrownBy(() -> new Strokes(0, 2, 14, 1)).hasMessageContaining("0 strokes");
    assertThatThrownBy(() -> new Strokes(1, 2, 14, 2)).hasMessageContaining("ink is 2");
  }
}

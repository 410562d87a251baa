package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeneratedDigitsTest {
  private static final GeneratedDigits DIGITS = GeneratedDigits.standard();

  @Test
  void splitsHaveTheirSizesAndIndices() {
    ImageSet validation = DIGITS.split(Split.VALIDATION);

    assertThat(DIGITS.split(Split.TRAIN).size()).isEqualTo(10_000);
    assertThat(validation.size()).isEqualTo(2_000);
    assertThat(validation.index(0)).isEqualTo(10_000);
    assertThat(DIGITS.split(Split.TEST).size()).isEqualTo(2_000);
  }

  @Test
  void anImageDoesNotDependOnHowManyAreDrawn() {
    assertThat(DIGITS.test(37).sha256()).isEqualTo(DIGITS.test(500).range(0, 37).sha256());
  }

  /**
   * The built-in digits of this release. Published figures rest on them: a change here is a change
   * of the data set, to be made knowingly and told in the change log.
   */
  @Test
  void theDigitsAreTheSameEverywhere() {
    assertThat(DIGITS.split(Split.TEST).sha256())
        .isEqualTo("a9b7913d27bb75274575e66626464a43692f93bafef965637999e8002f83df78");
  }

  @Test
  void seedsAndSetsDiffer() {
    GeneratedDigits other = new GeneratedDigits(2, Handwriting.standard());

    assertThat(DIGITS.test(20).sha256())
        .isNotEqualTo(other.test(20).sha256())
        .isNotEqualTo(DIGITS.training(20).sha256());
  }

  @Test
  void classesAreBalancedAndInNoOrder() {
    ImageSet images = DIGITS.test(1000);
    int[] counts = new int[10];
    int inOrder = 0;
    for (int i = 0; i < images.size(); i++) {
      counts[images.label(i)]++;
      inOrder += images.label(i) == i % 10 ? 1 : 0;
    }

    assertThat(counts).containsOnly(100);
    assertThat(inOrder).isBetween(50, 150);
  }

  @Test
  void inkLiesWithinThePageAsInMnist() {
    ImageSet images = DIGITS.test(500);
    for (int i = 0; i < images.size(); i++) {
      float[] pixels = images.pixels(i);
      double ink = IntStream.range(0, pixels.length).mapToDouble(k -> pixels[k]).sum();
      double border =
          IntStream.range(0, 28).mapToDouble(k -> pixels[k] + pixels[27 * 28 + k]).sum();

      assertThat(ink).as("ink of image %d", i).isBetween(10.0, 300.0);
      assertThat(border).as("ink cut off in image %d", i).isLessThan(4);
    }
  }

  /** Neither trivial nor unreadable: the difficulty that the hand's knobs were set for. */
  @Test
  void theNearestNeighbourIsMostlyRight() {
    ImageSet training = DIGITS.training(2000);
    ImageSet test = DIGITS.test(300);
    float[][] known =
        IntStream.range(0, training.size()).mapToObj(training::pixels).toArray(float[][]::new);
    long right =
        IntStream.range(0, test.size())
            .filter(i -> training.label(nearest(known, test.pixels(i))) == test.label(i))
            .count();

    assertThat(right / 300.0).isBetween(0.85, 0.97);
  }

  @Test
  void sizesMustBePositive() {
    assertThatThrownBy(() -> DIGITS.test(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("asked for 0 images");
  }

  private static int nearest(float[][] known, float[] image) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < known.length; j++) {
      double distance = 0;
      for (int k = 0; k < image.length; k++) {
        double difference = known[j][k] - image[k];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = j;
      }
    }
    return nearest;
  }
}

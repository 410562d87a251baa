package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import java.math.BigInteger;

/**
 * The corners of the cube that images of so many pixels live in: every image whose pixels are all
 * black or white. Their hull is the cube itself, and no smaller set of images spans it, so this is
 * how many images it takes until no image whatever can lie outside.
 *
 * @param pixels how many pixels an image has
 */
public record Corners(int pixels) {
  /** Checks the number of pixels. */
  public Corners {
    if (pixels < 1) {
      throw new InvalidInputException(pixels + " pixels, expected at least 1");
    }
  }

  /** {@code 2^pixels}, exactly. */
  public BigInteger count() {
    return BigInteger.TWO.pow(pixels);
  }

  /** How many decimal digits the count has. */
  public int digits() {
    return digits(count());
  }

  /** How many decimal digits a positive number has. */
  public static int digits(BigInteger number) {
    return number.toString().length();
  }

  /** The most pixels of which so many images, at least 1, could show every corner. */
  public static int pixelsCoveredBy(long images) {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(images);
  }
}

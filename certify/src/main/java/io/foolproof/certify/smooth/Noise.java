package io.foolproof.certify.smooth;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;

/** The noise of a smoothed classifier, drawn for every pixel by itself. */
public sealed interface Noise permits GaussianNoise, IntegerNoise {

  /** Its standard deviation, in units of pixels from 0 to 1. */
  double sigma();

  /** What it is called on the command line. */
  String id();

  /**
   * Whether certificates hold for the numbers that the classifier is given, and not only in exact
   * arithmetic.
   */
  boolean isSound();

  /**
   * Writes an image with noise, which is not clipped.
   *
   * @param image pixels from 0 to 1
   * @param target of the pixels of the noisy image
   */
  void add(float[] image, RandomStream stream, float[] target, int offset);

  /**
   * By how much the probability of an event may differ, for images of so many pixels, from what it
   * is under noise of exact probabilities.
   */
  double error(int pixels);

  /**
   * Checks a standard deviation.
   *
   * @throws InvalidInputException when it is not above 0, or so large that it was probably meant in
   *     other units
   */
  static void requireSigma(double sigma) {
    if (!(sigma > 0 && sigma <= 1)) {
      String levels =
          sigma > 1 && sigma <= 255
              ? "; for levels of 8 bits write it as a fraction, such as "
                  + Math.round(sigma)
                  + "/255"
              : "";
      throw new InvalidInputException(
          "sigma is "
              + sigma
              + ": give a number above 0 and at most 1, in units of pixels from 0 to 1, such as 0.25"
              + levels);
    }
  }
}

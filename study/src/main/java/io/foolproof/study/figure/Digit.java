package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** An image is a vector: one image, as a picture and as its numbers. */
public final class Digit implements Figure<Digit.Found> {

  /**
   * What it computes.
   *
   * @param channels of an image
   * @param height in pixels
   * @param width in pixels
   * @param numbers how many numbers an image is: channels times height times width
   * @param eightBit whether the data came as 8-bit levels, so that the levels shown are the data
   * @param image the training image that is shown
   */
  public record Found(
      int channels, int height, int width, int numbers, boolean eightBit, Picture image) {}

  @Override
  public int number() {
    return 1;
  }

  @Override
  public String title() {
    return "An image is a vector";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    ImageSet images = workshop.plan().training();
    return new Found(
        images.channels(),
        images.height(),
        images.width(),
        images.pixels(),
        images.eightBit(),
        Picture.of(images, 0));
  }
}

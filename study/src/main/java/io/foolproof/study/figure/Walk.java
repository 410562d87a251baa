package io.foolproof.study.figure;

import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** From an image to a neighbouring class, along the gradient. */
public final class Walk implements Figure<Walk.Found> {
  /**
   * What it computes.
   *
   * @param image the place in the test set: the first image that is correctly classified, or the
   *     first of all where none is
   * @param label its class, an index into the class names
   * @param classNames by class
   * @param shape of an image, [channels, height, width]
   * @param gradient of the cross-entropy by the pixels, divided by its largest absolute value and
   *     multiplied by 127: [pixels], -127 to 127; all 0 where there is no gradient
   * @param gradientNorm the L2 norm of the gradient, of pixels in [0, 1]
   * @param frames the image after each step, the image itself first
   * @param fooled the first frame that is not classified as the label; -1 where each is
   */
  public record Found(
      int image,
      int label,
      List<String> classNames,
      int[] shape,
      int[] gradient,
      double gradientNorm,
      List<Frame> frames,
      int fooled) {
    /** Copies the lists. */
    public Found {
      classNames = List.copyOf(classNames);
      frames = List.copyOf(frames);
    }
  }

  /**
   * A step of the walk.
   *
   * @param epsilon the largest change of a pixel since the image, of pixels in [0, 1]
   * @param pixels levels, [pixels], 0 to 255, channel after channel
   * @param probabilities by class
   * @param prediction the most probable class
   */
  public record Frame(double epsilon, int[] pixels, double[] probabilities, int prediction) {}

  @Override
  public int number() {
    return 9;
  }

  @Override
  public String title() {
    return "The walk";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    throw new UnsupportedOperationException("not computed yet");
  }
}

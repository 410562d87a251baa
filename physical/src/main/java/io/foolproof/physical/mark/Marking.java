package io.foolproof.physical.mark;

import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;

/**
 * A way to mark an image by hand. A mark is some numbers, which an attack moves: the pixels of a
 * sticker, or the points that strokes go through.
 */
public sealed interface Marking permits Sticker, Strokes {

  /**
   * Refuses images that cannot be marked so.
   *
   * @throws InvalidInputException saying what does not fit
   */
  void requireFits(ImageShape shape);

  /** A mark to begin with, drawn at random. */
  double[] random(ImageShape shape, RandomStream random);

  /**
   * The image with the mark on it.
   *
   * @param image {@code [C, H, W]} in [0, 1]
   * @return {@code [C, H, W]} in [0, 1]
   */
  float[] on(float[] image, double[] mark, ImageShape shape);

  /**
   * How an objective rises with the numbers of the mark, less what the mark's looks cost.
   *
   * @param image {@code [C, H, W]}, without the mark
   * @param byPixel the objective's gradient by the pixels of {@link #on}
   */
  double[] gradient(double[] mark, float[] image, double[] byPixel, ImageShape shape);

  /** The nearest mark that can be made, in place. */
  void confine(double[] mark, ImageShape shape);

  /** How far the first steps move a number. */
  double step();

  /**
   * The control: the same mark at random. A sticker's pixels change places, strokes are turned and
   * moved.
   */
  double[] scrambled(double[] mark, ImageShape shape, RandomStream random);

  /** What it is, as the beginning of a sentence: {@code 3 strokes}. */
  String noun();

  /** Its name and all its settings. */
  String settings();
}

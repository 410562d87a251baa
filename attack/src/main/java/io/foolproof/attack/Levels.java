package io.foolproof.attack;

import io.foolproof.model.InputSpec;

/**
 * The values that a file or a camera can hold: a few levels, evenly spaced over the model's box.
 *
 * @param count how many, such as 256
 * @param input whose box they divide
 */
public record Levels(int count, InputSpec input) {

  /** Those of a file of 8-bit images. */
  public static Levels eightBit(InputSpec input) {
    return new Levels(256, input);
  }

  /** Each value at its nearest level, which may be a little farther from another image. */
  public float[] nearest(float[] image) {
    float[] result = new float[image.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = at(Math.rint(place(image[i])));
    }
    return result;
  }

  /**
   * A changed image with each changed value at a level, no farther from the clean image than
   * epsilon: at the nearest level where the norm allows it, and otherwise at the one before, on the
   * way back to the clean value.
   */
  public float[] within(float[] clean, float[] image, Norm norm, double epsilon) {
    float[] near = nearest(image);
    for (int i = 0; i < near.length; i++) {
      boolean kept = image[i] == clean[i];
      boolean tooFar = norm == Norm.LINF && Math.abs((double) near[i] - clean[i]) > epsilon;
      near[i] = kept ? clean[i] : tooFar ? towards(clean[i], image[i]) : near[i];
    }
    if (Distances.between(clean, near, input).in(norm) <= epsilon) {
      return near;
    }
    for (int i = 0; i < near.length; i++) {
      near[i] = towards(clean[i], image[i]);
    }
    return near;
  }

  /** The last level on the way from a clean value to a changed one, or the clean value itself. */
  private float towards(float clean, float value) {
    return value > clean
        ? Math.max(clean, at(Math.floor(place(value))))
        : Math.min(clean, at(Math.ceil(place(value))));
  }

  private double place(float value) {
    double share = (value - input.low()) / (input.high() - input.low());
    double place = share * (count - 1);
    double level = Math.rint(place);
    // A level rounded to 32 bits is that level, not a hair beside it.
    return at(level) == value ? level : place;
  }

  private float at(double level) {
    return (float) (input.low() + (input.high() - input.low()) * level / (count - 1));
  }
}

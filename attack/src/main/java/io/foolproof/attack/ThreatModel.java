package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.Locale;

/**
 * What the attacker may do: change an image by at most epsilon, inside the model's box, to reach a
 * goal. Images change in one of two ways, which are measured differently: their values change, by
 * at most epsilon in a norm ({@link NormBounded}), or their pixels move, by at most epsilon pixels
 * ({@link FlowBounded}).
 */
public sealed interface ThreatModel permits NormBounded, FlowBounded {

  /** The largest change allowed, decided in double precision. */
  double epsilon();

  /** What counts as fooled. */
  Goal goal();

  /** How many levels a changed value can have, evenly spaced over the box; 0 for any value. */
  int levels();

  /**
   * Reads an epsilon: 0.3, or 8/255 as papers have it, which no decimal says exactly.
   *
   * @throws InvalidInputException when it is not a number
   */
  static double epsilon(String text) {
    try {
      String[] parts = text.split("/", 2);
      double above = Double.parseDouble(parts[0]);
      return parts.length == 1 ? above : above / Double.parseDouble(parts[1]);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "'" + text + "' is not a number; give one such as 0.1 or 8/255", e);
    }
  }

  /** How far two images of this shape are apart, in the units of epsilon. */
  default Distances between(float[] clean, float[] changed, InputSpec shape) {
    return Distances.between(clean, changed, shape);
  }

  /** Whether an image may be what a clean one was changed to, besides its distance. */
  default boolean admits(float[] clean, float[] changed) {
    return true;
  }

  /**
   * Why next to nothing can change within epsilon, so that what an attack leaves says nothing.
   *
   * @param box of the model
   * @return in words; empty where something can change
   */
  default String whyFixed(InputSpec box) {
    return epsilon() == 0 ? "epsilon is 0" : "";
  }

  /** The same with another epsilon. */
  ThreatModel withEpsilon(double epsilon);

  /** The same with another goal. */
  ThreatModel withGoal(Goal goal);

  /** How changes are measured, as it is written in text, such as L-inf or flow. */
  String symbol();

  /** How changes are measured, as it is written on the command line, such as linf or flow. */
  String id();

  /** How large a change is, in the units of {@link #epsilon}. */
  double size(Distances change);

  /** Any wrong class, every value changed by at most epsilon, in the units of the pixels. */
  static NormBounded linf(double epsilon) {
    return untargeted(Norm.LINF, epsilon);
  }

  /** Any wrong class, within a Euclidean distance of epsilon. */
  static NormBounded l2(double epsilon) {
    return untargeted(Norm.L2, epsilon);
  }

  /** Any wrong class, with absolute changes that sum to at most epsilon. */
  static NormBounded l1(double epsilon) {
    return untargeted(Norm.L1, epsilon);
  }

  /** Any wrong class, with at most this many values changed. */
  static NormBounded l0(double values) {
    return untargeted(Norm.L0, values);
  }

  /** Any wrong class, with at most this many pixels changed, in any of their channels. */
  static NormBounded l0Pixels(double pixels) {
    return untargeted(Norm.L0_PIXELS, pixels);
  }

  /** Any wrong class, with every pixel moved by at most this many pixels. */
  static FlowBounded flow(double pixels) {
    return new FlowBounded(pixels, new Goal.Untargeted());
  }

  /** Any wrong class within epsilon in a norm. */
  static NormBounded untargeted(Norm norm, double epsilon) {
    return new NormBounded(norm, epsilon, new Goal.Untargeted());
  }

  /**
   * The threat model of this {@link #id}.
   *
   * @throws InvalidInputException when there is none, or when its settings do not fit together
   */
  static ThreatModel of(String id, double epsilon, Goal goal, int levels) {
    if (!id.toLowerCase(Locale.ROOT).equals(FlowBounded.ID)) {
      return new NormBounded(Norm.parse(id), epsilon, goal, levels);
    }
    if (levels != 0) {
      throw new InvalidInputException(
          "levels is "
              + levels
              + ": moving pixels gives values between levels, so levels cannot be kept with the"
              + " threat flow; leave levels out, or choose one of linf, l2, l1, l0, l0-pixels");
    }
    return new FlowBounded(epsilon, goal);
  }
}

package io.foolproof.attack;

import io.foolproof.model.InputSpec;
import java.util.Locale;
import java.util.Map;

/**
 * Which points a threat model allows, besides that they are in the box and within epsilon: any,
 * those of an image file, or those that are rows of a table.
 *
 * <p>An attack knows nothing of it. The model is shown the admissible point next to where an attack
 * is, and the attack moves on from where it was, along the gradient at the admissible point: as if
 * the projection changed nothing.
 */
public sealed interface Admissible permits Admissible.AnyValue, Admissible.EvenLevels, Features {

  /** Whether any point is admissible, so that none needs to be projected. */
  boolean isAny();

  /**
   * The admissible point next to one that an attack proposes, no farther from the clean one than
   * reach.
   *
   * @param box of the model
   * @param norm in which the distance is measured
   * @param reach the largest distance; may be infinite
   * @return the clean point itself where there is nothing closer
   */
  float[] within(InputSpec box, float[] clean, float[] point, Norm norm, double reach);

  /** How far two points of this shape are apart, in the units of the threat model's epsilon. */
  default Distances between(float[] clean, float[] point, InputSpec shape) {
    return Distances.between(clean, point, shape);
  }

  /**
   * Whether a point may be what a clean one was changed to, decided anew and in double precision.
   */
  default boolean admits(float[] clean, float[] point) {
    return true;
  }

  /**
   * In which direction an attack goes from a gradient, where not all directions are open: a group
   * of categories becomes one of them.
   *
   * @return the gradient itself where all are
   */
  default float[] ascent(float[] gradient) {
    return gradient;
  }

  /** Whether {@link #ascent} ever changes a gradient. */
  default boolean limitsAscent() {
    return false;
  }

  /**
   * Why next to no point is within reach of a clean one, in words; empty where some are.
   *
   * @param reach more than 0, and in a norm that counts changes 1 or more
   */
  default String whyFixed(InputSpec box, Norm norm, double reach) {
    return "";
  }

  /** All that tells these points from others, by name. */
  Map<String, String> identity();

  /** Any value in the box. */
  record AnyValue() implements Admissible {
    @Override
    public boolean isAny() {
      return true;
    }

    @Override
    public float[] within(InputSpec box, float[] clean, float[] point, Norm norm, double reach) {
      return point;
    }

    @Override
    public Map<String, String> identity() {
      return Map.of();
    }
  }

  /**
   * As in an image file: a changed value is one of a few, evenly spaced over the box.
   *
   * @param count how many, such as 256
   */
  record EvenLevels(int count) implements Admissible {
    @Override
    public boolean isAny() {
      return false;
    }

    @Override
    public float[] within(InputSpec box, float[] clean, float[] point, Norm norm, double reach) {
      return new Levels(count, box).within(clean, point, norm, reach);
    }

    /** A value at one level cannot reach the next; only one between two levels can. */
    @Override
    public String whyFixed(InputSpec box, Norm norm, double reach) {
      double apart = (box.high() - box.low()) / (count - 1);
      return norm.countsChanges() || reach >= apart * (1 - 1e-6)
          ? ""
          : String.format(Locale.ROOT, "%d levels are %.3g apart, more than epsilon", count, apart);
    }

    @Override
    public Map<String, String> identity() {
      return Map.of("levels", String.valueOf(count));
    }
  }
}

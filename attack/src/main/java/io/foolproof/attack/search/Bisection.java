package io.foolproof.attack.search;

import io.foolproof.attack.Distances;
import io.foolproof.attack.Norm;
import io.foolproof.model.InputSpec;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** Finds where a way crosses the boundary, by labels alone. */
public final class Bisection {

  /** A way: a point for every place along it. */
  @FunctionalInterface
  public interface Way {
    float[] at(double place);
  }

  private Bisection() {}

  /**
   * Halves a stretch of a way again and again, whose far end is known to be adversarial.
   *
   * @param near where the point is not adversarial, or not known to be
   * @param then goes on from the nearest adversarial place
   */
  public static Dialogue.Turn of(
      Way way, double near, double far, int halvings, DoubleFunction<Dialogue.Turn> then) {
    if (halvings == 0) {
      return then.apply(far);
    }
    double middle = (near + far) / 2;
    return Dialogue.about(
        way.at(middle),
        fooled ->
            fooled
                ? of(way, near, middle, halvings - 1, then)
                : of(way, middle, far, halvings - 1, then));
  }

  /**
   * Moves an adversarial point back towards the clean image until the boundary.
   *
   * @param precision within which share of the way the boundary is met
   */
  public static Dialogue.Turn back(
      float[] image,
      float[] point,
      Norm norm,
      InputSpec box,
      double precision,
      Function<float[], Dialogue.Turn> then) {
    Way way =
        norm == Norm.LINF
            ? clipped(image, point, box)
            : share -> Vectors.between(image, point, share);
    int halvings = (int) Math.ceil(-Math.log(precision) / Math.log(2));
    return of(way, 0, 1, halvings, share -> then.apply(share == 1 ? point : way.at(share)));
  }

  /** No value changes by more than a fraction of the largest change. */
  private static Way clipped(float[] image, float[] point, InputSpec box) {
    double largest = Distances.between(image, point).linf();
    return share -> {
      float[] at = new float[image.length];
      for (int i = 0; i < at.length; i++) {
        double change = (double) point[i] - image[i];
        double kept = Math.max(-share * largest, Math.min(share * largest, change));
        at[i] = Vectors.clamp(image[i] + kept, box);
      }
      return at;
    };
  }
}

package io.foolproof.attack.query;

import io.foolproof.attack.search.Dialogue;
import io.foolproof.attack.search.Vectors;
import io.foolproof.tensor.RandomStream;
import java.util.function.Function;

/**
 * Estimates the normal of the boundary at a point from labels alone: the sum of random directions,
 * each with the sign of what it leads to, less their mean (Chen, Jordan, Wainwright:
 * HopSkipJumpAttack, 2019, arXiv 1904.02144, equations 8 and 16).
 *
 * <p>What counts of a direction is how far its point really is from the centre: in the box it may
 * be less.
 */
final class BoundaryNormal {
  /** How many directions are kept in memory. */
  private static final int TOGETHER = 32;

  private final RandomStream stream;
  private final float[] centre;
  private final int count;
  private final Function<float[], float[]> point;
  private final Function<float[], Dialogue.Turn> then;

  private final double[] ofAll;
  private final double[] ofFooled;
  private int asked;
  private int fooled;

  private BoundaryNormal(
      RandomStream stream,
      float[] centre,
      int count,
      Function<float[], float[]> point,
      Function<float[], Dialogue.Turn> then) {
    this.stream = stream;
    this.centre = centre;
    this.count = count;
    this.point = point;
    this.then = then;
    this.ofAll = new double[centre.length];
    this.ofFooled = new double[centre.length];
  }

  /**
   * Asks about points around a centre.
   *
   * @param count how many
   * @param point from a random direction of length 1, a point near the centre
   * @param then goes on from the normal of length 1, which points to the adversarial side; zeros
   *     where the points do not differ from the centre
   */
  static Dialogue.Turn estimate(
      RandomStream stream,
      float[] centre,
      int count,
      Function<float[], float[]> point,
      Function<float[], Dialogue.Turn> then) {
    return new BoundaryNormal(stream, centre, count, point, then).poll();
  }

  private Dialogue.Turn poll() {
    if (asked == count) {
      return then.apply(normal());
    }
    float[][] points = new float[Math.min(TOGETHER, count - asked)][];
    return new Dialogue.Ask(
        points.length,
        i -> points[i] = nearby(),
        margins -> {
          for (int i = 0; i < points.length; i++) {
            add(points[i], ofAll);
            if (margins[i] < 0) {
              add(points[i], ofFooled);
              fooled++;
            }
          }
          asked += points.length;
          return poll();
        });
  }

  private float[] nearby() {
    float[] direction = new float[centre.length];
    stream.fillGaussian(direction, 0, direction.length);
    return point.apply(Vectors.scaleTo(1, direction));
  }

  private void add(float[] at, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += at[i] - centre[i];
    }
  }

  /** With answers all alike there is nothing to subtract their mean from. */
  private float[] normal() {
    float[] normal = new float[centre.length];
    double mean = 2.0 * fooled / count - 1;
    for (int i = 0; i < normal.length; i++) {
      double signed = 2 * ofFooled[i] - ofAll[i];
      normal[i] = (float) (Math.abs(mean) == 1 ? signed : signed - mean * ofAll[i]);
    }
    return Vectors.scaleTo(1, normal);
  }
}

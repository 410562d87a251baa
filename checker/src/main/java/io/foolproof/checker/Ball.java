package io.foolproof.checker;

/**
 * All inputs within a distance of a centre.
 *
 * @param euclidean whether the distance is the Euclidean one, L2; otherwise it is the sum of
 *     absolute differences, L1
 * @param radius the distance, rounded up
 */
record Ball(boolean euclidean, double[] centre, double radius) {
  private static final int HALVINGS = 60;

  /** More than what squares below the smallest number could have added to a length. */
  private static final double TINY = 1e-150;

  /** The dual norm: radius times this is how far a linear function falls from the centre. */
  double dual(double[] q) {
    double sum = 0;
    double most = 0;
    for (double value : q) {
      sum += value * value;
      most = Math.max(most, Math.abs(value));
    }
    return euclidean ? Math.sqrt(sum) + TINY : most;
  }

  /**
   * The part of a row that is best bounded over the ball, where the rest is bounded over the box.
   * Any part is sound, so that no rounding matters here.
   *
   * <p>Of the minimum over both together it is what the multiplier of the ball leaves: no component
   * exceeds it (L1), or it times the room to the end of the box (L2).
   */
  double[] part(double[] r, double[] low, double[] high) {
    double below = 0;
    double above = euclidean ? 2 * (dual(r) + TINY) / radius : dual(r);
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (below + above) / 2;
      double reach = 0;
      for (int j = 0; j < r.length; j++) {
        double room = room(r[j], j, low, high);
        double move = Math.min(Math.abs(r[j]) / middle, room);
        reach += euclidean ? move * move : Math.abs(r[j]) > middle ? room : 0;
      }
      boolean leaves = reach > (euclidean ? radius * radius : radius);
      below = leaves ? middle : below;
      above = leaves ? above : middle;
    }
    double[] part = new double[r.length];
    for (int j = 0; j < r.length; j++) {
      double most = euclidean ? above * room(r[j], j, low, high) : above;
      part[j] = Math.max(-most, Math.min(most, r[j]));
    }
    return part;
  }

  /** How far the box goes from the centre, in the direction in which a coefficient falls. */
  private double room(double coefficient, int j, double[] low, double[] high) {
    return Math.max(0, coefficient > 0 ? centre[j] - low[j] : high[j] - centre[j]);
  }
}

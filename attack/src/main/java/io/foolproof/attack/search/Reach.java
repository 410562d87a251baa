package io.foolproof.attack.search;

/**
 * How far values must move, all at the same time, until a linear function has risen by what is
 * needed: value j moves with a speed of its own, until it has no room left, and each unit that it
 * moves is a gain.
 *
 * <p>The shortest step onto a hyperplane inside a box is of this form in L-inf (every speed is 1)
 * and in L2 (the speed of a value is the size of the function's derivative by it): it is what the
 * Karush-Kuhn-Tucker conditions say, with t as the multiplier.
 */
public final class Reach {
  /** When each value that still moves has no room left, what it gains by then, and how fast. */
  private final double[] end;

  private final double[] whole;
  private final double[] rate;
  private int moving;
  private double most;

  /** Of no values yet, with room for this many. */
  public Reach(int values) {
    this.end = new double[values];
    this.whole = new double[values];
    this.rate = new double[values];
  }

  /** Forgets all values. */
  public void clear() {
    moving = 0;
    most = 0;
  }

  /** One more value; without room, or speed, it does not matter. */
  public void add(double gain, double speed, double room) {
    end[moving] = room / speed;
    whole[moving] = gain * room;
    rate[moving] = gain * speed;
    boolean moves = speed > 0 && room > 0;
    most += moves ? whole[moving] : 0;
    moving += moves ? 1 : 0;
  }

  /**
   * The t for which the sum of gain_j min(t speed_j, room_j) is what is needed, or the largest
   * number where no t is. The sum is concave in t and made of straight pieces, so that Newton's
   * steps from 0 rise to the t and end there after a few; what has no room left at one step has
   * none at the next. The values are forgotten on the way.
   */
  public double of(double needed) {
    double t = 0;
    while (true) {
      double slope = 0;
      double open = 0;
      for (int j = 0; j < moving; j++) {
        slope += rate[j];
        open += whole[j];
      }
      if (moving == 0) {
        return needed > most ? Double.MAX_VALUE : t;
      }
      double next = (needed - (most - open)) / slope;
      if (!(next > t)) {
        return t;
      }
      t = next;
      dropEnded(t);
    }
  }

  /** Without a branch on whether a value has ended, which no processor could foresee. */
  private void dropEnded(double t) {
    int left = 0;
    for (int j = 0; j < moving; j++) {
      double ends = end[j];
      end[left] = ends;
      whole[left] = whole[j];
      rate[left] = rate[j];
      left += ends > t ? 1 : 0;
    }
    moving = left;
  }
}

package io.foolproof.attack.closest;

import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The Carlini and Wagner attack for L0: repeats the attack for L2 with ever fewer values that may
 * change, without those whose change did least.
 *
 * <p>Carlini and Wagner 2016, arXiv 1608.04644, section VI-B, where one value is fixed at a time;
 * here a fraction, which ends as well after far fewer descents. Every descent starts where the one
 * before ended. A sample that fails goes on with a larger constant, then with fewer values fixed at
 * a time.
 */
final class CwFewest {
  private static final int DESCENTS = 60;
  private static final double FIRST_CONSTANT = 0.1;
  private static final double MOST = 100;
  private static final double SHARE = 0.2;

  private final ClosestPursuit pursuit;
  private final CwDescent descent;
  private final Lanes all;
  private final double[] constant;
  private final double[] share;
  private final boolean[] found;

  /** The last adversarial point, and the values that it was free to change. */
  private final float[][] points;

  private final boolean[][] free;

  /** The values that may change in the next descent. */
  private final boolean[][] tried;

  private CwFewest(ClosestPursuit pursuit, CwDescent descent, Lanes all) {
    this.pursuit = pursuit;
    this.descent = descent;
    this.all = all;
    constant = new double[all.size()];
    share = new double[all.size()];
    found = new boolean[all.size()];
    Arrays.fill(constant, FIRST_CONSTANT);
    Arrays.fill(share, SHARE);
    points = Rows.split(all.images());
    free = new boolean[all.size()][pursuit.input().elements()];
    for (boolean[] row : free) {
      Arrays.fill(row, true);
    }
    tried = free.clone();
  }

  static void search(ClosestPursuit pursuit, CwDescent descent) {
    pursuit.search(0, lanes -> new CwFewest(pursuit, descent, lanes).reduce());
  }

  private void reduce() {
    int[] going = IntStream.range(0, all.size()).toArray();
    for (int k = 0; k < DESCENTS && going.length > 0 && pursuit.goesOn(all); k++) {
      try (Scope turn = Scope.open()) {
        Lanes lanes = all.only(going);
        float[][] from = IntStream.of(going).mapToObj(lane -> points[lane]).toArray(float[][]::new);
        CwDescent.Outcome outcome =
            descent.from(
                lanes,
                Rows.column(Rows.select(constant, going), 2),
                new Penalty.SquaredLength(true),
                Rows.stack(from, lanes.images().shape()),
                mask(going));
        going = note(going, outcome, effects(lanes, outcome.points()));
      }
    }
  }

  private Tensor mask(int[] going) {
    float[][] rows = new float[going.length][];
    for (int i = 0; i < rows.length; i++) {
      boolean[] may = tried[going[i]];
      rows[i] = new float[may.length];
      for (int j = 0; j < may.length; j++) {
        rows[i][j] = may[j] ? 1 : 0;
      }
    }
    return Rows.stack(rows, going.length, pursuit.input().elements()).gt(0);
  }

  /** What each change does for the margin: how much of it, to first order. */
  private float[][] effects(Lanes lanes, Tensor moved) {
    ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, moved);
    return Rows.split(at.gradient(at.margin()).mul(moved.sub(lanes.images())).abs());
  }

  /** Takes in how a descent ended, and says who goes on. */
  private int[] note(int[] going, CwDescent.Outcome outcome, float[][] effects) {
    float[][] moved = Rows.split(outcome.points());
    boolean[] goesOn = new boolean[going.length];
    for (int i = 0; i < going.length; i++) {
      int lane = going[i];
      int before = count(free[lane]);
      if (outcome.fooled()[i]) {
        found[lane] = true;
        points[lane] = moved[i];
        free[lane] = tried[lane];
      } else if (constant[lane] < MOST) {
        constant[lane] *= 10;
        goesOn[i] = true;
        continue;
      } else if (found[lane] && (int) (before * share[lane]) > 1) {
        share[lane] /= 4;
      } else {
        continue;
      }
      tried[lane] = withoutLeast(free[lane], effects[i], share[lane]);
      goesOn[i] = count(tried[lane]) > 0;
    }
    return IntStream.range(0, going.length).filter(i -> goesOn[i]).map(i -> going[i]).toArray();
  }

  private static int count(boolean[] marks) {
    int count = 0;
    for (boolean mark : marks) {
      count += mark ? 1 : 0;
    }
    return count;
  }

  /** Fixes a fraction of the values that are free, at least one: those with the least effects. */
  private static boolean[] withoutLeast(boolean[] free, float[] effects, double share) {
    int fixed = Math.max(1, (int) (count(free) * share));
    boolean[] fewer = free.clone();
    IntStream.range(0, free.length)
        .filter(j -> free[j])
        .boxed()
        .sorted((a, b) -> Float.compare(effects[a], effects[b]))
        .limit(fixed)
        .forEach(j -> fewer[j] = false);
    return fewer;
  }
}

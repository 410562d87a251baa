package io.foolproof.attack.closest;

import io.foolproof.attack.L0Units;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Moves the closest adversarial points that an attack found closer to the clean images, for a few
 * evaluations and no gradients.
 */
final class Tightening {
  /** Halvings of the way back: the boundary is then met within a thousandth of the distance. */
  private static final int HALVINGS = 10;

  /** How many times changes are taken back in a row. */
  private static final int TAKEN_BACK = 40;

  private Tightening() {}

  /** By the norm: along a line, or by what it counts. */
  static void of(ClosestPursuit pursuit) {
    pursuit.forFound(
        lanes -> {
          if (pursuit.norm().countsChanges()) {
            takeBack(pursuit, lanes);
          } else {
            alongTheLine(pursuit, lanes);
          }
        });
  }

  /** Bisects between the clean image and the adversarial one. */
  static void alongTheLine(ClosestPursuit pursuit, Lanes lanes) {
    Tensor change = pursuit.closest(lanes).sub(lanes.images());
    float[] standing = new float[lanes.size()];
    float[] fooled = new float[lanes.size()];
    Arrays.fill(fooled, 1);
    for (int k = 0; k < HALVINGS; k++) {
      try (Scope scope = Scope.open()) {
        float[] middle = new float[lanes.size()];
        for (int lane = 0; lane < middle.length; lane++) {
          middle[lane] = (standing[lane] + fooled[lane]) / 2;
        }
        Tensor points = lanes.images().add(change.mul(Rows.column(middle, 2)));
        boolean[] there = pursuit.look(lanes, pursuit.inBox(points));
        for (int lane = 0; lane < middle.length; lane++) {
          (there[lane] ? fooled : standing)[lane] = middle[lane];
        }
      }
    }
  }

  /**
   * Sets what is changed, values or pixels, back to the clean image's, the smallest changes first,
   * half of them at a time, and ever fewer where that goes too far.
   */
  private static void takeBack(ClosestPursuit pursuit, Lanes lanes) {
    L0Units units = L0Units.of(pursuit.norm(), pursuit.input());
    float[][] clean = Rows.split(lanes.images());
    float[][] points = Rows.split(pursuit.closest(lanes));
    int[][] changed = new int[lanes.size()][];
    int[] next = new int[lanes.size()];
    int[] share = new int[lanes.size()];
    for (int lane = 0; lane < lanes.size(); lane++) {
      changed[lane] = smallestFirst(clean[lane], points[lane], units);
      share[lane] = Math.max(1, changed[lane].length / 2);
    }
    for (int k = 0; k < TAKEN_BACK; k++) {
      float[][] tried = new float[points.length][];
      for (int lane = 0; lane < lanes.size(); lane++) {
        tried[lane] = points[lane].clone();
        int end = Math.min(changed[lane].length, next[lane] + share[lane]);
        for (int j = next[lane]; j < end; j++) {
          units.copy(changed[lane][j], clean[lane], tried[lane]);
        }
      }
      boolean[] there;
      try (Scope scope = Scope.open()) {
        there = pursuit.look(lanes, Rows.stack(tried, lanes.images().shape()));
      }
      for (int lane = 0; lane < lanes.size(); lane++) {
        if (there[lane]) {
          points[lane] = tried[lane];
          next[lane] += share[lane];
        } else if (share[lane] > 1) {
          share[lane] /= 2;
        } else {
          next[lane]++;
        }
      }
    }
  }

  private static int[] smallestFirst(float[] clean, float[] point, L0Units units) {
    return IntStream.range(0, units.count())
        .filter(unit -> units.change(unit, clean, point) != 0)
        .boxed()
        .sorted(Comparator.comparingDouble(unit -> units.change(unit, clean, point)))
        .mapToInt(unit -> unit)
        .toArray();
  }
}

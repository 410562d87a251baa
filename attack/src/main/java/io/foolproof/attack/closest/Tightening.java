package io.foolproof.attack.closest;

import io.foolproof.attack.Norm;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * Moves the closest adversarial points that an attack found closer to the clean images, for a few
 * evaluations and no gradients.
 */
final class Tightening {
  /** Halvings of the way back: the boundary is then met within a thousandth of the distance. */
  private static final int HALVINGS = 10;

  /** How many times values are taken back in a row. */
  private static final int TAKEN_BACK = 40;

  private Tightening() {}

  /** By the norm: along a line, or value by value. */
  static void of(ClosestPursuit pursuit) {
    pursuit.forFound(
        lanes -> {
          if (pursuit.norm() == Norm.L0) {
            takeValuesBack(pursuit, lanes);
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
   * Sets changed values back to the clean image's, those with the smallest changes first, half of
   * them at a time, and ever fewer where that goes too far.
   */
  private static void takeValuesBack(ClosestPursuit pursuit, Lanes lanes) {
    int d = pursuit.input().elements();
    float[] clean = lanes.images().toFloats();
    float[] points = pursuit.closest(lanes).toFloats();
    int[][] changed = new int[lanes.size()][];
    int[] next = new int[lanes.size()];
    int[] share = new int[lanes.size()];
    for (int lane = 0; lane < lanes.size(); lane++) {
      changed[lane] = smallestFirst(clean, points, lane * d, d);
      share[lane] = Math.max(1, changed[lane].length / 2);
    }
    for (int k = 0; k < TAKEN_BACK; k++) {
      float[] tried = points.clone();
      for (int lane = 0; lane < lanes.size(); lane++) {
        int end = Math.min(changed[lane].length, next[lane] + share[lane]);
        for (int j = next[lane]; j < end; j++) {
          tried[changed[lane][j]] = clean[changed[lane][j]];
        }
      }
      boolean[] there;
      try (Scope scope = Scope.open()) {
        there = pursuit.look(lanes, Tensor.of(tried, lanes.size(), d));
      }
      for (int lane = 0; lane < lanes.size(); lane++) {
        if (there[lane]) {
          System.arraycopy(tried, lane * d, points, lane * d, d);
          next[lane] += share[lane];
        } else if (share[lane] > 1) {
          share[lane] /= 2;
        } else {
          next[lane]++;
        }
      }
    }
  }

  private static int[] smallestFirst(float[] clean, float[] points, int from, int d) {
    return java.util.stream.IntStream.range(from, from + d)
        .filter(j -> clean[j] != points[j])
        .boxed()
        .sorted(
            (a, b) -> Float.compare(Math.abs(points[a] - clean[a]), Math.abs(points[b] - clean[b])))
        .mapToInt(j -> j)
        .toArray();
  }
}

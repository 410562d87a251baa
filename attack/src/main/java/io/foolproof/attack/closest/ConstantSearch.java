package io.foolproof.attack.closest;

import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * A search, for each lane by itself, for the smallest constant with which the margin must be
 * weighed against the distance to end at an adversarial point: growing tenfold until one does, then
 * halving the interval.
 */
final class ConstantSearch {
  private static final double FIRST = 1e-3;
  private static final double MOST = 1e10;

  private final double[] constant;
  private final double[] tooSmall;
  private final double[] enough;

  /** What is tried with a constant for each lane; says which lanes were fooled. */
  @FunctionalInterface
  interface Descent {
    boolean[] with(Lanes lanes, Tensor constants);
  }

  /** Searches all samples of an attack for their constants. */
  static void over(ClosestPursuit pursuit, int searches, Descent descent) {
    pursuit.search(
        0,
        lanes -> {
          ConstantSearch search = new ConstantSearch(lanes.size());
          for (int k = 0; k < searches && pursuit.goesOn(lanes); k++) {
            try (Scope scope = Scope.open()) {
              search.next(descent.with(lanes, search.constants()));
            }
          }
        });
  }

  ConstantSearch(int lanes) {
    constant = new double[lanes];
    tooSmall = new double[lanes];
    enough = new double[lanes];
    Arrays.fill(constant, FIRST);
    Arrays.fill(enough, MOST);
  }

  /** The constants to try now: [lanes, 1]. */
  Tensor constants() {
    return Tensor.of(constant, constant.length, 1).to(DType.FLOAT32);
  }

  /** Goes on to the next constants, given which lanes were fooled with these. */
  void next(boolean[] fooled) {
    for (int lane = 0; lane < constant.length; lane++) {
      if (fooled[lane]) {
        enough[lane] = Math.min(enough[lane], constant[lane]);
      } else {
        tooSmall[lane] = Math.max(tooSmall[lane], constant[lane]);
      }
      constant[lane] =
          enough[lane] < MOST
              ? (tooSmall[lane] + enough[lane]) / 2
              : Math.min(MOST, constant[lane] * 10);
    }
  }
}

package io.foolproof.attack.closest;

import io.foolproof.attack.Norm;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The Carlini and Wagner attack for L-inf: a bound tau on all changes, which shrinks for as long as
 * an adversarial point within it is found.
 *
 * <p>Carlini and Wagner 2016, arXiv 1608.04644, section VI-C. Every descent starts where the one
 * before ended. A sample that fails with its constant goes on with a larger one, then with a bound
 * that shrinks by less.
 */
final class CwBound {
  private static final int DESCENTS = 45;
  private static final double FIRST_CONSTANT = 0.1;
  private static final double MOST = 1;
  private static final double SHRINK = 0.8;
  private static final double LEAST_SHRINK = 0.994;

  private final double[] constant;
  private final double[] shrink;

  /** The smallest largest change found. */
  private final double[] reached;

  private final double range;

  private CwBound(int lanes, double range) {
    this.range = range;
    constant = new double[lanes];
    shrink = new double[lanes];
    reached = new double[lanes];
    Arrays.fill(constant, FIRST_CONSTANT);
    Arrays.fill(shrink, SHRINK);
    Arrays.fill(reached, range / SHRINK);
  }

  static void search(ClosestPursuit pursuit, CwDescent descent) {
    double range = pursuit.input().high() - pursuit.input().low();
    pursuit.search(0, lanes -> new CwBound(lanes.size(), range).shrink(descent, lanes));
  }

  private void shrink(CwDescent descent, Lanes all) {
    Tensor start = all.images();
    int[] going = IntStream.range(0, all.size()).toArray();
    for (int k = 0; k < DESCENTS && going.length > 0 && descent.pursuit().goesOn(all); k++) {
      try (Scope turn = Scope.open()) {
        CwDescent.Outcome outcome = descend(descent, all.only(going), start.rows(going), going);
        Tensor changes = outcome.points().sub(all.images().rows(going));
        note(going, outcome.fooled(), Rows.norm(changes, Norm.LINF).toDoubles());
        float[][] points = Rows.split(start);
        float[][] moved = Rows.split(outcome.points());
        for (int i = 0; i < going.length; i++) {
          points[going[i]] = moved[i];
        }
        start = turn.replace(start, Rows.stack(points, start.shape()));
      }
      going = IntStream.of(going).filter(lane -> shrink[lane] < LEAST_SHRINK).toArray();
    }
  }

  private CwDescent.Outcome descend(CwDescent descent, Lanes lanes, Tensor start, int[] going) {
    double[] tau = IntStream.of(going).mapToDouble(i -> reached[i] * shrink[i]).toArray();
    Tensor constants = Rows.column(Rows.select(constant, going), 2);
    Tensor bound = Rows.column(tau, 2);
    Tensor enough = bound.add(Rows.column(Rows.select(reached, going), 2)).div(2);
    Penalty excess = new Penalty.Excess(bound, enough, range);
    return descent.from(lanes, constants, excess, start, everywhere(start));
  }

  private static Tensor everywhere(Tensor points) {
    return points.isNan().not();
  }

  private void note(int[] going, boolean[] fooled, double[] largest) {
    for (int i = 0; i < going.length; i++) {
      int lane = going[i];
      if (fooled[i]) {
        reached[lane] = largest[i];
      } else if (constant[lane] < MOST) {
        constant[lane] *= 10;
      } else {
        constant[lane] = FIRST_CONSTANT;
        shrink[lane] = (1 + shrink[lane]) / 2;
      }
    }
  }
}

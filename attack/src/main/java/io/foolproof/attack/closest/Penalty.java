package io.foolproof.attack.closest;

import io.foolproof.attack.Norm;
import io.foolproof.attack.search.Rows;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;

/** What a {@link CwDescent} keeps small while it makes the margin small. */
sealed interface Penalty {

  /** Its value at changes [lanes, d]: [lanes]. */
  Tensor value(Tensor delta);

  /** How many times as large it is in a box that is this many times as wide. */
  double growth(double width);

  /** Its gradient there, [lanes, d]. */
  Tensor gradient(Tensor delta);

  /** The fraction of the learning rate to descend at: [lanes, 1], or one for all. */
  Tensor pace();

  /**
   * How far from the middle of the box, as a fraction of the way to its edge, a descent starts at
   * most: [lanes, 1], or one for all. At the edge itself no step in the variables would move
   * anything; but to move away from it is a change.
   */
  Tensor inside();

  /** Whether a descent is over at the first adversarial point that suffices. */
  boolean stops();

  /** Whether adversarial points with these changes are good enough to stop at: [lanes, 1]. */
  Tensor suffices(Tensor delta);

  /** The penalties of some of the lanes. */
  Penalty rows(int[] rows);

  /**
   * The squared Euclidean length.
   *
   * @param stops whether the first adversarial point will do
   */
  record SquaredLength(boolean stops) implements Penalty {
    /** Where only the number of changes counts, and not how large they are, steps may be easier. */
    private static final double NEAR = 0.99;

    private static final double NEAREST = 0.999999;

    @Override
    public Tensor inside() {
      return Tensor.full(stops ? NEAR : NEAREST, DType.FLOAT32);
    }

    @Override
    public Tensor pace() {
      return Tensor.ones(DType.FLOAT32);
    }

    @Override
    public double growth(double width) {
      return width * width;
    }

    @Override
    public Tensor value(Tensor delta) {
      return delta.pow(2).sum(false, 1);
    }

    @Override
    public Tensor gradient(Tensor delta) {
      return delta.mul(2);
    }

    @Override
    public Tensor suffices(Tensor delta) {
      return Tensor.full(stops ? 1 : 0, DType.INT64, delta.size(0), 1).gt(0);
    }

    @Override
    public Penalty rows(int[] rows) {
      return this;
    }
  }

  /**
   * By how much all changes together exceed a bound, section VI-C of the paper.
   *
   * @param tau the bound of each lane, [lanes, 1]
   * @param enough what the largest change may be for a point to suffice, a little above tau: steps
   *     that pull changes across the bound and back seldom leave all of them below at once
   * @param range the width of the box
   */
  record Excess(Tensor tau, Tensor enough, double range) implements Penalty {
    private static final double FULL_PACE = 0.25;
    private static final double NEAR = 0.99;
    private static final double NEAREST = 0.9999;

    /** Half of the bound is left for the attack. */
    @Override
    public Tensor inside() {
      return tau.div(-range).add(1).clamp(NEAR, NEAREST);
    }

    /** Under a narrow bound the steps of a wide one would jump across all that is within. */
    @Override
    public Tensor pace() {
      return tau.div(FULL_PACE * range).clamp(0, 1);
    }

    @Override
    public double growth(double width) {
      return width;
    }

    @Override
    public Tensor value(Tensor delta) {
      return delta.abs().sub(tau).relu().sum(false, 1);
    }

    @Override
    public Tensor gradient(Tensor delta) {
      return delta.sign().mul(delta.abs().gt(tau).to(DType.FLOAT32));
    }

    @Override
    public Tensor suffices(Tensor delta) {
      return Rows.norm(delta, Norm.LINF).le(enough);
    }

    @Override
    public boolean stops() {
      return true;
    }

    @Override
    public Penalty rows(int[] rows) {
      return new Excess(tau.rows(rows), enough.rows(rows), range);
    }
  }
}

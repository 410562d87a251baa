package io.foolproof.attack.search;

/** Lanes of an attack within a threat model's ball. */
public final class BallLanes extends Lanes {
  private Ball ball;
  private boolean probing;

  /**
   * @param ball the points that may be gone to
   * @param probing whether points are evaluated only to learn from, and never count
   */
  BallLanes(Lanes lanes, Ball ball, boolean probing) {
    super(lanes.members(), lanes.images(), lanes.labels(), lanes.streams());
    this.ball = ball;
    this.probing = probing;
  }

  /** The points that may be gone to, around each clean image. */
  public Ball ball() {
    return ball;
  }

  boolean probing() {
    return probing;
  }

  /** These lanes, apart, for points that are only to learn from: they never count. */
  public BallLanes forProbing() {
    return in(ball, true);
  }

  /** Goes on in another ball. */
  void moveTo(Ball other, boolean onlyProbing) {
    ball = other;
    probing = onlyProbing;
  }

  /** These lanes, apart, in another ball. */
  BallLanes in(Ball other, boolean onlyProbing) {
    return new BallLanes(this, other, onlyProbing);
  }

  @Override
  void keep(int[] rows) {
    super.keep(rows);
    ball = ball.rows(rows);
  }

  @Override
  public BallLanes only(int[] rows) {
    return new BallLanes(super.only(rows), ball.rows(rows), probing);
  }
}

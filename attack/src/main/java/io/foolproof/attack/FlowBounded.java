package io.foolproof.attack;

/**
 * A threat model that lets pixels move by at most epsilon pixels, as a {@link Flow} does.
 *
 * @param epsilon how far any pixel may move: a Euclidean length, in pixels, decided in double
 *     precision
 * @param goal what counts as fooled
 */
public record FlowBounded(double epsilon, Goal goal) implements ThreatModel {
  /** As it is written on the command line. */
  public static final String ID = "flow";

  /** Checks epsilon. */
  public FlowBounded {
    NormBounded.requireEpsilon(epsilon);
  }

  /** Moving pixels gives values between any levels, so that none can be kept. */
  @Override
  public int levels() {
    return 0;
  }

  @Override
  public FlowBounded withEpsilon(double other) {
    return new FlowBounded(other, goal);
  }

  @Override
  public FlowBounded withGoal(Goal other) {
    return new FlowBounded(epsilon, other);
  }

  @Override
  public String symbol() {
    return ID;
  }

  @Override
  public String id() {
    return ID;
  }

  /**
   * How far the pixel moved that moved farthest.
   *
   * @throws IllegalStateException where the distances come from two images, which do not tell
   */
  @Override
  public double size(Distances change) {
    Double flow = change.flow();
    if (flow == null) {
      throw new IllegalStateException("two images do not tell how far pixels were moved");
    }
    return flow;
  }
}

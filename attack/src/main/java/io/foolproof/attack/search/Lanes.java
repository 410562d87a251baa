package io.foolproof.attack.search;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Samples that are attacked together, one lane each, and all that an attack remembers of them.
 *
 * <p>Whatever has a row for each lane is {@linkplain #hold held} by the lanes, so that dropping
 * lanes is one call, after which no row can belong to another sample:
 *
 * <pre>{@code
 * LaneTensor x = lanes.hold(lanes.images());
 * for (int k = 0; k < steps && lanes.size() > 0; k++) {
 *   try (Scope turn = Scope.open()) {
 *     x.set(turn, x.get().add(...));
 *   }
 *   pursuit.dropFinished(lanes);
 * }
 * }</pre>
 */
public sealed class Lanes permits BallLanes {
  private int[] members;
  private Tensor images;
  private Tensor labels;
  private List<RandomStream> streams;
  private final List<Held> held = new ArrayList<>();

  /** What shrinks with the lanes. */
  sealed interface Held permits LaneTensor, PerLane {
    /** Keeps some of the rows only. */
    void select(int[] rows);
  }

  Lanes(int[] members, Tensor images, Tensor labels, List<RandomStream> streams) {
    this.members = members;
    this.images = images;
    this.labels = labels;
    this.streams = streams;
  }

  /** How many lanes there are now. */
  public int size() {
    return members.length;
  }

  /** Each lane's place in the micro-batch. */
  public int[] members() {
    return members;
  }

  /** The clean images: [lanes, shape...] within a ball, [lanes, d] in a minimal-norm attack. */
  public Tensor images() {
    return images;
  }

  /** The correct classes, [lanes]. */
  public Tensor labels() {
    return labels;
  }

  /** Each lane's random numbers. */
  public List<RandomStream> streams() {
    return streams;
  }

  /**
   * Holds a tensor as the state of a loop.
   *
   * @param start [lanes, ...], made in the scope that encloses the loop
   */
  public LaneTensor hold(Tensor start) {
    return register(new LaneTensor(start));
  }

  /** Holds a number for each lane. */
  public PerLane<double[]> hold(double[] values) {
    return hold(values, Rows::select);
  }

  /** Holds an integer for each lane. */
  public PerLane<int[]> hold(int[] values) {
    return hold(values, Lanes::select);
  }

  /** Holds an object for each lane, such as its values. */
  public <R> PerLane<R[]> hold(R[] values) {
    return hold(values, (all, rows) -> Arrays.copyOf(select(all, rows).toArray(all), rows.length));
  }

  /**
   * Holds anything that has a part for each lane.
   *
   * @param rows the parts of some of the lanes
   */
  public <T> PerLane<T> hold(T value, BiFunction<T, int[], T> rows) {
    return register(new PerLane<>(value, rows));
  }

  private <H extends Held> H register(H state) {
    held.add(state);
    return state;
  }

  /**
   * Drops lanes, with their rows of all that is held. Call it in the scope that encloses the loop.
   *
   * @param done which to drop, one a lane
   */
  public void drop(boolean[] done) {
    int[] rows = IntStream.range(0, done.length).filter(lane -> !done[lane]).toArray();
    if (rows.length < done.length) {
      keep(rows);
    }
  }

  /** Drops all lanes but some, with their rows of all that is held. */
  void keep(int[] rows) {
    members = select(members, rows);
    images = images.rows(rows);
    labels = labels.rows(rows);
    streams = select(streams.toArray(RandomStream[]::new), rows);
    held.forEach(state -> state.select(rows));
  }

  /** Some of these lanes, apart: dropping there drops nothing here, and what is held stays here. */
  public Lanes only(int[] rows) {
    return new Lanes(
        select(members, rows),
        images.rows(rows),
        labels.rows(rows),
        select(streams.toArray(RandomStream[]::new), rows));
  }

  /** All of these lanes, apart, as by {@link #only}. */
  public Lanes apart() {
    return new Lanes(members, images, labels, streams);
  }

  private static int[] select(int[] values, int[] rows) {
    return Arrays.stream(rows).map(row -> values[row]).toArray();
  }

  private static <R> List<R> select(R[] values, int[] rows) {
    return Arrays.stream(rows).mapToObj(row -> values[row]).toList();
  }
}

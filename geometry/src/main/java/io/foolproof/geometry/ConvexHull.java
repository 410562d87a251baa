package io.foolproof.geometry;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * The convex hull of a set of points: which queries lie inside, how far outside the others are, and
 * the proof of either.
 *
 * <p>The hull is never built: in 784 dimensions it has more facets than could be listed. Each query
 * is projected by column generation. Its nearest neighbours start a small pool; the nearest point
 * of the pool's hull is found exactly (Wolfe, 1976); all points are scored against the direction
 * from there to the query, for a batch of queries in one 32-bit matrix product; points that reach
 * further than the pool's hull enter, priced again in doubles. When none is left, the nearest point
 * of the pool's hull is that of the whole hull, and the last direction is the normal of a
 * hyperplane that proves it. Where floating point cannot tell the side, arithmetic on integers of
 * any length does.
 *
 * <p>A query's verdict depends on the points and the query alone, not on other queries, the number
 * of workers or the order; so does its distance, but for the last digits of a double, since a
 * matrix product rounds a row by where in the batch it stands. Hulls are immutable and safe for use
 * by several threads. The scores' native memory ({@code 4 N d} bytes) belongs to the scope that the
 * hull is made in, if any.
 */
public final class ConvexHull {
  /** Queries that a worker scores in one matrix product. */
  private static final int BATCH = 2 * Workers.MICRO_BATCH;

  private final PointSet points;
  private final Pricing pricing;
  private final Hyperplanes hyperplanes;

  /** No point is left out. */
  private static int none(int query) {
    return -1;
  }

  private ConvexHull(PointSet points) {
    this.points = points;
    this.pricing = new Pricing(points);
    this.hyperplanes = new Hyperplanes(points);
  }

  /**
   * The hull of these points.
   *
   * @throws InvalidInputException if there is no point
   */
  public static ConvexHull of(PointSet points) {
    if (points.size() == 0) {
      throw new InvalidInputException(
          points.name() + ": no points, expected at least 1 to span a hull");
    }
    return new ConvexHull(points);
  }

  /** The points that span the hull. */
  public PointSet points() {
    return points;
  }

  /**
   * Projects queries onto the hull: distance, nearest hull point and certificate of each.
   *
   * @param results called with each result as soon as it is there, one at a time but on any of the
   *     workers' threads and in no particular order; what it throws ends the run
   * @throws InvalidInputException if the queries' dimension or unit is not the points'
   */
  public void project(PointSet queries, Workers workers, Consumer<Projection> results) {
    run(queries, ConvexHull::none, false, workers, results);
  }

  /** The same, with all results in the order of the queries. */
  public List<Projection> project(PointSet queries, Workers workers) {
    return collect(queries, ConvexHull::none, false, workers);
  }

  /**
   * Tells inside from outside, with certificates, and stops there: about half the work of a
   * projection. Distances are of the hull point found so far, between honest bounds.
   *
   * @param results as for {@link #project(PointSet, Workers, Consumer)}
   * @throws InvalidInputException if the queries' dimension or unit is not the points'
   */
  public void membership(PointSet queries, Workers workers, Consumer<Projection> results) {
    run(queries, ConvexHull::none, true, workers, results);
  }

  /** The same, with all results in the order of the queries. */
  public List<Projection> membership(PointSet queries, Workers workers) {
    return collect(queries, ConvexHull::none, true, workers);
  }

  /**
   * Projects points that span the hull, each onto the hull of all others: a point that is outside
   * is a corner of the hull, one that is inside could be left out. A point of which there is a
   * duplicate lies inside.
   *
   * @param places of the points; a result's {@code query} is a place among these
   * @return in the order of the places; {@link CertificateChecker#checkAmongOthers} checks them
   * @throws InvalidInputException if there are no other points
   */
  public List<Projection> projectAmongOthers(int[] places, Workers workers) {
    return amongOthers(places, false, workers);
  }

  /** Tells inside from outside in the same way, as {@link #membership(PointSet, Workers)} does. */
  public List<Projection> membershipAmongOthers(int[] places, Workers workers) {
    return amongOthers(places, true, workers);
  }

  private List<Projection> amongOthers(int[] places, boolean membershipOnly, Workers workers) {
    if (points.size() < 2) {
      throw new InvalidInputException(
          points.name() + ": 1 point, expected at least 2, so that others span a hull");
    }
    return collect(points.select(places), query -> places[query], membershipOnly, workers);
  }

  private List<Projection> collect(
      PointSet queries, IntUnaryOperator excluded, boolean membershipOnly, Workers workers) {
    Projection[] ordered = new Projection[queries.size()];
    run(queries, excluded, membershipOnly, workers, result -> ordered[result.query()] = result);
    return List.copyOf(Arrays.asList(ordered));
  }

  private void run(
      PointSet queries,
      IntUnaryOperator excluded,
      boolean membershipOnly,
      Workers workers,
      Consumer<Projection> results) {
    requireMatching(queries);
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean stopped = new AtomicBoolean();
    Object oneAtATime = new Object();
    Consumer<Projection> deliver =
        result -> {
          synchronized (oneAtATime) {
            results.accept(result);
          }
        };
    try {
      workers.map(
          workers.count(),
          1,
          (from, to) -> {
            work(queries, excluded, membershipOnly, next, stopped, deliver);
            return from;
          });
    } finally {
      stopped.set(true);
    }
  }

  /** Keeps a batch of queries going; whenever one is done, the next takes its place. */
  private void work(
      PointSet queries,
      IntUnaryOperator excluded,
      boolean membershipOnly,
      AtomicInteger next,
      AtomicBoolean stopped,
      Consumer<Projection> deliver) {
    List<QueryProjection> running = new ArrayList<>();
    List<ScoreBounds.Buffers> free = new ArrayList<>();
    while (!stopped.get()) {
      while (running.size() < BATCH) {
        int index = next.getAndIncrement();
        if (index >= queries.size()) {
          break;
        }
        ScoreBounds.Buffers buffers =
            free.isEmpty() ? new ScoreBounds.Buffers(points.size()) : free.remove(free.size() - 1);
        running.add(
            new QueryProjection(
                index,
                queries.stored(index),
                excluded.applyAsInt(index),
                membershipOnly,
                points,
                pricing,
                hyperplanes,
                buffers));
      }
      if (running.isEmpty()) {
        return;
      }
      pricing.score(
          running.stream().map(QueryProjection::direction).toArray(double[][]::new),
          running.stream().map(QueryProjection::scores).toArray(float[][]::new));
      List<QueryProjection> unfinished = new ArrayList<>();
      for (QueryProjection query : running) {
        query.advance();
        Projection result = query.result();
        if (result == null) {
          unfinished.add(query);
        } else {
          free.add(query.buffers());
          deliver.accept(result);
        }
      }
      running = unfinished;
    }
  }

  private void requireMatching(PointSet queries) {
    if (queries.dimension() != points.dimension()) {
      throw new InvalidInputException(
          "%s: queries have %d dimensions, but %s, whose hull they are held against, has %d"
              .formatted(queries.name(), queries.dimension(), points.name(), points.dimension()));
    }
    if (queries.unit() != points.unit()) {
      throw new InvalidInputException(
          ("%s: coordinates are in units of %.6g, but those of %s in units of %.6g; read both as"
                  + " 8-bit levels, or both as real numbers")
              .formatted(queries.name(), queries.unit(), points.name(), points.unit()));
    }
  }
}

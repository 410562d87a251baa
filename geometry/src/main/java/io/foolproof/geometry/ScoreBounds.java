package io.foolproof.geometry;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the scores of all points against two directions, the query's own and the latest, tell about
 * any other direction: a bound from above on how far each point reaches along it.
 *
 * <p>The new direction is {@code a = alpha f + beta l + e}, with the two scored directions f and l
 * and a small rest e. A point's score against a is then at most
 *
 * <pre>{@code alpha s_f + beta s_l + e . z_q + |e| r}</pre>
 *
 * where {@code z_q} is the query and r the point's distance to it, less its part along l. All
 * distances come from the first scores. The errors of the scores are added, so the bound holds.
 * Vectors and scores here are scaled as {@link Pricing} has them; what goes in and comes out is in
 * stored numbers.
 */
final class ScoreBounds {
  /** Room for one query's scores, used again for the next. */
  static final class Buffers {
    private final float[] first;
    private final float[] last;
    private final float[] keys;

    Buffers(int points) {
      this.first = new float[points];
      this.last = new float[points];
      this.keys = new float[points];
    }
  }

  /** Rounding of the float keys, relative to the largest term. */
  private static final double KEY_ROUNDING = 0x1p-22;

  private final Pricing pricing;
  private final double[] query;
  private final double queryNorm;
  private final double[] toQuery;
  private final int excluded;
  private final Buffers buffers;
  private double[] latest = new double[0];

  /**
   * Bounds for a query.
   *
   * @param excluded a point that counts for nothing, or -1
   */
  ScoreBounds(Pricing pricing, double[] storedQuery, int excluded, Buffers buffers) {
    this.pricing = pricing;
    this.excluded = excluded;
    this.query = pricing.toScaled(storedQuery);
    this.queryNorm = Hyperplanes.norm(query);
    this.toQuery = new double[query.length];
    for (int j = 0; j < query.length && queryNorm > 0; j++) {
      toQuery[j] = query[j] / queryNorm;
    }
    this.buffers = buffers;
  }

  /** The first direction: the query's own. */
  double[] toQuery() {
    return toQuery;
  }

  /** Where the first direction's scores go. */
  float[] first() {
    return buffers.first;
  }

  /** Where the latest direction's scores go. */
  float[] last() {
    return buffers.last;
  }

  /** Says which direction the latest scores belong to. */
  void scored(double[] direction) {
    latest = direction.clone();
  }

  /** The points nearest to the query as the first scores have it, nearest first. */
  int[] nearest(int count) {
    for (int i = 0; i < buffers.keys.length; i++) {
      buffers.keys[i] = (float) squaredDistance(i);
    }
    return smallestKeys(count);
  }

  /** All points that may be nearest, given the one whose rounded distance is. */
  int[] perhapsNearest(int nearest) {
    double largest = pricing.largestNorm() + queryNorm;
    double band = 4 * queryNorm * pricing.largestError() + KEY_ROUNDING * largest * largest;
    float limit = Math.nextUp((float) (buffers.keys[nearest] + band));
    return IntStream.range(0, buffers.keys.length)
        .filter(i -> i != excluded && buffers.keys[i] <= limit)
        .toArray();
  }

  /** No point reaches further than this along the latest direction. */
  double furthestReach() {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < buffers.last.length; i++) {
      if (i != excluded) {
        most = Math.max(most, buffers.last[i] + pricing.error(i));
      }
    }
    return pricing.toStored(most, latest);
  }

  /** All points that may reach this far along the latest direction. */
  int[] reaching(double reach) {
    double scaled = pricing.toScaled(reach, latest) - pricing.largestError();
    float[] scores = buffers.last;
    int[] found = new int[64];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= scaled && i != excluded) {
        if (count == found.length) {
          found = Arrays.copyOf(found, 2 * count);
        }
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** The points that score best against the latest direction, best first. */
  int[] furthest(int count) {
    for (int i = 0; i < buffers.keys.length; i++) {
      buffers.keys[i] = -buffers.last[i];
    }
    return smallestKeys(count);
  }

  private int[] smallestKeys(int count) {
    if (excluded < 0) {
      return Smallest.of(buffers.keys, count);
    }
    buffers.keys[excluded] = Float.POSITIVE_INFINITY;
    return Arrays.stream(Smallest.of(buffers.keys, count)).filter(i -> i != excluded).toArray();
  }

  /**
   * All points that may reach this far along a direction that was not scored.
   *
   * @return null if they are more than a limit
   */
  int @Nullable [] perhapsReaching(double[] direction, double reach, int limit) {
    Reach reaches = new Reach(direction, reach);
    int[] found = new int[limit];
    int count = 0;
    for (int i = 0; i < buffers.last.length; i++) {
      if (reaches.perhaps(i)) {
        if (count == limit) {
          return null;
        }
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Those of some points that may reach this far; all of them if only one direction was scored. */
  int[] perhapsReaching(double[] direction, double reach, int[] candidates) {
    if (latest.length == 0) {
      return candidates;
    }
    Reach reaches = new Reach(direction, reach);
    return Arrays.stream(candidates).filter(reaches::perhaps).toArray();
  }

  /** Whether points may reach so far along a direction; see the bound above. */
  private final class Reach {
    private final Split split;
    private final double target;
    private final double restSquared;
    private final double latestAtQuery;

    Reach(double[] direction, double reach) {
      this.split = split(direction);
      this.target = pricing.toScaled(reach, direction) - split.restAtQuery;
      this.restSquared = split.restLength * split.restLength;
      this.latestAtQuery = dot(latest, query);
    }

    boolean perhaps(int point) {
      if (point == excluded) {
        return false;
      }
      double first = buffers.first[point];
      double last = buffers.last[point];
      double error = pricing.error(point);
      double missing = target - split.alpha * first - split.beta * last - split.weight * error;
      if (missing <= 0) {
        return true;
      }
      double along = Math.max(0, Math.abs(last - latestAtQuery) - 2 * error);
      double radius = squaredDistance(point) + queryNorm * (queryNorm + 4 * error) - along * along;
      return missing * missing <= restSquared * radius;
    }
  }

  /** A direction as {@code alpha f + beta l + e}; the weight is what scales the scores' errors. */
  private record Split(
      double alpha, double beta, double weight, double restLength, double restAtQuery) {}

  private Split split(double[] direction) {
    double correlation = dot(toQuery, latest);
    double ownFirst = dot(direction, toQuery);
    double ownLatest = dot(direction, latest);
    double determinant = dot(toQuery, toQuery) - correlation * correlation;
    double alpha = 0;
    double beta = ownLatest;
    // Two directions that are nearly one add nothing to each other but rounding.
    if (determinant > 1e-6) {
      alpha = (ownFirst - correlation * ownLatest) / determinant;
      beta = ownLatest - correlation * alpha;
    }
    double squared = 0;
    double atQuery = 0;
    for (int j = 0; j < direction.length; j++) {
      double rest = direction[j] - alpha * toQuery[j] - beta * latest[j];
      squared += rest * rest;
      atQuery += rest * query[j];
    }
    double rounding = 8 * direction.length * 0x1p-53;
    return new Split(
        alpha,
        beta,
        Math.abs(alpha) + Math.abs(beta) + rounding,
        Math.sqrt(squared) + rounding,
        atQuery + rounding * queryNorm);
  }

  /** A point's squared distance to the query, less the query's own squared length. */
  private double squaredDistance(int point) {
    double norm = pricing.norm(point);
    return norm * norm - 2 * queryNorm * buffers.first[point];
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}

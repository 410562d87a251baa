package io.foolproof.geometry;

import io.foolproof.geometry.Certificate.Outside;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One query's way to its nearest hull point, by column generation: {@linkplain Pool a pool} of few
 * points is solved exactly, all points are scored against the direction found, and those that reach
 * beyond the pool's hull enter; none left means that the pool's nearest point is the hull's.
 *
 * <p>Scoring all points is what costs time, so it is done seldom: each time, the points with the
 * best scores become candidates, which are priced one by one until the pool's hull has them all;
 * then the bounds of {@link ScoreBounds} tell, from the scores at hand, which of the other points
 * could still matter, and if these are few they are priced one by one too.
 */
final class QueryProjection {
  /** Nearest neighbours that the pool starts from. */
  private static final int START = 64;

  /** Points with the best scores that are priced one by one. */
  private static final int CANDIDATES = 512;

  /** Points that enter the pool at a time. */
  private static final int ENTERING = 24;

  /** More points than this that may matter are scored with all others instead. */
  private static final int SURVIVORS = 1500;

  /** A gap this small, relative to the squared distance, counts as none. */
  private static final double RELATIVE_GAP = 1e-12;

  /**
   * The same relative to the squared size of the points in the pool: rounding of their products.
   */
  private static final double ABSOLUTE_GAP = 4e-15;

  /** A gap this large, relative to the distance, is not left as it is. */
  private static final double LARGEST_GAP = 1e-8;

  /** A query this near, relative to the size of the pool, is settled without floating point. */
  private static final double TOUCHING = 1e-7;

  /** So often in a row points may enter without making the distance smaller in doubles. */
  private static final int IDLE = 20;

  private static final double ROUNDOFF = 0x1p-53;

  private final int index;
  private final double[] query;
  private final int excluded;
  private final boolean membershipOnly;
  private final PointSet points;
  private final Hyperplanes hyperplanes;
  private final Pool pool;
  private final ScoreBounds bounds;
  private final ScoreBounds.Buffers buffers;

  private int passes;
  private int idle;
  private boolean stuck;
  private int nearestNeighbour;
  private double neighbourDistance;
  private int[] near = new int[0];
  private @Nullable Projection result;

  /**
   * A query's way.
   *
   * @param excluded a point that is not to span the hull, or -1
   */
  QueryProjection(
      int index,
      double[] query,
      int excluded,
      boolean membershipOnly,
      PointSet points,
      Pricing pricing,
      Hyperplanes hyperplanes,
      ScoreBounds.Buffers buffers) {
    this.index = index;
    this.query = query;
    this.excluded = excluded;
    this.membershipOnly = membershipOnly;
    this.points = points;
    this.hyperplanes = hyperplanes;
    this.pool = new Pool(points, query);
    this.buffers = buffers;
    this.bounds = new ScoreBounds(pricing, query, excluded, buffers);
  }

  /** The direction, of length 1 or zero, that all points are to be scored against next. */
  double[] direction() {
    return passes == 0 ? bounds.toQuery() : pool.direction();
  }

  /** Where the scores belong. */
  float[] scores() {
    return passes == 0 ? bounds.first() : bounds.last();
  }

  /** The result; null as long as another pass is needed. */
  @Nullable Projection result() {
    return result;
  }

  /** The room it worked in, free once there is a result. */
  ScoreBounds.Buffers buffers() {
    return buffers;
  }

  /** Goes on with the scores that were asked for. */
  void advance() {
    passes++;
    if (passes == 1) {
      start();
    } else {
      improve();
    }
  }

  private void start() {
    int[] candidates = bounds.nearest(CANDIDATES);
    findNearestNeighbour(candidates);
    // Not by its distance, which is 0 also where a square is too small for a double.
    if (Arrays.equals(points.stored(nearestNeighbour), query)) {
      Mixture itself = new Mixture(new int[] {nearestNeighbour}, new double[] {1});
      result = inside(itself, true);
      return;
    }
    pool.add(Arrays.copyOf(candidates, Math.min(START, candidates.length)));
    if (!membershipOnly) {
      refine(candidates);
    }
    settleIfNoPassHelps();
  }

  /** Exact among all points whose rounded distance could be the smallest. */
  private void findNearestNeighbour(int[] candidates) {
    double best = Double.POSITIVE_INFINITY;
    for (int i : bounds.perhapsNearest(candidates[0])) {
      double squared = squaredDistance(i);
      if (squared < best) {
        best = squared;
        nearestNeighbour = i;
      }
    }
    neighbourDistance = Math.sqrt(best);
  }

  private double squaredDistance(int point) {
    double[] row = points.stored(point);
    double squared = 0;
    for (int j = 0; j < row.length; j++) {
      squared += (row[j] - query[j]) * (row[j] - query[j]);
    }
    return squared;
  }

  private void improve() {
    bounds.scored(pool.direction());
    if (membershipOnly && separate()) {
      return;
    }
    int[] doubtful = bounds.reaching(reached());
    if ((doubtful.length > CANDIDATES && refine(bounds.furthest(CANDIDATES))) || refine(doubtful)) {
      improveFromBounds();
    } else {
      finish();
    }
  }

  /** As long as the scores at hand leave few points in doubt, no other pass is needed. */
  private void improveFromBounds() {
    while (!settleIfNoPassHelps()) {
      int[] doubtful = bounds.perhapsReaching(pool.direction(), reached(), SURVIVORS);
      if (doubtful == null) {
        return;
      }
      if (!refine(doubtful)) {
        finish();
        return;
      }
    }
  }

  /** Points that reach less far than this are of no interest, whatever is rounded. */
  private double reached() {
    return pool.reach() - hyperplanes.slack(query);
  }

  /**
   * Lets candidates enter the pool until none reaches beyond its hull.
   *
   * @return whether any entered
   */
  private boolean refine(int[] candidates) {
    boolean any = false;
    while (!touching() && !stuck) {
      int[] violators = violators(candidates);
      if (violators.length == 0) {
        return any;
      }
      double before = pool.distance();
      boolean entered = pool.add(violators);
      idle = pool.distance() < before ? 0 : idle + 1;
      stuck = !entered || idle > IDLE;
      any = true;
    }
    return any;
  }

  /**
   * The candidates outside the pool that reach furthest beyond its hull, a few at a time. Those
   * that just touch it are remembered: if there are no violators, the hyperplane must have them
   * all.
   */
  private int[] violators(int[] candidates) {
    double reached = reached();
    double limit = pool.reach() + tolerance();
    double[] direction = pool.direction();
    int[] doubtful = bounds.perhapsReaching(direction, reached, candidates);
    int[] touches = new int[doubtful.length];
    int[] beyond = new int[doubtful.length];
    float[] excess = new float[doubtful.length];
    int violators = 0;
    int touching = 0;
    for (int candidate : doubtful) {
      double score = points.dot(candidate, direction);
      if (score > limit && !pool.contains(candidate)) {
        beyond[violators] = candidate;
        excess[violators++] = (float) (limit - score);
      } else if (score >= reached) {
        touches[touching++] = candidate;
      }
    }
    near = Arrays.copyOf(touches, touching);
    int[] places = Smallest.of(Arrays.copyOf(excess, violators), ENTERING);
    return Arrays.stream(places).map(place -> beyond[place]).toArray();
  }

  /** What a point may reach beyond the pool's hull without making the distance any smaller. */
  private double tolerance() {
    double scale = pool.scale();
    return RELATIVE_GAP * pool.distance()
        + ABSOLUTE_GAP * scale * scale / pool.distance()
        + 2 * hyperplanes.rounding(query);
  }

  private boolean touching() {
    return pool.distance() <= TOUCHING * pool.scale();
  }

  /** More passes help neither where the pool's hull touches the query nor where rounding rules. */
  private boolean settleIfNoPassHelps() {
    if (touching()) {
      result = settle();
    } else if (stuck) {
      near = furthestOfAll();
      finish();
    }
    return result != null;
  }

  /** Priced one by one, whatever that takes. */
  private int[] furthestOfAll() {
    double[] direction = pool.direction();
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < points.size(); i++) {
      if (i != excluded) {
        most = Math.max(most, points.dot(i, direction));
      }
    }
    double reached = most - hyperplanes.slack(query);
    return IntStream.range(0, points.size())
        .filter(i -> i != excluded && points.dot(i, direction) >= reached)
        .toArray();
  }

  private boolean separate() {
    double bound = bounds.furthestReach();
    Outside hyperplane = hyperplanes.above(query, pool.direction(), bound);
    if (hyperplane != null) {
      result = outside(hyperplane);
    }
    return result != null;
  }

  private void finish() {
    Outside hyperplane = hyperplanes.touching(query, pool.direction(), near);
    result = hyperplane == null ? settle() : precisely(outside(hyperplane));
  }

  /** Where points lie so close together that rounding leaves a gap, integers close it. */
  private Projection precisely(Projection rounded) {
    if (rounded.distance() - rounded.lowerBound() <= LARGEST_GAP * rounded.distance()) {
      return rounded;
    }
    ExactProjection.Answer answer =
        ExactProjection.project(points, query, excluded, pool.mixture());
    return answer == null ? rounded : exactly(answer);
  }

  /** Decides a query so near to the hull that rounding hides the side it lies on. */
  private Projection settle() {
    Mixture mixture = pool.mixture();
    Mixture proved = SimplexProof.prove(points, query, mixture.points());
    if (proved != null) {
      return inside(proved, true);
    }
    ExactProjection.Answer answer = ExactProjection.project(points, query, excluded, mixture);
    return answer == null ? inside(mixture, false) : exactly(answer);
  }

  private Projection exactly(ExactProjection.Answer answer) {
    if (answer instanceof ExactProjection.Answer.Inside inside) {
      return inside(inside.mixture(), true);
    }
    var outside = (ExactProjection.Answer.Outside) answer;
    var integers = new ExactCoordinates(points, query);
    return projection(
        outside.distance(),
        outside.distance() * (1 - RELATIVE_GAP),
        outside.distance() * (1 + RELATIVE_GAP) + rounding(outside.nearest()),
        outside.nearest(),
        hyperplanes.exact(query, outside.direction(), outside.threshold(), integers));
  }

  private Projection inside(Mixture mixture, boolean exact) {
    double error = distance(mixture) + rounding(mixture);
    var certificate = new Certificate.Inside(mixture, error * points.unit(), exact);
    return projection(0, 0, error, mixture, certificate);
  }

  private double distance(Mixture mixture) {
    double[] sum = new double[query.length];
    for (int k = 0; k < mixture.size(); k++) {
      double[] row = points.stored(mixture.points()[k]);
      for (int j = 0; j < sum.length; j++) {
        sum[j] += mixture.weights()[k] * (query[j] - row[j]);
      }
    }
    return Hyperplanes.norm(sum);
  }

  private Projection projection(
      double distance, double lower, double upper, Mixture mixture, Certificate certificate) {
    double unit = points.unit();
    return new Projection(
        index,
        distance * unit,
        lower * unit,
        upper * unit,
        mixture,
        nearestNeighbour,
        neighbourDistance * unit,
        certificate,
        passes);
  }

  private Projection outside(Outside hyperplane) {
    Mixture mixture = pool.mixture();
    double distance = pool.distance();
    double lower = Math.min(distance, hyperplanes.distance(query, hyperplane));
    return projection(distance, lower, distance + rounding(mixture), mixture, hyperplane);
  }

  /** How far the mixture's point can be, by rounding alone, from where it was computed to be. */
  private double rounding(Mixture mixture) {
    double largest = 0;
    for (int point : mixture.points()) {
      largest = Math.max(largest, squaredDistance(point));
    }
    return 4 * (mixture.size() + query.length + 8) * ROUNDOFF * Math.sqrt(largest);
  }
}

package io.foolproof.geometry;

import io.foolproof.geometry.Certificate.Outside;
import java.util.Arrays;
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

  /** A query this near, relative to the size of the pool, is settled without floating point. */
  private static final double TOUCHING = 1e-7;

  private final int index;
  private final double[] query;
  private final boolean membershipOnly;
  private final PointSet points;
  private final Hyperplanes hyperplanes;
  private final Pool pool;
  private final ScoreBounds bounds;
  private final ScoreBounds.Buffers buffers;

  private int passes;
  private int nearestNeighbour;
  private double neighbourDistance;
  private int[] near = new int[0];
  private @Nullable Projection result;

  QueryProjection(
      int index,
      double[] query,
      boolean membershipOnly,
      PointSet points,
      Pricing pricing,
      Hyperplanes hyperplanes,
      ScoreBounds.Buffers buffers) {
    this.index = index;
    this.query = query;
    this.membershipOnly = membershipOnly;
    this.points = points;
    this.hyperplanes = hyperplanes;
    this.pool = new Pool(points, query);
    this.buffers = buffers;
    this.bounds = new ScoreBounds(pricing, query, buffers);
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
    if (neighbourDistance == 0) {
      Mixture itself = new Mixture(new int[] {nearestNeighbour}, new double[] {1});
      result = inside(itself, 0, true);
      return;
    }
    pool.add(Arrays.copyOf(candidates, Math.min(START, candidates.length)));
    if (!membershipOnly) {
      refine(candidates);
    }
    settleIfTouching();
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
    while (!settleIfTouching()) {
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
    while (!touching()) {
      int[] violators = violators(candidates);
      if (violators.length == 0) {
        return any;
      }
      pool.add(violators);
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

  /** A query that touches the pool's hull needs no more passes. */
  private boolean settleIfTouching() {
    if (touching()) {
      result = settle();
    }
    return result != null;
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
    result = hyperplane == null ? settle() : outside(hyperplane);
  }

  /** Decides a query so near to the hull that rounding hides the side it lies on. */
  private Projection settle() {
    Mixture mixture = pool.mixture();
    double error = pool.distance() + pool.rounding();
    if (SimplexProof.holds(points, query, mixture.points())) {
      return inside(mixture, error, true);
    }
    ExactProjection.Answer answer = ExactProjection.project(points, query, mixture);
    if (answer == null) {
      return inside(mixture, error, false);
    }
    if (answer instanceof ExactProjection.Answer.Inside exact) {
      return inside(exact.mixture(), pool.rounding(), true);
    }
    var exact = (ExactProjection.Answer.Outside) answer;
    ExactCoordinates integers = new ExactCoordinates(points, query);
    Outside hyperplane = hyperplanes.exact(query, exact.direction(), exact.threshold(), integers);
    return projection(
        exact.distance(),
        exact.distance() * (1 - 1e-12),
        exact.distance() * (1 + 1e-12) + pool.rounding(),
        exact.nearest(),
        hyperplane);
  }

  private Projection inside(Mixture mixture, double error, boolean exact) {
    var certificate = new Certificate.Inside(mixture, error * points.unit(), exact);
    return projection(0, 0, error, mixture, certificate);
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
    double lower = Math.min(pool.distance(), hyperplanes.distance(query, hyperplane));
    double upper = pool.distance() + pool.rounding();
    return projection(pool.distance(), lower, upper, pool.mixture(), hyperplane);
  }
}

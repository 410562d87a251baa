package io.foolproof.geometry;

import static io.foolproof.geometry.Hulls.projectChecked;
import static io.foolproof.geometry.Hulls.reals;
import static io.foolproof.geometry.Hulls.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.foolproof.geometry.Certificate.ExactHyperplane;
import io.foolproof.geometry.Certificate.Inside;
import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.geometry.Certificate.RealHyperplane;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConvexHullTest {
  private static final PointSet SQUARE = whole(2, 0, 0, 4, 0, 0, 4, 4, 4);

  private static Projection project(PointSet points, PointSet query) {
    return projectChecked(points, query).get(0);
  }

  private static void requireInsideExactly(Projection result) {
    assertThat(result.inside()).isTrue();
    assertThat(((Inside) result.certificate()).exact()).isTrue();
    assertThat(result.distance()).isZero();
    assertThat(result.ratio()).isZero();
  }

  @Test
  void distancesToASquareAreThoseOfSchool() {
    PointSet queries = whole(2, 6, 2, 7, 8, -1, 2, 2, 2, 4, 4, 4, 2, 5, 4);
    List<Projection> results = projectChecked(SQUARE, queries);
    double[] expected = {2, 5, 1, 0, 0, 0, 1};
    for (int i = 0; i < expected.length; i++) {
      assertThat(results.get(i).query()).isEqualTo(i);
      assertThat(results.get(i).distance()).isCloseTo(expected[i], within(1e-12));
      assertThat(results.get(i).inside()).isEqualTo(expected[i] == 0);
    }
    requireInsideExactly(results.get(3));
    requireInsideExactly(results.get(4));
    requireInsideExactly(results.get(5));
    assertThat(results.get(1).neighbourDistance()).isEqualTo(5);
    assertThat(results.get(1).nearestNeighbour()).isEqualTo(3);
    assertThat(results.get(1).ratio()).isCloseTo(1, within(1e-12));
    assertThat(results.get(0).certificate()).isInstanceOf(IntegerHyperplane.class);
  }

  @Test
  void theNearestPointIsAMixture() {
    Projection result = project(SQUARE, whole(2, 6, 1));
    Mixture mixture = result.nearest().byWeight();
    assertThat(mixture.points()).containsExactly(1, 3);
    assertThat(mixture.weights()[0]).isCloseTo(0.75, within(1e-12));
    assertThat(mixture.weights()[1]).isCloseTo(0.25, within(1e-12));
  }

  @Test
  void onePointIsAHull() {
    PointSet point = whole(3, 1, 2, 3);
    assertThat(project(point, whole(3, 1, 2, 5)).distance()).isEqualTo(2);
    requireInsideExactly(project(point, whole(3, 1, 2, 3)));
  }

  @Test
  void duplicatesChangeNothing() {
    PointSet points = whole(2, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 0, 4, 0, 4, 0, 4);
    requireInsideExactly(project(points, whole(2, 1, 1)));
    requireInsideExactly(project(points, whole(2, 2, 2)));
    assertThat(project(points, whole(2, 4, 4)).distance())
        .isCloseTo(2 * Math.sqrt(2), within(1e-12));
  }

  @Test
  void collinearPointsSpanASegment() {
    PointSet points = whole(3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 5, 5, 5);
    requireInsideExactly(project(points, whole(3, 4, 4, 4)));
    assertThat(project(points, whole(3, 6, 6, 6)).distance())
        .isCloseTo(Math.sqrt(3), within(1e-12));
    assertThat(project(points, whole(3, 4, 4, 5)).distance())
        .isCloseTo(Math.sqrt(2.0 / 3), within(1e-12));
  }

  @Test
  void fewerPointsThanDimensionsSpanAFlatHull() {
    int d = 50;
    int[] corners = new int[3 * d];
    for (int i = 0; i < 3; i++) {
      corners[i * d + i] = 3;
    }
    int[] query = new int[2 * d];
    for (int j = 0; j < 3; j++) {
      query[j] = 1;
      query[d + j] = 1;
    }
    query[d + 40] = 7;
    List<Projection> results = projectChecked(whole(d, corners), whole(d, query));
    requireInsideExactly(results.get(0));
    assertThat(results.get(1).distance()).isCloseTo(7, within(1e-12));
  }

  @Test
  void aQueryThatIsAPointLiesInside() {
    PointSet points = gaussian("points", 200, 30, 1);
    Projection result = project(points, points.select(new int[] {17}));
    requireInsideExactly(result);
    assertThat(result.nearest().points()).containsExactly(17);
  }

  /**
   * The diagonal of a square in steps of 0.1, which no double is: exactly on it, or just off it.
   */
  @Test
  void doublesAreTakenForExactlyWhatTheyAre() {
    PointSet triangle = reals(2, 0.1, 0.1, 0.7, 0.7, 0.1, 0.9);
    requireInsideExactly(project(triangle, reals(2, 0.3, 0.3)));
    Projection off = project(triangle, reals(2, 0.3, Math.nextDown(0.3)));
    assertThat(off.inside()).isFalse();
    assertThat(off.certificate()).isInstanceOf(ExactHyperplane.class);
    assertThat(off.distance()).isCloseTo((0.3 - Math.nextDown(0.3)) / Math.sqrt(2), within(1e-20));
    requireInsideExactly(project(triangle, reals(2, 0.3, Math.nextUp(0.3))));
  }

  /** A query a hair outside a facet with a normal of many digits, in whole numbers. */
  @Test
  void aHairOutsideIsOutside() {
    int large = 1 << 23;
    // The edge from (0, 0) to (large, large - 1) misses the query by the least that whole numbers
    // can: a determinant of 1. One triangle lies above that edge, the other below.
    PointSet query = whole(2, large - 1, large - 2);
    Projection outside = project(whole(2, 0, 0, large, large - 1, 0, 5), query);
    assertThat(outside.inside()).isFalse();
    assertThat(outside.distance())
        .isCloseTo(1 / Math.hypot(large, large - 1), withinPercentage(1e-6));
    requireInsideExactly(project(whole(2, 0, 0, large, large - 1, 5, 0), query));
  }

  @Test
  void farOffsetsCostNoDigits() {
    double o = 1e8;
    PointSet square = reals(2, o, o, o + 1, o, o, o + 1, o + 1, o + 1);
    Projection result = project(square, reals(2, o + 1.5, o + 0.25));
    assertThat(result.distance()).isCloseTo(0.5, within(1e-12));
    requireInsideExactly(project(square, reals(2, o + 0.5, o + 0.25)));
  }

  @Test
  void verySmallAndVeryLargeNumbersWork() {
    for (double scale : new double[] {1e-200, 1e-60, 1e60}) {
      PointSet points = reals(2, 0, 0, 4 * scale, 0, 0, 4 * scale);
      Projection result = project(points, reals(2, 4 * scale, 4 * scale));
      assertThat(result.distance() / scale).isCloseTo(2 * Math.sqrt(2), within(1e-9));
      requireInsideExactly(project(points, reals(2, scale, scale)));
    }
  }

  @Test
  void resultsDependOnPointsAndQueryAlone() {
    PointSet points = gaussian("points", 3000, 12, 2);
    PointSet queries = gaussian("queries", 150, 12, 3);
    List<Projection> all = projectChecked(points, queries);
    try (Workers one = new Workers(1)) {
      ConvexHull hull = ConvexHull.of(points);
      for (int i = 0; i < queries.size(); i += 29) {
        Projection alone = hull.project(queries.select(new int[] {i}), one).get(0);
        assertThat(alone.inside()).isEqualTo(all.get(i).inside());
        assertThat(alone.distance()).isCloseTo(all.get(i).distance(), within(1e-9));
        assertThat(alone.nearestNeighbour()).isEqualTo(all.get(i).nearestNeighbour());
      }
    }
    assertThat(all).extracting(Projection::inside).contains(true, false);
    assertThat(all)
        .filteredOn(result -> !result.inside())
        .allMatch(result -> result.certificate() instanceof RealHyperplane);
  }

  /** Clusters far tighter than the distances between them: nearly dependent at every step. */
  @Test
  void nearlyEqualPointsAreNoTrap() {
    for (double jitter : new double[] {1e-3, 1e-6, 1e-9, 1e-12, 1e-15}) {
      int d = 6;
      RandomStream random = new RandomStream(9, 0, "jitter", 0);
      double[] values = new double[400 * d];
      for (int i = 0; i < 400; i++) {
        for (int j = 0; j < d; j++) {
          values[i * d + j] = ((i % 9) >> (j % 4) & 1) + jitter * random.nextGaussian();
        }
      }
      PointSet points = reals(d, values);
      PointSet queries = near(points, random, jitter);
      for (Projection result : projectChecked(points, queries)) {
        assertThat(result.upperBound() - result.lowerBound())
            .isLessThan(1e-8 * result.distance() + 1e-13);
      }
    }
  }

  /** Half-way between points, and the same moved about by the jitter; and far away. */
  private static PointSet near(PointSet points, RandomStream random, double jitter) {
    int d = points.dimension();
    double[] values = new double[120 * d];
    for (int i = 0; i < 120; i++) {
      int a = random.nextInt(points.size());
      int b = random.nextInt(points.size());
      double shift = i % 3 == 0 ? 0 : i % 3 == 1 ? jitter : 1;
      for (int j = 0; j < d; j++) {
        double middle = (points.stored(a, j) + points.stored(b, j)) / 2;
        values[i * d + j] = middle + shift * random.nextGaussian();
      }
    }
    return PointSet.ofReals("queries", values, d);
  }

  @Test
  void membershipSaysTheSame() {
    PointSet points = gaussian("points", 2000, 8, 4);
    PointSet queries = gaussian("queries", 200, 8, 5);
    List<Projection> projected = projectChecked(points, queries);
    List<Projection> members = Hulls.membershipChecked(points, queries);
    for (int i = 0; i < members.size(); i++) {
      assertThat(members.get(i).inside()).isEqualTo(projected.get(i).inside());
      assertThat(members.get(i).lowerBound()).isLessThanOrEqualTo(projected.get(i).upperBound());
      assertThat(members.get(i).upperBound()).isGreaterThanOrEqualTo(projected.get(i).lowerBound());
    }
  }

  @Test
  void wrongInputIsRefusedBeforeWorkStarts() {
    assertThatThrownBy(() -> ConvexHull.of(whole(3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no points");
    assertThatThrownBy(() -> reals(2, 0, 0, 1, Double.NaN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("coordinate 1 of point 1 is NaN");
    assertThatThrownBy(() -> reals(2, 0, Double.NEGATIVE_INFINITY))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> reals(2, 0, 0, 1)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> whole(0, 1)).isInstanceOf(InvalidInputException.class);
    ConvexHull hull = ConvexHull.of(SQUARE);
    try (Workers workers = new Workers(1)) {
      assertThatThrownBy(() -> hull.project(whole(3, 1, 2, 3), workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("queries have 3 dimensions")
          .hasMessageContaining("has 2");
      assertThatThrownBy(() -> hull.project(PointSet.ofLevels("q", new byte[2], 2), workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("units");
      assertThat(hull.project(whole(2), workers)).isEmpty();
    }
  }

  @Test
  void aConsumerThatThrowsEndsTheRun() {
    ConvexHull hull = ConvexHull.of(gaussian("points", 500, 5, 6));
    PointSet queries = gaussian("queries", 1000, 5, 7);
    AtomicInteger seen = new AtomicInteger();
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  hull.project(
                      queries,
                      workers,
                      result -> {
                        seen.incrementAndGet();
                        throw new InvalidInputException("the disk is full");
                      }))
          .hasMessage("the disk is full");
    }
    assertThat(seen.get()).isLessThan(queries.size());
  }

  static PointSet gaussian(String name, int count, int dimension, long seed) {
    RandomStream random = new RandomStream(seed, 0, name, 0);
    double[] values = new double[count * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return PointSet.ofReals(name, values, dimension);
  }
}

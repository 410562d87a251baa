package io.foolproof.geometry;

import static io.foolproof.geometry.Hulls.reals;
import static io.foolproof.geometry.Hulls.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.geometry.Certificate.ExactHyperplane;
import io.foolproof.geometry.Certificate.Inside;
import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.geometry.Certificate.RealHyperplane;
import io.foolproof.geometry.CheckedCertificate.Verdict;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** False certificates must not pass, however little is wrong with them. */
class CertificateCheckerTest {
  private static final PointSet SQUARE = whole(2, 0, 0, 4, 0, 0, 4, 4, 4);
  private static final PointSet QUERIES = whole(2, 6, 2, 1, 1);
  private static final Mixture EDGE = new Mixture(new int[] {1, 3}, new double[] {0.5, 0.5});

  /** From (6, 2) to (4, 0), which is as near as (4, 4) and comes before it. */
  private static final double NEIGHBOUR = Math.sqrt(8);

  private static CheckedCertificate check(PointSet points, PointSet queries, Projection result) {
    try (Workers workers = new Workers(1)) {
      return new CertificateChecker(points).check(queries, List.of(result), workers).get(0);
    }
  }

  private static CheckedCertificate outside(Certificate certificate, double lower, double upper) {
    return check(
        SQUARE, QUERIES, new Projection(0, 2, lower, upper, EDGE, 1, NEIGHBOUR, certificate, 1));
  }

  private static CheckedCertificate inside(Mixture mixture, double error, boolean exact) {
    Inside inside = new Inside(mixture, error, exact);
    return check(
        SQUARE, QUERIES, new Projection(1, 0, 0, error, mixture, 0, Math.sqrt(2), inside, 1));
  }

  private static final IntegerHyperplane TRUE_PLANE = new IntegerHyperplane(new long[] {1, 0}, 4);

  @Test
  void aTrueHyperplanePasses() {
    assertThat(outside(TRUE_PLANE, 2, 2 + 1e-12).verdict()).isEqualTo(Verdict.EXACT);
    assertThat(outside(new IntegerHyperplane(new long[] {3, 1}, 16), 1, 3).verdict())
        .isEqualTo(Verdict.EXACT);
    BigDecimal one = BigDecimal.ONE;
    assertThat(
            outside(new ExactHyperplane(List.of(one, BigDecimal.ZERO), new BigDecimal(4)), 2, 3)
                .verdict())
        .isEqualTo(Verdict.EXACT);
  }

  @Test
  void aHyperplaneThatAPointLiesBeyondIsRejected() {
    assertThat(outside(new IntegerHyperplane(new long[] {3, 1}, 15), 1, 3).reason())
        .contains("point 3 lies beyond");
    long large = 1L << 52;
    assertThat(outside(new IntegerHyperplane(new long[] {large, 1}, 4 * large + 3), 1, 3).reason())
        .contains("point 3 lies beyond");
    assertThat(outside(new IntegerHyperplane(new long[] {large, 1}, 4 * large + 4), 1, 3).holds())
        .isTrue();
  }

  @Test
  void aHyperplaneThatTheQueryIsNotBeyondIsRejected() {
    assertThat(outside(new IntegerHyperplane(new long[] {1, 0}, 6), 0, 3).reason())
        .contains("not beyond");
    assertThat(outside(new IntegerHyperplane(new long[] {0, 0}, 0), 0, 3).reason())
        .contains("not beyond");
  }

  @Test
  void weightsThatOverflowAreRejected() {
    long huge = Long.MAX_VALUE / 3;
    assertThat(outside(new IntegerHyperplane(new long[] {huge, huge}, 1), 0, 3).reason())
        .contains("overflow");
    assertThat(outside(new IntegerHyperplane(new long[] {Long.MIN_VALUE, 0}, 1), 0, 3).reason())
        .contains("overflow");
  }

  @Test
  void wrongSizesAndNumbersAreRejected() {
    assertThat(outside(new IntegerHyperplane(new long[] {1}, 4), 2, 3).reason())
        .contains("1 weights in 2 dimensions");
    assertThat(outside(new RealHyperplane(new double[] {1, Double.NaN}, 4), 2, 3).holds())
        .isFalse();
    assertThat(outside(TRUE_PLANE, Double.NaN, 3).holds()).isFalse();
  }

  @Test
  void boundsThatDoNotHoldAreRejected() {
    assertThat(outside(TRUE_PLANE, Math.nextUp(2.0), 3).holds()).isFalse();
    assertThat(outside(new IntegerHyperplane(new long[] {3, 1}, 16), 1.9, 3).reason())
        .contains("lower bound");
    Mixture corner = new Mixture(new int[] {1}, new double[] {1});
    Projection far = new Projection(0, 2, 2, 2.1, corner, 1, NEIGHBOUR, TRUE_PLANE, 1);
    assertThat(check(SQUARE, QUERIES, far).reason()).contains("upper bound");
  }

  @Test
  void integerWeightsForRealNumbersAreRejected() {
    PointSet points = reals(1, 0.5, 1.5);
    IntegerHyperplane plane = new IntegerHyperplane(new long[] {1}, 1);
    Mixture end = new Mixture(new int[] {1}, new double[] {1});
    Projection result = new Projection(0, 0.5, 0, 1, end, 1, 0.5, plane, 1);
    assertThat(check(points, reals(1, 2), result).reason()).contains("not whole");
  }

  @Test
  void mixturesAreMultipliedOut() {
    Mixture right = new Mixture(new int[] {0, 1, 2}, new double[] {0.5, 0.25, 0.25});
    assertThat(inside(right, 0, true).verdict()).isEqualTo(Verdict.EXACT);
    assertThat(inside(right, 1e-9, false).verdict()).isEqualTo(Verdict.WITHIN_ERROR_BOUND);
    Mixture near = new Mixture(new int[] {0, 1, 2}, new double[] {0.5, 0.25, 0.25000001});
    assertThat(inside(near, 1e-12, true).holds()).isFalse();
    assertThat(inside(near, 1e-6, true).verdict()).isEqualTo(Verdict.EXACT);
    assertThat(inside(right, Double.NaN, true).holds()).isFalse();
  }

  @Test
  void exactWeightsThatDoNotExistAreNoticed() {
    Mixture diagonal = new Mixture(new int[] {1, 2}, new double[] {0.5, 0.5});
    assertThat(inside(diagonal, 10, true).reason()).contains("no exact weights");
    assertThat(inside(diagonal, 10, false).verdict()).isEqualTo(Verdict.WITHIN_ERROR_BOUND);
  }

  @Test
  void malformedMixturesAreRejected() {
    Mixture missing = new Mixture(new int[] {0, 9}, new double[] {0.5, 0.5});
    assertThat(inside(missing, 10, false).reason()).contains("point 9");
    Mixture negative = new Mixture(new int[] {0, 1}, new double[] {1.5, -0.5});
    assertThat(inside(negative, 10, false).holds()).isFalse();
    Mixture many = new Mixture(new int[] {0, 1, 2, 3}, new double[] {0.4, 0.2, 0.2, 0.2});
    assertThat(inside(many, 10, false).reason()).contains("more than d + 1");
  }

  /** Every number of a result but that of its passes, each made false by itself. */
  @Test
  void everyNumberOfAResultIsRead() {
    PointSet points = whole(3, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 8, 2, 2, 2, 7, 1, 0);
    PointSet queries = whole(3, 9, 9, 9, 1, 2, 1, 8, 0, 0, 8, 8, 0);
    for (double unit : new double[] {1, 1 / 255.0}) {
      everyNumberIsRead(scaled(points, unit), scaled(queries, unit));
    }
    everyNumberIsRead(reals(2, 0.1, 0.2, 1.3, 0.4, 0.7, 1.9), reals(2, 0.6, 0.7, 2.2, 2.4));
  }

  private static PointSet scaled(PointSet points, double unit) {
    int[] values = new int[points.size() * points.dimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) points.stored(i / points.dimension(), i % points.dimension());
    }
    return PointSet.ofWholeNumbers("scaled", values, points.dimension(), unit);
  }

  private static void everyNumberIsRead(PointSet points, PointSet queries) {
    List<Projection> results;
    try (Workers workers = new Workers(1)) {
      results = ConvexHull.of(points).project(queries, workers);
    }
    assertThat(results).anyMatch(Projection::inside).anyMatch(result -> !result.inside());
    for (Projection result : results) {
      assertThat(check(points, queries, result)).matches(CheckedCertificate::holds);
      for (Projection tampered : tampered(result, points)) {
        assertThat(check(points, queries, tampered).holds())
            .as("%s made of %s", tampered, result)
            .isFalse();
      }
    }
  }

  private static List<Projection> tampered(Projection p, PointSet points) {
    List<Projection> all = new ArrayList<>();
    Mixture mixture = p.nearest();
    Certificate proof = p.certificate();
    double upper = p.upperBound();
    for (double wrong : wrongs(p.distance())) {
      double top = Math.max(upper, wrong * 2);
      all.add(with(p, wrong, Math.min(p.lowerBound(), wrong), top, mixture, proof));
    }
    for (double wrong : wrongs(p.lowerBound())) {
      if (!(wrong < p.lowerBound())) {
        all.add(with(p, p.distance(), wrong, upper, mixture, proof));
      }
    }
    for (double wrong :
        new double[] {upper / 2 - 1e-300, 0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      if (!(wrong >= upper) || !Double.isFinite(wrong)) {
        all.add(with(p, p.distance(), p.lowerBound(), wrong, mixture, proof));
      }
    }
    all.add(with(p, p.distance(), p.lowerBound(), upper + 9, elsewhere(mixture, points), proof));
    for (int neighbour = -1; neighbour <= points.size(); neighbour++) {
      if (neighbour != p.nearestNeighbour()) {
        all.add(neighbour(p, neighbour, p.neighbourDistance()));
        if (neighbour >= 0 && neighbour < points.size()) {
          all.add(neighbour(p, neighbour, p.neighbourDistance() + 1));
        }
      }
    }
    for (double wrong : wrongs(p.neighbourDistance())) {
      all.add(neighbour(p, p.nearestNeighbour(), wrong));
    }
    return all;
  }

  private static double[] wrongs(double value) {
    return new double[] {
      value * (1 + 1e-6) + 1e-6,
      value + 5,
      value * 0.999 - 1e-9,
      -1,
      Double.NaN,
      Double.POSITIVE_INFINITY
    };
  }

  /** One point of the mixture only, or another point, so that it mixes to something else. */
  private static Mixture elsewhere(Mixture mixture, PointSet points) {
    int other =
        mixture.size() > 1 ? mixture.points()[0] : (mixture.points()[0] + 1) % points.size();
    return new Mixture(new int[] {other}, new double[] {1});
  }

  private static Projection with(
      Projection p,
      double distance,
      double lower,
      double upper,
      Mixture nearest,
      Certificate proof) {
    return new Projection(
        p.query(),
        distance,
        lower,
        upper,
        nearest,
        p.nearestNeighbour(),
        p.neighbourDistance(),
        proof,
        p.passes());
  }

  private static Projection neighbour(Projection p, int neighbour, double distance) {
    return new Projection(
        p.query(),
        p.distance(),
        p.lowerBound(),
        p.upperBound(),
        p.nearest(),
        neighbour,
        distance,
        p.certificate(),
        p.passes());
  }

  /** Of several that are nearest, the first is the nearest neighbour. */
  @Test
  void aLaterNeighbourAtTheSameDistanceIsNotTheNearest() {
    Projection first = new Projection(0, 2, 2, 2 + 1e-12, EDGE, 1, NEIGHBOUR, TRUE_PLANE, 1);
    Projection later = new Projection(0, 2, 2, 2 + 1e-12, EDGE, 3, NEIGHBOUR, TRUE_PLANE, 1);
    assertThat(check(SQUARE, QUERIES, first).holds()).isTrue();
    assertThat(check(SQUARE, QUERIES, later).reason()).contains("point 1 is nearer");
  }

  /** Figures that are made of many results stand only where each of them holds. */
  @Test
  void ofManyResultsAllMustHold() {
    Projection good = new Projection(0, 2, 2, 2 + 1e-12, EDGE, 1, NEIGHBOUR, TRUE_PLANE, 1);
    Projection bad = new Projection(0, 2, 2, 2 + 1e-12, EDGE, 2, NEIGHBOUR, TRUE_PLANE, 1);
    CertificateChecker checker = new CertificateChecker(SQUARE);
    try (Workers workers = new Workers(1)) {
      assertThat(checker.requireAll(QUERIES, List.of(good), workers)).containsExactly(good);
      assertThatThrownBy(() -> checker.requireAll(QUERIES, List.of(good, bad), workers))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("query 0")
          .hasMessageContaining("point 2");
    }
  }

  @Test
  void queriesInAnotherUnitAreAnError() {
    Projection result = new Projection(0, 2, 2, 3, EDGE, 1, NEIGHBOUR, TRUE_PLANE, 1);
    assertThatThrownBy(() -> check(SQUARE, scaled(QUERIES, 0.5), result))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("in units of");
  }

  @Test
  void resultsAboutQueriesThatAreNotThereAreAnError() {
    Projection stray = new Projection(7, 2, 2, 3, EDGE, 1, 3, TRUE_PLANE, 1);
    assertThatThrownBy(() -> check(SQUARE, QUERIES, stray))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("query 7");
  }
}

package io.foolproof.geometry;

import io.foolproof.geometry.Certificate.ExactHyperplane;
import io.foolproof.geometry.Certificate.Inside;
import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.geometry.Certificate.Outside;
import io.foolproof.geometry.Certificate.RealHyperplane;
import io.foolproof.geometry.CheckedCertificate.Verdict;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Checks the certificates of a hull's results against the points, sharing no arithmetic with what
 * made them.
 *
 * <p>A hyperplane is checked against every point, in integers or decimals without rounding; a
 * 32-bit matrix product with a bound on its error only spares the points that are far away. The
 * bounds on the distance are recomputed from hyperplane and mixture. A mixture is multiplied out
 * without rounding, and where it is claimed that exact weights exist, they are solved for. The
 * nearest neighbour is held against all points in the same way.
 *
 * <p>So every number that a result states about a query is read: its distance, both bounds, the
 * mixture, the neighbour and the distance to it.
 */
public final class CertificateChecker {
  /** Results that are checked together, so that the points are turned into floats less often. */
  private static final int BATCH = 10 * Workers.MICRO_BATCH;

  /** More points than this take too long to solve for exact weights. */
  private static final int LARGEST_SYSTEM = 110;

  /** A square of a distance that was computed in doubles may be off by this much of itself. */
  private static final BigDecimal ROUNDING = new BigDecimal("1e-11");

  /** The square of a distance too small for doubles. */
  private static final BigDecimal UNDERFLOW = new BigDecimal("1e-300");

  /** Relative to the distance, what counts as the same. */
  private static final double SAME = 1e-11;

  private final PointSet points;
  private final double largest;

  /** A checker for results about the hull of these points. */
  public CertificateChecker(PointSet points) {
    this.points = points;
    double most = 0;
    for (int i = 0; i < points.size(); i++) {
      for (double value : points.stored(i)) {
        most = Math.max(most, Math.abs(value));
      }
    }
    this.largest = most;
  }

  /**
   * Checks results about these queries.
   *
   * @return what was found, in the order of the results
   * @throws InvalidInputException if the queries' dimension or unit is not the points', or a result
   *     names a query that is not there
   */
  public List<CheckedCertificate> check(
      PointSet queries, List<Projection> results, Workers workers) {
    if (queries.dimension() != points.dimension()) {
      throw new InvalidInputException(
          "%s: queries have %d dimensions, but %s has %d"
              .formatted(queries.name(), queries.dimension(), points.name(), points.dimension()));
    }
    if (queries.unit() != points.unit()) {
      throw new InvalidInputException(
          "%s: queries are in units of %.6g, but %s in units of %.6g"
              .formatted(queries.name(), queries.unit(), points.name(), points.unit()));
    }
    return checkAll(queries, query -> -1, results, workers);
  }

  /**
   * Checks results of {@link ConvexHull#projectAmongOthers} about these points: as {@link #check},
   * but nothing is claimed of a result's own point, which must not be used either.
   */
  public List<CheckedCertificate> checkAmongOthers(
      int[] places, List<Projection> results, Workers workers) {
    return checkAll(points.select(places), query -> places[query], results, workers);
  }

  private List<CheckedCertificate> checkAll(
      PointSet queries, IntUnaryOperator excluded, List<Projection> results, Workers workers) {
    for (Projection result : results) {
      if (result.query() < 0 || result.query() >= queries.size()) {
        throw new InvalidInputException(
            "a result is about query %d, but %s has queries 0 to %d"
                .formatted(result.query(), queries.name(), queries.size() - 1));
      }
    }
    return workers
        .map(
            results.size(),
            BATCH,
            (from, to) -> checkBatch(queries, excluded, results.subList(from, to)))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /**
   * As {@link #check}, for figures that are made of results none of which is shown by itself.
   *
   * @return the results
   * @throws IllegalStateException if one does not hold
   */
  List<Projection> requireAll(PointSet queries, List<Projection> results, Workers workers) {
    for (CheckedCertificate checked : check(queries, results, workers)) {
      if (!checked.holds()) {
        throw new IllegalStateException(
            "%s: the certificate of query %d of %s does not hold: %s"
                .formatted(points.name(), checked.query(), queries.name(), checked.reason()));
      }
    }
    return results;
  }

  private List<CheckedCertificate> checkBatch(
      PointSet queries, IntUnaryOperator excluded, List<Projection> results) {
    List<PointScan.Claim> claims = new ArrayList<>();
    String[] wrong = new String[results.size()];
    int[] place = new int[results.size()];
    for (int r = 0; r < wrong.length; r++) {
      Projection result = results.get(r);
      double[] query = queries.stored(result.query());
      int without = excluded.applyAsInt(result.query());
      wrong[r] = wrongAlone(result, query, without);
      place[r] = claims.size();
      if (wrong[r] == null) {
        claims.add(
            new PointScan.Except(new Nearest(points, query, result.nearestNeighbour()), without));
        if (result.certificate() instanceof Outside outside) {
          claims.add(new PointScan.Except(new InHalfSpace(side(outside)), without));
        }
      }
    }
    int[] against = new PointScan(points).firstAgainst(claims);
    List<CheckedCertificate> checked = new ArrayList<>();
    for (int r = 0; r < wrong.length; r++) {
      Projection result = results.get(r);
      String reason = wrong[r] == null ? wrongAmongAll(result, against, place[r]) : wrong[r];
      checked.add(
          reason == null
              ? accepted(result, queries.stored(result.query()))
              : new CheckedCertificate(result.query(), Verdict.REJECTED, reason));
    }
    return checked;
  }

  /** What is wrong with a result, as far as its query and its own points can tell, or null. */
  private @Nullable String wrongAlone(Projection result, double[] query, int excluded) {
    String wrong = wrongBounds(result);
    if (wrong == null) {
      wrong = malformed(result.nearest(), excluded);
    }
    if (wrong == null) {
      wrong = wrongNeighbour(result, query, excluded);
    }
    if (wrong != null) {
      return wrong;
    }
    return result.certificate() instanceof Inside inside
        ? wrongInside(inside, query, result)
        : wrongOutside((Outside) result.certificate(), query, result);
  }

  private static @Nullable String wrongBounds(Projection result) {
    return result.lowerBound() >= 0
            && result.lowerBound() <= result.distance()
            && result.distance() <= result.upperBound()
            && Double.isFinite(result.upperBound())
        ? null
        : "bounds %s to %s that do not hold the distance %s"
            .formatted(result.lowerBound(), result.upperBound(), result.distance());
  }

  private @Nullable String wrongNeighbour(Projection result, double[] query, int excluded) {
    int neighbour = result.nearestNeighbour();
    if (neighbour == excluded) {
      return "the nearest neighbour is the point itself";
    }
    if (neighbour < 0 || neighbour >= points.size()) {
      return "the nearest neighbour is point %d, which does not exist".formatted(neighbour);
    }
    double claimed = result.neighbourDistance();
    if (!(claimed >= 0 && Double.isFinite(claimed))) {
      return "the distance to the nearest neighbour is " + claimed;
    }
    BigDecimal squared =
        new Nearest(points, query, neighbour)
            .squared()
            .multiply(new BigDecimal(points.unit()).pow(2));
    BigDecimal off = new BigDecimal(claimed).pow(2).subtract(squared).abs();
    return off.compareTo(squared.multiply(ROUNDING).add(UNDERFLOW)) <= 0
        ? null
        : "the distance to point %d is %s, not %s"
            .formatted(neighbour, Math.sqrt(squared.doubleValue()), claimed);
  }

  /** What is wrong with it among all points, or null. */
  private static @Nullable String wrongAmongAll(Projection result, int[] against, int place) {
    if (against[place] >= 0) {
      return "point %d is nearer than the nearest neighbour, or as near and before it"
          .formatted(against[place]);
    }
    if (result.certificate() instanceof Outside && against[place + 1] >= 0) {
      return "point " + against[place + 1] + " lies beyond the hyperplane";
    }
    return null;
  }

  private CheckedCertificate accepted(Projection result, double[] query) {
    if (result.certificate() instanceof Inside inside) {
      return checkWeights(inside, query, result.query());
    }
    return new CheckedCertificate(
        result.query(), Verdict.EXACT, "all points on one side, the query on the other");
  }

  private static ExactSide side(Outside hyperplane) {
    if (hyperplane instanceof IntegerHyperplane integer) {
      return new ExactSide.Integers(integer.weights(), integer.threshold());
    }
    if (hyperplane instanceof RealHyperplane real) {
      return new ExactSide.Decimal(Decimals.of(real.weights()), new BigDecimal(real.threshold()));
    }
    var exact = (ExactHyperplane) hyperplane;
    return new ExactSide.Decimal(exact.weights().toArray(BigDecimal[]::new), exact.threshold());
  }

  /** What is wrong with a hyperplane, as far as the query alone can tell, or null. */
  private @Nullable String wrongOutside(Outside outside, double[] query, Projection result) {
    if (outside instanceof RealHyperplane real
        && !(Double.isFinite(real.threshold()) && Decimals.finite(real.weights()))) {
      return "a hyperplane with components that are NaN or infinite";
    }
    ExactSide side = side(outside);
    if (side.dimension() != query.length) {
      return "a hyperplane of %d weights in %d dimensions"
          .formatted(side.dimension(), query.length);
    }
    if (side instanceof ExactSide.Integers integers) {
      if (!points.whole() || !allWhole(query)) {
        return "integer weights, but coordinates that are not whole";
      }
      if (!integers.fits(Math.max(largest, Decimals.largest(query)))) {
        return "integer weights so large that 64 bits could overflow";
      }
    }
    BigDecimal margin = side.margin(query);
    if (margin.signum() <= 0) {
      return "the query is not beyond the hyperplane";
    }
    // lower <= margin / |weights|, squared to stay without rounding.
    BigDecimal unit = new BigDecimal(points.unit());
    BigDecimal claimed = new BigDecimal(result.lowerBound()).pow(2).multiply(side.squaredNorm());
    if (claimed.compareTo(margin.multiply(unit).pow(2)) > 0) {
      return "the lower bound exceeds the distance to the hyperplane";
    }
    return wrongDistance(result, query);
  }

  /** The distance is that of the mixture, and the upper bound one on it. */
  private @Nullable String wrongDistance(Projection result, double[] query) {
    MixtureDistance.Rounded found = MixtureDistance.rounded(points, result.nearest(), query);
    double unit = points.unit();
    if (!(found.value() + found.error() <= result.upperBound() / unit)) {
      return "the mixture is further from the query than the upper bound says";
    }
    double off = Math.abs(result.distance() / unit - found.value());
    return off <= found.error() + madeWith(result.nearest(), query) + SAME * found.value()
        ? null
        : "the mixture is %s from the query, not %s"
            .formatted(found.value() * unit, result.distance());
  }

  /** How far off a distance may be that was computed in doubles from these points. */
  private double madeWith(Mixture mixture, double[] query) {
    double largest = 0;
    for (int point : mixture.points()) {
      double[] difference = points.stored(point);
      for (int j = 0; j < difference.length; j++) {
        difference[j] -= query[j];
      }
      largest = Math.max(largest, MixtureDistance.norm(difference));
    }
    return 8 * (mixture.size() + query.length + 8) * 0x1p-53 * largest;
  }

  private @Nullable String malformed(Mixture mixture, int excluded) {
    if (mixture.size() > points.dimension() + 1) {
      return "a mixture of %d points, more than d + 1".formatted(mixture.size());
    }
    for (int k = 0; k < mixture.size(); k++) {
      int point = mixture.points()[k];
      if (point < 0 || point >= points.size()) {
        return "a mixture with point %d, which does not exist".formatted(point);
      }
      if (point == excluded) {
        return "a mixture with the point itself";
      }
      if (!(mixture.weights()[k] > 0) || !(mixture.weights()[k] <= 1 + 1e-9)) {
        return "a mixture with the weight " + mixture.weights()[k];
      }
    }
    return null;
  }

  private @Nullable String wrongInside(Inside inside, double[] query, Projection result) {
    if (result.distance() != 0) {
      return "the query lies inside, but at the distance " + result.distance();
    }
    if (!same(result.nearest(), inside.mixture())) {
      return "the nearest hull point is another mixture than the certificate's";
    }
    // The bounds are checked already.
    if (inside.errorBound() != result.upperBound()) {
      return "the error bound is %s, but the upper bound %s"
          .formatted(inside.errorBound(), result.upperBound());
    }
    BigDecimal unit = new BigDecimal(points.unit());
    BigDecimal squared =
        MixtureDistance.squared(points, inside.mixture(), query).multiply(unit.pow(2));
    return squared.compareTo(new BigDecimal(inside.errorBound()).pow(2)) > 0
        ? "the mixture misses the query by more than the error bound"
        : null;
  }

  private static boolean same(Mixture a, Mixture b) {
    return Arrays.equals(a.points(), b.points()) && Arrays.equals(a.weights(), b.weights());
  }

  private CheckedCertificate checkWeights(Inside inside, double[] query, int index) {
    Mixture mixture = inside.mixture();
    if (!inside.exact() || mixture.size() > LARGEST_SYSTEM) {
      return new CheckedCertificate(
          index, Verdict.WITHIN_ERROR_BOUND, "the mixture is within the error bound");
    }
    return ExactWeights.exist(points, mixture.points(), query)
        ? new CheckedCertificate(index, Verdict.EXACT, "exact weights exist")
        : new CheckedCertificate(index, Verdict.REJECTED, "no exact weights exist, though claimed");
  }

  private static boolean allWhole(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == Math.rint(value));
  }
}

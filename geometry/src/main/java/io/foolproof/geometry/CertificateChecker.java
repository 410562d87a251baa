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
import org.jspecify.annotations.Nullable;

/**
 * Checks the certificates of a hull's results against the points, sharing no arithmetic with what
 * made them.
 *
 * <p>A hyperplane is checked against every point, in integers or decimals without rounding; a
 * 32-bit matrix product with a bound on its error only spares the points that are far away. The
 * bounds on the distance are recomputed from hyperplane and mixture. A mixture is multiplied out
 * without rounding, and where it is claimed that exact weights exist, they are solved for.
 */
public final class CertificateChecker {
  /** Results that are checked together, so that the points are turned into floats less often. */
  private static final int BATCH = 10 * Workers.MICRO_BATCH;

  /** More points than this take too long to solve for exact weights. */
  private static final int LARGEST_SYSTEM = 110;

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
   * @throws InvalidInputException if the queries' dimension is not the points', or a result names a
   *     query that is not there
   */
  public List<CheckedCertificate> check(
      PointSet queries, List<Projection> results, Workers workers) {
    if (queries.dimension() != points.dimension()) {
      throw new InvalidInputException(
          "%s: queries have %d dimensions, but %s has %d"
              .formatted(queries.name(), queries.dimension(), points.name(), points.dimension()));
    }
    for (Projection result : results) {
      if (result.query() < 0 || result.query() >= queries.size()) {
        throw new InvalidInputException(
            "a result is about query %d, but %s has queries 0 to %d"
                .formatted(result.query(), queries.name(), queries.size() - 1));
      }
    }
    return workers
        .map(results.size(), BATCH, (from, to) -> checkBatch(queries, results.subList(from, to)))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private List<CheckedCertificate> checkBatch(PointSet queries, List<Projection> results) {
    List<ExactSide> sides = new ArrayList<>();
    String[] wrong = new String[results.size()];
    int[] place = new int[results.size()];
    Arrays.fill(place, -1);
    for (int r = 0; r < wrong.length; r++) {
      Projection result = results.get(r);
      if (result.certificate() instanceof Outside outside) {
        double[] query = queries.stored(result.query());
        wrong[r] = wrongOutside(outside, query, result);
        if (wrong[r] == null) {
          place[r] = sides.size();
          sides.add(side(outside));
        }
      }
    }
    int[] beyond = new PointScan(points).firstBeyond(sides);
    List<CheckedCertificate> checked = new ArrayList<>();
    for (int r = 0; r < wrong.length; r++) {
      Projection result = results.get(r);
      if (result.certificate() instanceof Inside inside) {
        checked.add(checkInside(inside, queries.stored(result.query()), result.query()));
      } else if (wrong[r] == null && beyond[place[r]] >= 0) {
        checked.add(rejected(result, "point " + beyond[place[r]] + " lies beyond the hyperplane"));
      } else if (wrong[r] != null) {
        checked.add(rejected(result, wrong[r]));
      } else {
        checked.add(
            new CheckedCertificate(
                result.query(), Verdict.EXACT, "all points on one side, the query on the other"));
      }
    }
    return checked;
  }

  private static CheckedCertificate rejected(Projection result, String reason) {
    return new CheckedCertificate(result.query(), Verdict.REJECTED, reason);
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
    if (!(result.lowerBound() >= 0
        && result.lowerBound() <= result.distance()
        && result.distance() <= result.upperBound()
        && Double.isFinite(result.upperBound()))) {
      return "bounds %s to %s that do not hold the distance %s"
          .formatted(result.lowerBound(), result.upperBound(), result.distance());
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
    return wrongMixture(result.nearest(), query, result.upperBound());
  }

  private @Nullable String wrongMixture(Mixture mixture, double[] query, double bound) {
    String malformed = malformed(mixture);
    if (malformed != null) {
      return malformed;
    }
    return MixtureDistance.atMost(points, mixture, query, bound / points.unit())
        ? null
        : "the mixture is further from the query than the upper bound says";
  }

  private @Nullable String malformed(Mixture mixture) {
    if (mixture.size() > points.dimension() + 1) {
      return "a mixture of %d points, more than d + 1".formatted(mixture.size());
    }
    for (int k = 0; k < mixture.size(); k++) {
      int point = mixture.points()[k];
      if (point < 0 || point >= points.size()) {
        return "a mixture with point %d, which does not exist".formatted(point);
      }
      if (!(mixture.weights()[k] > 0) || !(mixture.weights()[k] <= 1 + 1e-9)) {
        return "a mixture with the weight " + mixture.weights()[k];
      }
    }
    return null;
  }

  private CheckedCertificate checkInside(Inside inside, double[] query, int index) {
    Mixture mixture = inside.mixture();
    String malformed = malformed(mixture);
    if (malformed != null) {
      return new CheckedCertificate(index, Verdict.REJECTED, malformed);
    }
    if (!(inside.errorBound() >= 0 && Double.isFinite(inside.errorBound()))) {
      return new CheckedCertificate(
          index, Verdict.REJECTED, "the error bound is " + inside.errorBound());
    }
    BigDecimal unit = new BigDecimal(points.unit());
    BigDecimal bound = new BigDecimal(inside.errorBound()).pow(2);
    if (MixtureDistance.squared(points, mixture, query).multiply(unit.pow(2)).compareTo(bound)
        > 0) {
      return new CheckedCertificate(
          index, Verdict.REJECTED, "the mixture misses the query by more than the error bound");
    }
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

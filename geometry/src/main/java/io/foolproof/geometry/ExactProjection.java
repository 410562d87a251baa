package io.foolproof.geometry;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Wolfe's method once more, in integers of any length: for queries so close to the hull's boundary
 * that floating point cannot tell the side.
 *
 * <p>Starts from the support that floating point ended with, so a few steps do. Finite, since the
 * norm falls strictly and nothing is rounded. The points are first priced in doubles, with the
 * bound {@code gamma_d |a| . |b|} on the error of a scalar product; only those within the bound are
 * priced in integers.
 */
final class ExactProjection {
  /** Work beyond this, in products of 64-bit words, takes longer than anyone waits for a query. */
  private static final double AFFORDABLE = 4e9;

  private static final double ROUNDOFF = 0x1p-53;

  /** Where the query lies, without any error. */
  sealed interface Answer {
    /** Inside: these points mix to the query with positive weights, here rounded. */
    record Inside(Mixture mixture) implements Answer {}

    /** Outside: {@code direction . x <= threshold < direction . query}, in integers. */
    record Outside(
        Mixture nearest, List<BigInteger> direction, BigInteger threshold, double distance)
        implements Answer {}
  }

  private final PointSet points;
  private final ExactCoordinates exact;
  private final double[] query;
  private final BigInteger[] exactQuery;
  private final int excluded;

  private int[] support;

  /** The support's points minus the query. */
  private List<BigInteger[]> offsets = new ArrayList<>();

  /** The weights are {@code numerators / denominator}. */
  private List<BigInteger> numerators = new ArrayList<>();

  private BigInteger denominator = BigInteger.ONE;

  private ExactProjection(PointSet points, double[] query, int excluded, Mixture start) {
    this.points = points;
    this.query = query;
    this.excluded = excluded;
    this.exact = new ExactCoordinates(points, query);
    this.exactQuery = exact.of(query);
    this.support = start.points();
    for (int k = 0; k < start.size(); k++) {
      offsets.add(offset(support[k]));
      long numerator = Math.max(1, Math.round(start.weights()[k] * 0x1p52));
      numerators.add(BigInteger.valueOf(numerator));
    }
    this.denominator = numerators.stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  /**
   * Projects a query in stored numbers; null if that would take too long.
   *
   * @param excluded a point that is not to span the hull, or -1
   */
  static @Nullable Answer project(PointSet points, double[] query, int excluded, Mixture start) {
    ExactProjection projection = new ExactProjection(points, query, excluded, start);
    return projection.affordable(start.size()) ? projection.run() : null;
  }

  private boolean affordable(int supportSize) {
    double words = supportSize * (2.0 * exact.bits() + 10) / 64 + 1;
    return Math.pow(supportSize, 3) / 3 * words * words < AFFORDABLE;
  }

  private @Nullable Answer run() {
    while (true) {
      if (!descend()) {
        return null;
      }
      BigInteger[] direction = direction();
      if (Arrays.stream(direction).allMatch(component -> component.signum() == 0)) {
        return new Answer.Inside(mixture());
      }
      BigInteger threshold = dot(direction, offsets.get(0));
      int enterer = enterer(direction, threshold);
      if (enterer < 0) {
        return outside(direction, threshold);
      }
      if (!affordable(support.length + 1)) {
        return null;
      }
      enter(enterer);
    }
  }

  private void enter(int point) {
    support = Arrays.copyOf(support, support.length + 1);
    support[support.length - 1] = point;
    offsets.add(offset(point));
    numerators.add(BigInteger.ZERO);
  }

  /**
   * Moves to the affine minimum of a support that it lies in; false if the support is dependent.
   */
  private boolean descend() {
    while (true) {
      BigInteger[] target = IntegerSystem.solveOnes(shiftedGram());
      if (target == null) {
        if (support.length == 1) {
          return false;
        }
        restartFromHeaviest();
        continue;
      }
      int k = support.length;
      BigInteger total = BigInteger.ZERO;
      for (int a = 0; a < k; a++) {
        total = total.add(target[a]);
      }
      int blocking = blocking(target, total);
      if (blocking < 0) {
        numerators = new ArrayList<>(Arrays.asList(target).subList(0, k));
        denominator = total;
        reduce();
        return true;
      }
      stepUntil(blocking, target, total);
      dropZeros();
    }
  }

  private void restartFromHeaviest() {
    int heaviest = 0;
    for (int a = 1; a < support.length; a++) {
      if (numerators.get(a).compareTo(numerators.get(heaviest)) > 0) {
        heaviest = a;
      }
    }
    support = new int[] {support[heaviest]};
    offsets = new ArrayList<>(offsets.subList(heaviest, heaviest + 1));
    numerators = new ArrayList<>(List.of(BigInteger.ONE));
    denominator = BigInteger.ONE;
  }

  private BigInteger[][] shiftedGram() {
    int k = support.length;
    BigInteger[][] gram = new BigInteger[k][k];
    for (int a = 0; a < k; a++) {
      for (int b = 0; b <= a; b++) {
        gram[a][b] = dot(offsets.get(a), offsets.get(b)).add(BigInteger.ONE);
        gram[b][a] = gram[a][b];
      }
    }
    return gram;
  }

  /** The point whose weight reaches 0 first on the way to the target, or -1 if none does. */
  private int blocking(BigInteger[] target, BigInteger total) {
    int blocking = -1;
    for (int a = 0; a < support.length; a++) {
      if (target[a].signum() <= 0
          && (blocking < 0
              || numerators
                      .get(a)
                      .multiply(fall(blocking, target, total))
                      .compareTo(numerators.get(blocking).multiply(fall(a, target, total)))
                  < 0)) {
        blocking = a;
      }
    }
    return blocking;
  }

  /** How far a weight falls on the way to its target, times total times denominator. */
  private BigInteger fall(int a, BigInteger[] target, BigInteger total) {
    return numerators.get(a).multiply(total).subtract(target[a].multiply(denominator));
  }

  private void stepUntil(int blocking, BigInteger[] target, BigInteger total) {
    // The step is weight / fall of the blocking point; everything over one denominator.
    BigInteger fallen = fall(blocking, target, total);
    BigInteger step = numerators.get(blocking).multiply(total);
    List<BigInteger> moved = new ArrayList<>();
    for (int a = 0; a < support.length; a++) {
      moved.add(
          numerators
              .get(a)
              .multiply(total)
              .multiply(fallen)
              .subtract(step.multiply(fall(a, target, total))));
    }
    numerators = moved;
    denominator = denominator.multiply(total).multiply(fallen);
    reduce();
  }

  private void reduce() {
    BigInteger divisor = denominator;
    for (BigInteger numerator : numerators) {
      divisor = divisor.gcd(numerator);
    }
    for (int a = 0; a < numerators.size(); a++) {
      numerators.set(a, numerators.get(a).divide(divisor));
    }
    denominator = denominator.divide(divisor);
  }

  private void dropZeros() {
    int kept = 0;
    for (int a = 0; a < support.length; a++) {
      if (numerators.get(a).signum() > 0) {
        support[kept] = support[a];
        offsets.set(kept, offsets.get(a));
        numerators.set(kept, numerators.get(a));
        kept++;
      }
    }
    support = Arrays.copyOf(support, kept);
    offsets = new ArrayList<>(offsets.subList(0, kept));
    numerators = new ArrayList<>(numerators.subList(0, kept));
  }

  /** From the mixture to the query, as the shortest integer vector that way. */
  private BigInteger[] direction() {
    BigInteger[] sum = new BigInteger[query.length];
    BigInteger divisor = BigInteger.ZERO;
    for (int j = 0; j < sum.length; j++) {
      sum[j] = BigInteger.ZERO;
      for (int a = 0; a < support.length; a++) {
        sum[j] = sum[j].subtract(numerators.get(a).multiply(offsets.get(a)[j]));
      }
      divisor = divisor.gcd(sum[j]);
    }
    if (divisor.signum() > 0) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] = sum[j].divide(divisor);
      }
    }
    return sum;
  }

  /** The point furthest beyond the threshold as doubles see it, if it is exactly; or any, or -1. */
  private int enterer(BigInteger[] direction, BigInteger threshold) {
    double[] rounded = normalised(direction);
    double size = Math.sqrt(dot(rounded, rounded));
    double[] scores = new double[points.size()];
    double best = Double.NEGATIVE_INFINITY;
    double[] row = new double[query.length];
    double[] errors = new double[points.size()];
    for (int i = 0; i < scores.length; i++) {
      points.copyStored(i, row);
      scores[i] = points.dot(i, rounded);
      errors[i] = 1.1 * (query.length + 8) * ROUNDOFF * size * Math.sqrt(dot(row, row));
    }
    double reached = scores[support[0]] - errors[support[0]];
    List<Integer> near = new ArrayList<>();
    int first = -1;
    for (int i = 0; i < scores.length; i++) {
      if (i != excluded && scores[i] + errors[i] >= reached) {
        near.add(i);
        if (scores[i] > best) {
          best = scores[i];
          first = i;
        }
      }
    }
    near.add(0, first);
    for (int i : near) {
      if (dot(direction, offset(i)).compareTo(threshold) > 0) {
        return i;
      }
    }
    return -1;
  }

  /** The direction in doubles, its largest component about 1. */
  private static double[] normalised(BigInteger[] direction) {
    int bits = Arrays.stream(direction).mapToInt(BigInteger::bitLength).max().orElse(0);
    double[] rounded = new double[direction.length];
    for (int j = 0; j < rounded.length; j++) {
      // 64 bits are kept, so that the rounding is that of a double.
      int drop = Math.max(0, direction[j].bitLength() - 64);
      rounded[j] = Math.scalb(direction[j].shiftRight(drop).doubleValue(), drop - bits);
    }
    return rounded;
  }

  private Answer.Outside outside(BigInteger[] direction, BigInteger threshold) {
    // The nearest point is where the direction meets the hyperplane: -threshold / |direction|.
    BigDecimal length = new BigDecimal(dot(direction, direction)).sqrt(MathContext.DECIMAL64);
    BigDecimal distance = new BigDecimal(threshold.negate()).divide(length, MathContext.DECIMAL64);
    return new Answer.Outside(
        mixture(),
        List.of(direction),
        threshold.add(dot(direction, exactQuery)),
        exact.toStored(distance));
  }

  /** The exact unit of the integers, as in {@link ExactCoordinates#unit()}. */
  private Mixture mixture() {
    double[] weights = new double[support.length];
    for (int a = 0; a < weights.length; a++) {
      weights[a] =
          new BigDecimal(numerators.get(a))
              .divide(new BigDecimal(denominator), MathContext.DECIMAL64)
              .doubleValue();
    }
    return new Mixture(support, weights);
  }

  private BigInteger[] offset(int point) {
    BigInteger[] offset = exact.point(point);
    for (int j = 0; j < offset.length; j++) {
      offset[j] = offset[j].subtract(exactQuery[j]);
    }
    return offset;
  }

  private static BigInteger dot(BigInteger[] a, BigInteger[] b) {
    BigInteger sum = BigInteger.ZERO;
    for (int j = 0; j < a.length; j++) {
      if (a[j].signum() != 0 && b[j].signum() != 0) {
        sum = sum.add(a[j].multiply(b[j]));
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}

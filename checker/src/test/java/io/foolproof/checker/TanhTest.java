package io.foolproof.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TanhTest {
  private static final MathContext DIGITS = new MathContext(60);

  /** To 40 digits at least: (1 - q) / (1 + q), with q = exp(-2 x), by its series. */
  private static BigDecimal exact(double x) {
    int halvings = Math.max(0, Math.getExponent(x) + 4);
    BigDecimal small = new BigDecimal(-2 * x).divide(BigDecimal.valueOf(2).pow(halvings), DIGITS);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal q = BigDecimal.ONE;
    for (int i = 1; i < 60; i++) {
      term = term.multiply(small).divide(BigDecimal.valueOf(i), DIGITS);
      q = q.add(term);
    }
    for (int i = 0; i < halvings; i++) {
      q = q.multiply(q, DIGITS);
    }
    return BigDecimal.ONE.subtract(q).divide(BigDecimal.ONE.add(q), DIGITS);
  }

  @Test
  void theEnclosureHasTheExactValueAndIsNarrow() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      double x = random.nextDouble(-1, 1) * Math.scalb(1.0, random.nextInt(-30, 5));
      assertThat(new BigDecimal(Tanh.low(x))).isLessThan(exact(x));
      assertThat(new BigDecimal(Tanh.high(x))).isGreaterThan(exact(x));
      assertThat(Tanh.high(x) - Tanh.low(x)).isLessThan(3e-15 * Math.abs(x) + 1e-300);
    }
    assertThat(Tanh.low(0)).isNegative().isGreaterThan(-1e-300);
  }

  /**
   * Whatever the interval and the choice, no line passes tanh: at its ends, or where it touches.
   */
  @Test
  void everyLineIsBelow() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 4000; i++) {
      double scale = Math.scalb(1.0, random.nextInt(-6, 5));
      double a = random.nextDouble(-1, 1) * scale;
      double b = random.nextDouble(-1, 1) * scale;
      double l = Math.min(a, b);
      double h = Math.max(a, b);
      double choice = random.nextInt(256) / 255.0;
      // Also limits that are not where they should be.
      double limit = i % 4 == 0 ? random.nextDouble(l, h) : Tanh.limit(l, h);
      Tanh.Line line = Tanh.below(l, h, limit, choice);
      double nearest = Double.POSITIVE_INFINITY;
      double d = Math.min(l + choice * (h - l), limit);
      for (double x : new double[] {l, h, d, 0, l + (h - l) * random.nextDouble()}) {
        if (x >= l && x <= h) {
          BigDecimal below =
              new BigDecimal(line.slope())
                  .multiply(new BigDecimal(x))
                  .add(new BigDecimal(line.offset()));
          BigDecimal gap = exact(x).subtract(below);
          assertThat(gap).as("[%s, %s] at %s", l, h, x).isPositive();
          nearest = Math.min(nearest, gap.doubleValue());
        }
      }
      if (i % 4 != 0) {
        assertThat(nearest).as("[%s, %s], %s", l, h, choice).isLessThan(1e-10);
      }
    }
  }

  @Test
  void theTangentThatEndsAtTheOtherEndIsFound() {
    // tanh(d) + (1 - tanh(d)^2) (h - d) = tanh(h)
    double d = Tanh.limit(-2, 1);
    double t = Math.tanh(d);
    assertThat(d).isNegative();
    assertThat(t + (1 - t * t) * (1 - d)).isCloseTo(Math.tanh(1), within(1e-10));
    assertThat(Tanh.limit(-2, -1)).isEqualTo(-1);
    assertThat(Tanh.limit(1, 2)).isEqualTo(1);
    assertThat(Tanh.limit(-0.1, 2)).isEqualTo(-0.1);
  }

  /** 3 tanh(x) and -3 tanh(x) on [-2, 1], against the least values of tangents that are known. */
  @Test
  void aPassUsesTheLineOnItsSide() {
    Network network = new Network(List.of(1, 1), List.of(new Layer.Curve(0, 1, "c")), 1);
    Bounds bounds = new Bounds(network, new double[] {-2}, new double[] {1});
    double assumed = 3 * Rounding.TANH;
    double[][] slopes = {{}, {0}};
    Pass pass = new Pass(bounds, slopes, new int[2][0], new float[2][0]);
    // The tangent at -2 is least there; from above it is the chord's end, or the tangent's, at 1.
    Pass.Result below = pass.lower(new double[] {3}, 1, 0);
    assertThat(below.bound())
        .isLessThan(3 * Math.tanh(-2) - assumed)
        .isCloseTo(3 * Math.tanh(-2) - assumed, within(1e-11));
    assertThat(below.execution()).isGreaterThanOrEqualTo(assumed).isLessThan(1.001 * assumed);
    Pass above = new Pass(bounds, slopes, new int[2][0], new float[2][0]);
    assertThat(above.lower(new double[] {-3}, 1, 0).bound())
        .isLessThan(-3 * Math.tanh(1) - assumed)
        .isCloseTo(-3 * Math.tanh(1) - assumed, within(1e-11));
    assertThat(bounds.low(1)[0]).isLessThan(Math.tanh(-2) - Rounding.TANH);
    assertThat(bounds.high(1)[0]).isGreaterThan(Math.tanh(1) + Rounding.TANH);
  }
}

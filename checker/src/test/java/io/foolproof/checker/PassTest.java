package io.foolproof.checker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PassTest {
  private static Network dense(double[][] weights, double[] bias) {
    return new Network(
        List.of(weights[0].length, weights.length),
        List.of(new Layer.Linear(0, 1, Affine.dense(weights).withBias(bias))),
        1);
  }

  private static Pass pass(Bounds bounds) {
    int count = bounds.network().sizes().size();
    return new Pass(bounds, new double[count][0], new int[count][0], new float[count][0]);
  }

  /** A sum whose terms cancel: what is computed is wrong by more than the result. */
  @Test
  void aSumThatCancelsIsNeverAboveTheExactValue() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 200; trial++) {
      int n = 40;
      double[][] weights = new double[2][n];
      double[] x = new double[n];
      for (int j = 0; j < n; j++) {
        double size = Math.scalb(1.0, random.nextInt(-10, 10));
        weights[0][j] = (float) (size * random.nextDouble(-1, 1));
        weights[1][j] = -weights[0][j] + (j == 0 ? (float) 1e-9 : 0);
        x[j] = (float) random.nextDouble(-3, 3);
      }
      Bounds bounds = new Bounds(dense(weights, new double[2]), x, x);
      Pass.Result result = pass(bounds).lower(new double[] {1, 1}, 1, 0);
      BigDecimal exact = BigDecimal.ZERO;
      for (int j = 0; j < n; j++) {
        BigDecimal both = new BigDecimal(weights[0][j]).add(new BigDecimal(weights[1][j]));
        exact = exact.add(both.multiply(new BigDecimal(x[j])));
      }
      assertThat(new BigDecimal(result.bound())).isLessThan(exact);
      // What is called the margin in exact arithmetic has no room for executions any more.
      assertThat(new BigDecimal(result.bound() + result.execution())).isLessThan(exact);
      assertThat(result.bound()).isLessThan(execution(weights, x, random));
      assertThat(result.execution()).isPositive();
    }
  }

  /** The sum of both outputs in 32 bits, each added up in an order of its own. */
  private static double execution(double[][] weights, double[] x, SplittableRandom random) {
    double least = Double.POSITIVE_INFINITY;
    for (int order = 0; order < 20; order++) {
      double sum = 0;
      for (double[] row : weights) {
        int[] places = random.ints(0, 1000).limit(row.length).toArray();
        Integer[] sorted = new Integer[row.length];
        Arrays.setAll(sorted, i -> i);
        Arrays.sort(sorted, (a, b) -> Integer.compare(places[a], places[b]));
        float y = 0;
        for (int j : sorted) {
          float product = (float) row[j] * (float) x[j];
          y = order % 2 == 0 ? y + product : Math.fma((float) row[j], (float) x[j], y);
        }
        sum += y;
      }
      least = Math.min(least, sum);
    }
    return least;
  }

  private static Affine random(SplittableRandom random, int outputs, int inputs) {
    double[][] weights = new double[outputs][inputs];
    for (double[] row : weights) {
      Arrays.setAll(row, j -> random.nextDouble(-1, 1));
    }
    double[] bias = new double[outputs];
    Arrays.setAll(bias, i -> random.nextDouble(-1, 1));
    return Affine.dense(weights).withBias(bias);
  }

  /** Lines through rectifiers that may have either sign can be looser than what intervals give. */
  @Test
  void aPassIsNeverLooserThanIntervals() {
    SplittableRandom random = new SplittableRandom(4);
    for (int trial = 0; trial < 100; trial++) {
      List<Layer> layers =
          List.of(
              new Layer.Linear(0, 1, random(random, 8, 4)),
              new Layer.Rectifier(1, 2, "a"),
              new Layer.Linear(2, 3, random(random, 8, 8)),
              new Layer.Rectifier(3, 4, "b"),
              new Layer.Linear(4, 5, random(random, 2, 8)));
      Network network = new Network(List.of(4, 8, 8, 8, 8, 2), layers, 5);
      double[] low = new double[4];
      double[] high = new double[4];
      Arrays.fill(high, 0.2 + random.nextDouble());
      Bounds bounds = new Bounds(network, low, high);
      for (int k = 0; k < 2; k++) {
        double[] row = {1 - k, k};
        assertThat(pass(bounds).lower(row, 5, 0).bound()).isGreaterThan(bounds.low(5)[k] - 1e-9);
      }
    }
  }

  /** What was shown of what a rectifier takes holds of what it gives, too. */
  @Test
  void whatWasShownTightensWhatDependsOnIt() {
    List<Layer> layers = List.of(new Layer.Rectifier(0, 1, "a"), new Layer.Rectifier(1, 2, "b"));
    Bounds bounds =
        new Bounds(new Network(List.of(1, 1, 1), layers, 2), new double[] {-1}, new double[] {3});
    bounds.show(1, 0, true, 2);
    bounds.refreshFrom(1);
    assertThat(bounds.high(1)[0]).isEqualTo(2);
    assertThat(bounds.high(2)[0]).isEqualTo(2);
  }

  /** relu(x) on [-1, 3] from below and above, with the slopes that a leaf may choose. */
  @Test
  void theLinesOfOneRectifierAreValidAndTight() {
    Network network = new Network(List.of(1, 1), List.of(new Layer.Rectifier(0, 1, "r")), 1);
    Bounds bounds = new Bounds(network, new double[] {-1}, new double[] {3});
    for (double alpha : new double[] {0, 0.1, 0.5, 1}) {
      double[][] slopes = {{}, {alpha}};
      Pass below = new Pass(bounds, slopes, new int[2][0], new float[2][0]);
      assertThat(below.lower(new double[] {0.3}, 1, 0).bound())
          .isCloseTo(-0.3 * alpha, within(1e-14))
          .isLessThanOrEqualTo(-0.3 * alpha);
    }
    double above = pass(bounds).lower(new double[] {-0.3}, 1, 0).bound();
    assertThat(above).isCloseTo(-0.9, within(1e-14)).isLessThanOrEqualTo(-0.3 * 3);
  }

  @Test
  void multipliersOfSplitsAreValidWhateverTheyAre() {
    Network network = new Network(List.of(1, 1), List.of(new Layer.Rectifier(0, 1, "r")), 1);
    Bounds bounds = new Bounds(network, new double[] {-1}, new double[] {3});
    for (float multiplier : new float[] {0, 0.5f, 7}) {
      for (int sign = -1; sign <= 1; sign += 2) {
        float[][] multipliers = {{multiplier}, {}};
        Pass pass = new Pass(bounds, new double[2][0], new int[][] {{sign}, {}}, multipliers);
        // 2 relu(x) is at least 0 where x is not negative, and 0 where it is not positive.
        assertThat(pass.lower(new double[] {2}, 1, 0).bound()).isLessThanOrEqualTo(0);
      }
    }
  }

  @Test
  void aCoefficientThatSeveralLayersAddToIsCounted() {
    Network network =
        new Network(
            List.of(1, 1, 1),
            List.of(
                new Layer.Linear(0, 1, Affine.dense(new double[][] {{0.1f}})),
                new Layer.Sum(0, 1, 2, false, -1)),
            2);
    Bounds bounds = new Bounds(network, new double[] {-1}, new double[] {1});
    Pass.Result result = pass(bounds).lower(new double[] {1}, 2, 0);
    assertThat(result.bound()).isLessThan(-1 - (double) 0.1f).isCloseTo(-1.1, within(1e-5));
    assertThat(bounds.low(2)[0]).isLessThan(-1 - (double) 0.1f).isCloseTo(-1.1, within(1e-5));
  }

  @Test
  void whatExceeds32BitsIsRefused() {
    Network network = dense(new double[][] {{3e38, 3e38}}, new double[1]);
    assertThatThrownBy(() -> new Bounds(network, new double[] {0, 0}, new double[] {1, 1}))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("exceed 32-bit numbers");
  }
}

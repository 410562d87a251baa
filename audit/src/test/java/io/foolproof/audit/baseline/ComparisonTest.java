package io.foolproof.audit.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.audit.Verdict;
import io.foolproof.tensor.InvalidInputException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Map<String, String> PLAN = Map.of("data", "d", "seed", "0");

  /** Samples in four groups: fooled in neither, newly fooled, no longer fooled, fooled in both. */
  static Comparison of(int both, int newlyFooled, int noLonger, int neither) {
    TreeMap<Long, Verdict> before = new TreeMap<>();
    TreeMap<Long, Verdict> now = new TreeMap<>();
    long index = 0;
    for (int i = 0; i < both + newlyFooled + noLonger + neither; i++) {
      boolean was = i < both + newlyFooled;
      boolean is = i < both || (i >= both + newlyFooled && i < both + newlyFooled + noLonger);
      before.put(index, was ? Verdict.UNKNOWN : Verdict.FOOLED);
      now.put(index++, is ? Verdict.UNKNOWN : Verdict.FOOLED);
    }
    return Comparison.of(
        new Baseline("a", "1", "e", PLAN, before), new Baseline("b", "2", "e", PLAN, now));
  }

  @Test
  void everySampleIsInOneOfFourGroups() {
    Comparison comparison = of(50, 7, 3, 40);
    assertThat(comparison.neitherFooled()).isEqualTo(50);
    assertThat(comparison.newlyFooled()).isEqualTo(7);
    assertThat(comparison.noLongerFooled()).isEqualTo(3);
    assertThat(comparison.bothFooled()).isEqualTo(40);
    assertThat(comparison.difference()).isCloseTo(-0.04, Offset.offset(1e-12));
  }

  /** Sums of binomial coefficients over powers of two, by hand. */
  @Test
  void mcNemarsTestIsExact() {
    assertThat(of(5, 5, 0, 5).pValue()).isCloseTo(1 / 32.0, Offset.offset(1e-12));
    assertThat(of(5, 0, 5, 5).pValue()).isCloseTo(1, Offset.offset(1e-12));
    assertThat(of(5, 7, 3, 5).pValue()).isCloseTo(176 / 1024.0, Offset.offset(1e-12));
    assertThat(of(5, 0, 0, 5).pValue()).isEqualTo(1);
    // 8 of 10: 56 / 1024 = 0.0547; 9 of 11: 67 / 2048 = 0.0327.
    assertThat(of(5, 8, 2, 5).pValue()).isCloseTo(56 / 1024.0, Offset.offset(1e-12));
    assertThat(of(5, 9, 2, 5).pValue()).isCloseTo(67 / 2048.0, Offset.offset(1e-12));
    // Sums of exact fractions, on either side of 5 %: 0.049 and 0.051, and of a long sum.
    Offset<Double> tolerance = Offset.offset(1e-9);
    assertThat(of(9, 38, 24, 9).pValue()).isCloseTo(0.048977220259753686, tolerance);
    assertThat(of(9, 130, 104, 9).pValue()).isCloseTo(0.05099571701638519, tolerance);
    assertThat(of(9, 2559, 2441, 9).pValue()).isCloseTo(0.048994936807661975, tolerance);
  }

  /** Of many pairs drawn alike, about 95 % of the intervals hold the true difference. */
  @Test
  void intervalsHoldTheDifferenceInNineteenOfTwentyCases() {
    Random random = new Random(3);
    int held = 0;
    int trials = 2000;
    for (int trial = 0; trial < trials; trial++) {
      int[] groups = new int[4];
      for (int i = 0; i < 200; i++) {
        double u = random.nextDouble();
        groups[u < 0.6 ? 0 : u < 0.66 ? 1 : u < 0.7 ? 2 : 3]++;
      }
      double[] interval = of(groups[0], groups[1], groups[2], groups[3]).interval();
      held += interval[0] <= -0.02 && -0.02 <= interval[1] ? 1 : 0;
    }
    assertThat((double) held / trials).isBetween(0.93, 0.975);
  }

  @Test
  void anIntervalIsTheSameFromBothSides() {
    double[] one = of(50, 7, 3, 40).interval();
    double[] other = of(50, 3, 7, 40).interval();
    assertThat(one[0]).isCloseTo(-other[1], Offset.offset(1e-12));
    assertThat(one[1]).isCloseTo(-other[0], Offset.offset(1e-12));
    assertThat(of(10, 0, 0, 0).interval()[0]).isBetween(-0.4, 0.0);
    assertThat(of(0, 10, 0, 0).interval()[0]).isBetween(-1.0, -0.6);
  }

  @Test
  void otherPlansAndOtherSamplesAreRefusedByName() {
    TreeMap<Long, Verdict> one = new TreeMap<>(Map.of(1L, Verdict.UNKNOWN));
    TreeMap<Long, Verdict> two = new TreeMap<>(Map.of(2L, Verdict.UNKNOWN));
    Baseline before = new Baseline("a", "1", "e", PLAN, one);
    assertThatThrownBy(
            () ->
                Comparison.of(
                    before, new Baseline("a", "1", "e", Map.of("data", "d", "seed", "1"), one)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'seed' of the baseline is 0, and of this audit 1");
    assertThatThrownBy(() -> Comparison.of(before, new Baseline("a", "1", "e", PLAN, two)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("or others");
  }
}

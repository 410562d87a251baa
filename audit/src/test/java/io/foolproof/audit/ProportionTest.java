package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProportionTest {

  /** Figures from Newcombe 1998, table 1, method 3 (Wilson without continuity correction). */
  @Test
  void wilsonIntervalsAgreeWithPublishedOnes() {
    assertInterval(81, 263, 0.2553, 0.3662);
    assertInterval(15, 148, 0.0624, 0.1605);
    assertInterval(0, 20, 0.0000, 0.1611);
    assertInterval(1, 29, 0.0061, 0.1718);
  }

  private static void assertInterval(int count, int total, double low, double high) {
    Proportion proportion = new Proportion(count, total);
    assertThat(proportion.low()).isCloseTo(low, Offset.offset(5e-5));
    assertThat(proportion.high()).isCloseTo(high, Offset.offset(5e-5));
  }
}

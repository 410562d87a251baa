package io.foolproof.audit.hull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CorrelationTest {

  @Test
  void aCurveThatRisesIsPerfectByRankOnly() {
    double[] x = {1, 2, 3, 4};
    double[] y = {1, 4, 9, 16};
    Correlation found = Correlation.of(x, y).orElseThrow();
    assertThat(found.count()).isEqualTo(4);
    assertThat(found.spearman()).isCloseTo(1, within(1e-12));
    // 25 / sqrt(5 * 129)
    assertThat(found.pearson()).isCloseTo(25 / Math.sqrt(645), within(1e-12));
  }

  @Test
  void equalFiguresShareTheirRank() {
    // Ranks 0.5, 0.5, 2, 3 against 3, 2, 1, 0: -4.5 / sqrt(4.5 * 5).
    Correlation found =
        Correlation.of(new double[] {1, 1, 5, 9}, new double[] {4, 3, 2, 1}).orElseThrow();
    assertThat(found.spearman()).isCloseTo(-4.5 / Math.sqrt(22.5), within(1e-12));
  }

  @Test
  void figuresThatDoNotVaryHaveNone() {
    assertThat(Correlation.of(new double[] {1, 2}, new double[] {1, 2})).isEmpty();
    assertThat(Correlation.of(new double[] {1, 2, 3}, new double[] {5, 5, 5})).isEmpty();
  }
}

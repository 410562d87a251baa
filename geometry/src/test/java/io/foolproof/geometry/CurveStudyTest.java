package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.InvalidInputException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class CurveStudyTest {

  @Test
  void aPolynomialIsFoundAgainEverywhere() {
    double[] x = {-1, -0.7, -0.2, 0.1, 0.4, 0.8, 1};
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = cubic(x[i]);
    }
    for (int degree = 3; degree < x.length; degree++) {
      PolynomialFit fit = PolynomialFit.of(x, y, degree);
      assertThat(fit.at(0.3)).isCloseTo(cubic(0.3), within(1e-12));
      assertThat(fit.at(3)).isCloseTo(cubic(3), within(1e-8));
    }
  }

  private static double cubic(double x) {
    return 2 - x + 4 * x * x - 3 * x * x * x;
  }

  @Test
  void degreesZeroAndOneAreTheMeanAndTheLineOfRegression() {
    double[] x = {0, 1, 2, 3};
    double[] y = {1, 3, 2, 6};
    assertThat(PolynomialFit.of(x, y, 0).at(17)).isEqualTo(3);
    // Slope 7 / 5, through the means 1.5 and 3.
    assertThat(PolynomialFit.of(x, y, 1).at(4)).isCloseTo(3 + 1.4 * 2.5, within(1e-12));
  }

  @Test
  void whatCannotBeFittedIsRefused() {
    double[] x = {0, 1, 1};
    assertThatThrownBy(() -> PolynomialFit.of(x, new double[3], 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("degree 2 for 2 different places, expected 0 to 1");
    assertThatThrownBy(() -> PolynomialFit.of(x, new double[2], 1))
        .hasMessageContaining("3 places and 2 values");
    assertThatThrownBy(() -> PolynomialFit.of(x, new double[] {0, 0, Double.NaN}, 1))
        .hasMessageContaining("not finite");
  }

  @Test
  void moreDegreesHelpInsideAndHarmOutside() {
    CurveStudy study = CurveStudy.run(0);
    assertThat(study.fits()).hasSize(16);
    CurveStudy.Fit line = study.fits().get(1);
    CurveStudy.Fit seventh = study.fits().get(7);
    CurveStudy.Fit last = study.fits().get(15);
    assertThat(seventh.inside()).isLessThan(line.inside() / 5).isLessThan(0.1);
    assertThat(last.inside()).isLessThan(0.2);
    assertThat(last.outside()).isGreaterThan(1000 * line.outside());
    assertThat(CurveStudy.run(1).y()).isNotEqualTo(study.y());
  }

  @Test
  void cornersAreCountedExactly() {
    Corners digits = new Corners(784);
    assertThat(digits.digits()).isEqualTo(237);
    // By Fermat's little theorem, with the prime 787: 2^786 = 1, so 2^784 is the inverse of 4.
    assertThat(digits.count().multiply(BigInteger.valueOf(4)).mod(BigInteger.valueOf(787)))
        .isEqualTo(BigInteger.ONE);
    assertThat(new Corners(10).count()).isEqualTo(1024);
    assertThat(Corners.pixelsCoveredBy(1)).isZero();
    assertThat(Corners.pixelsCoveredBy(60_000)).isEqualTo(15);
    assertThat(Corners.pixelsCoveredBy(65_536)).isEqualTo(16);
  }
}

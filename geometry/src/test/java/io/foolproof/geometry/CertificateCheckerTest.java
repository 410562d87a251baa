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
import java.util.List;
import org.junit.jupiter.api.Test;

/** False certificates must not pass, however little is wrong with them. */
class CertificateCheckerTest {
  private static final PointSet SQUARE = whole(2, 0, 0, 4, 0, 0, 4, 4, 4);
  private static final PointSet QUERIES = whole(2, 6, 2, 1, 1);
  private static final Mixture EDGE = new Mixture(new int[] {1, 3}, new double[] {0.5, 0.5});

  private static CheckedCertificate check(PointSet points, PointSet queries, Projection result) {
    try (Workers workers = new Workers(1)) {
      return new CertificateChecker(points).check(queries, List.of(result), workers).get(0);
    }
  }

  private static CheckedCertificate outside(Certificate certificate, double lower, double upper) {
    return check(SQUARE, QUERIES, new Projection(0, 2, lower, upper, EDGE, 1, 3, certificate, 1));
  }

  private static CheckedCertificate inside(Mixture mixture, double error, boolean exact) {
    Inside inside = new Inside(mixture, error, exact);
    return check(SQUARE, QUERIES, new Projection(1, 0, 0, error, mixture, 0, 1, inside, 1));
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
    Projection far = new Projection(0, 2, 2, 2.1, corner, 1, 3, TRUE_PLANE, 1);
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

  @Test
  void resultsAboutQueriesThatAreNotThereAreAnError() {
    Projection stray = new Projection(7, 2, 2, 3, EDGE, 1, 3, TRUE_PLANE, 1);
    assertThatThrownBy(() -> check(SQUARE, QUERIES, stray))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("query 7");
  }
}

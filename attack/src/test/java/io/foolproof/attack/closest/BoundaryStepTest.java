package io.foolproof.attack.closest;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Norm;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BoundaryStepTest {
  private static final double[] AWAY = {0.2, -0.1, 0.05};
  private static final double[] NORMAL = {3, 0, -4};
  private static final Offset<Double> CLOSE = Offset.offset(1e-3);

  private static BoundaryStep step(Norm norm, double gap, double room, double radius) {
    double[] lower = new double[3];
    double[] upper = new double[3];
    Arrays.fill(lower, -room);
    Arrays.fill(upper, room);
    return new BoundaryStep(norm, AWAY, NORMAL, gap, lower, upper, radius);
  }

  private static double rise(double[] delta) {
    return NORMAL[0] * delta[0] + NORMAL[1] * delta[1] + NORMAL[2] * delta[2];
  }

  private static double length(double[] delta) {
    return Math.sqrt(Arrays.stream(delta).map(value -> value * value).sum());
  }

  /** Going all the way back changes the function by 0.4, which is 0.6 more than wanted. */
  @Test
  void inL2ItIsTheProjectionOntoTheBoundary() {
    double[] delta = step(Norm.L2, -0.2, 10, 10).solve();
    double lambda = 0.6 / 25;
    assertThat(delta)
        .containsExactly(new double[] {0.2 - 3 * lambda, -0.1, 0.05 + 4 * lambda}, CLOSE);
  }

  @Test
  void inL1OnlyTheValueThatDoesMostStaysAway() {
    double[] delta = step(Norm.L1, -0.2, 10, 10).solve();
    assertThat(delta).containsExactly(new double[] {0.2, -0.1, 0.05 + 0.6 / 4}, CLOSE);
  }

  @Test
  void inLinfAllValuesThatMatterStayEquallyFarAway() {
    double[] delta = step(Norm.LINF, -0.2, 10, 1).solve();
    double t = 0.6 / 7;
    assertThat(delta[0]).isCloseTo(0.2 - t, CLOSE);
    assertThat(delta[2]).isCloseTo(0.05 + t, CLOSE);
  }

  @Test
  void inL0OneValueIsEnough() {
    double[] delta = step(Norm.L0, -0.2, 10, 10).solve();
    int different = 0;
    for (int i = 0; i < delta.length; i++) {
      different += delta[i] == AWAY[i] ? 0 : 1;
    }
    assertThat(different).isEqualTo(1);
    assertThat(rise(delta)).isCloseTo(-0.2, CLOSE);
  }

  @ParameterizedTest
  @EnumSource(value = Norm.class, mode = EnumSource.Mode.EXCLUDE, names = "L0_PIXELS")
  void aNarrowTrustRegionIsKeptAndTheBoundaryReached(Norm norm) {
    double[] delta = step(norm, -0.2, 10, 0.06).solve();
    assertThat(length(delta)).isLessThanOrEqualTo(0.06 * (1 + 1e-9));
    assertThat(rise(delta)).isCloseTo(-0.2, CLOSE);
  }

  @ParameterizedTest
  @EnumSource(value = Norm.class, mode = EnumSource.Mode.EXCLUDE, names = "L0_PIXELS")
  void aBoundaryOutOfReachIsApproached(Norm norm) {
    double[] far = step(norm, -5, 10, 0.06).solve();
    assertThat(length(far)).isLessThanOrEqualTo(0.06 * (1 + 1e-9));
    assertThat(rise(far)).isLessThan(-0.25);
    double[] boxed = step(norm, -5, 0.2, 10).solve();
    assertThat(boxed[0]).isEqualTo(-0.2);
    assertThat(boxed[2]).isEqualTo(0.2);
  }
}

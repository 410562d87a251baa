package io.foolproof.attack.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Distances;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BallTest {
  private static final int D = 40;
  private static final int N = 60;
  private static final InputSpec INPUT = InputSpec.unit(D);

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void projectionIsInsideAndLeavesInnerPointsAlone(Norm norm) {
    try (Scope scope = Scope.open()) {
      Tensor centre = uniform(0, 1, 1);
      for (double epsilon : new double[] {1e-5, 8.0 / 255, 0.3, 2}) {
        Ball ball = Ball.around(centre, ThreatModel.untargeted(norm, epsilon), INPUT);
        Tensor inside = ball.project(uniform(-1, 2, 2));
        float[] values = inside.toFloats();
        for (int i = 0; i < N; i++) {
          assertThat(Distances.between(row(values, i), row(centre.toFloats(), i)).in(norm))
              .isLessThanOrEqualTo(epsilon);
        }
        for (float value : values) {
          assertThat(value).isBetween(0f, 1f);
        }
        float[] again = ball.project(inside).toFloats();
        for (int i = 0; i < values.length; i++) {
          assertThat(again[i]).isCloseTo(values[i], Offset.offset(1e-5f));
        }
      }
    }
  }

  /** The nearest point by bisection on the threshold, which the sorting must find in one pass. */
  @Test
  void l1ProjectionIsTheNearestPointOfBallAndBox() {
    try (Scope scope = Scope.open()) {
      Tensor centre = uniform(0, 1, 3);
      Tensor points = uniform(-0.8f, 1.8f, 4);
      double epsilon = 3.5;
      Ball ball = Ball.around(centre, ThreatModel.untargeted(Norm.L1, epsilon), INPUT);
      float[] projected = ball.project(points).toFloats();
      for (int i = 0; i < N; i++) {
        double[] expected = nearest(row(centre.toFloats(), i), row(points.toFloats(), i), epsilon);
        float[] actual = row(projected, i);
        for (int j = 0; j < D; j++) {
          assertThat((double) actual[j]).isCloseTo(expected[j], Offset.offset(1e-4));
        }
      }
    }
  }

  /**
   * What makes a point of a convex set the nearest: from there, every other point of the set lies
   * no more than at a right angle to the way that led here.
   */
  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void noPointOfBallAndBoxIsNearerThanTheProjection(Norm norm) {
    try (Scope scope = Scope.open()) {
      float[] centre = uniform(0, 1, 3).toFloats();
      float[] points = uniform(-0.8f, 1.8f, 4).toFloats();
      for (double epsilon : new double[] {0.05, 0.9, 2.5, 3.2}) {
        Ball ball =
            Ball.around(Tensor.of(centre, N, D), ThreatModel.untargeted(norm, epsilon), INPUT);
        float[] projected = ball.project(Tensor.of(points, N, D)).toFloats();
        for (int seed = 5; seed < 25; seed++) {
          float[] others = ball.project(uniform(-2, 3, seed)).toFloats();
          for (int i = 0; i < N; i++) {
            double angle = 0;
            for (int j = i * D; j < (i + 1) * D; j++) {
              angle += ((double) points[j] - projected[j]) * ((double) others[j] - projected[j]);
            }
            assertThat(angle).as("epsilon %s, row %d", epsilon, i).isLessThan(2e-4);
          }
        }
      }
    }
  }

  /** Where the box stops values, the others take over what they leave of the radius. */
  @Test
  void anL2ProjectionUsesTheWholeRadius() {
    try (Scope scope = Scope.open()) {
      Tensor centre = Tensor.of(new float[] {0.9f, 0.5f, 0.5f}, 1, 3);
      Tensor point = Tensor.of(new float[] {2.9f, 1.5f, 0.5f}, 1, 3);
      Ball ball = Ball.around(centre, ThreatModel.untargeted(Norm.L2, 0.5), InputSpec.unit(3));
      // Value 0 is stopped after 0.1, which leaves sqrt(0.25 - 0.01) for value 1.
      assertThat(ball.project(point).toFloats())
          .containsExactly(
              new float[] {1, (float) (0.5 + Math.sqrt(0.24)), 0.5f}, Offset.offset(1e-5f));
    }
  }

  private static double[] nearest(float[] centre, float[] point, double epsilon) {
    double low = 0;
    double high = 2;
    for (int k = 0; k < 100; k++) {
      double t = (low + high) / 2;
      double size = 0;
      for (double change : changes(centre, point, t)) {
        size += Math.abs(change);
      }
      if (size > epsilon) {
        low = t;
      } else {
        high = t;
      }
    }
    double[] result = changes(centre, point, high);
    for (int j = 0; j < D; j++) {
      result[j] += centre[j];
    }
    return result;
  }

  private static double[] changes(float[] centre, float[] point, double t) {
    double[] changes = new double[D];
    for (int j = 0; j < D; j++) {
      double wanted = (double) point[j] - centre[j];
      double shrunk = Math.signum(wanted) * Math.max(0, Math.abs(wanted) - t);
      changes[j] = Math.min(1.0 - centre[j], Math.max(-centre[j], shrunk));
    }
    return changes;
  }

  @Test
  void randomL2StartsFillTheVolumeAndNotTheCentre() {
    try (Scope scope = Scope.open()) {
      Tensor centre = Tensor.full(0.5, io.foolproof.tensor.DType.FLOAT32, 1000, D);
      List<RandomStream> streams = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        streams.add(new RandomStream(1, i, "start", 0));
      }
      Ball ball = Ball.around(centre, ThreatModel.untargeted(Norm.L2, 0.4), INPUT);
      double[] lengths = ball.random(streams).sub(0.5).pow(2).sum(false, 1).sqrt().toDoubles();
      double mean = 0;
      for (double length : lengths) {
        mean += length / lengths.length;
      }
      // The mean of r u^(1/d).
      assertThat(mean).isCloseTo(0.4 * D / (D + 1), Offset.offset(0.002));
    }
  }

  /** Half of the ball around black is outside the box. */
  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void randomStartsAreInsideBallAndBoxAtItsCornersToo(Norm norm) {
    try (Scope scope = Scope.open()) {
      Tensor corners = uniform(0, 1, 5).gt(0.5).to(io.foolproof.tensor.DType.FLOAT32);
      List<RandomStream> streams = new ArrayList<>();
      for (int i = 0; i < N; i++) {
        streams.add(new RandomStream(1, i, "start", 0));
      }
      for (double epsilon : new double[] {8.0 / 255, 0.7, 9}) {
        Ball ball = Ball.around(corners, ThreatModel.untargeted(norm, epsilon), INPUT);
        float[] starts = ball.random(streams).toFloats();
        for (int i = 0; i < N; i++) {
          double away = Distances.between(row(starts, i), row(corners.toFloats(), i)).in(norm);
          assertThat(away).isBetween(Math.nextUp(0.0), epsilon);
        }
        for (float value : starts) {
          assertThat(value).isBetween(0f, 1f);
        }
      }
    }
  }

  @Test
  void l2StepHasLengthOneHoweverSmallTheGradient() {
    try (Scope scope = Scope.open()) {
      Tensor centre = uniform(0, 1, 5);
      Ball ball = Ball.around(centre, ThreatModel.untargeted(Norm.L2, 1), INPUT);
      Tensor gradient = uniform(-1, 1, 6).mul(1e-25);
      double[] lengths = ball.steepest(centre, gradient).pow(2).sum(false, 1).sqrt().toDoubles();
      for (double length : lengths) {
        assertThat(length).isCloseTo(1, Offset.offset(1e-5));
      }
    }
  }

  /** Where the box cuts an L-inf ball, its middle is not the image. */
  @Test
  void theMiddleIsThatOfBallAndBox() {
    try (Scope scope = Scope.open()) {
      Tensor centre = Tensor.full(0.05, io.foolproof.tensor.DType.FLOAT32, 1, D);
      Ball cut = Ball.around(centre, ThreatModel.untargeted(Norm.LINF, 0.15), INPUT);
      assertThat(cut.middle().toFloats()[0]).isCloseTo(0.1f, Offset.offset(1e-6f));
      Ball round = Ball.around(centre, ThreatModel.untargeted(Norm.L2, 0.15), INPUT);
      assertThat(round.middle().toFloats()[0]).isEqualTo(0.05f);
    }
  }

  @Test
  void epsilonMustBeANumberThatIsNotNegative() {
    for (double epsilon : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> ThreatModel.untargeted(Norm.LINF, epsilon))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("epsilon is " + epsilon);
    }
  }

  private static Tensor uniform(float low, float high, int seed) {
    float[] values = new float[N * D];
    new RandomStream(seed, 0, "test", 0).fillUniform(values, 0, values.length, low, high);
    return Tensor.of(values, N, D);
  }

  private static float[] row(float[] values, int i) {
    return java.util.Arrays.copyOfRange(values, i * D, (i + 1) * D);
  }
}

package io.foolproof.attack.closest;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Norm;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shortest step onto a hyperplane inside the box, against slower ways to find it. */
class StepInBoxTest {
  private static final int N = 200;
  private static final int D = 12;
  private static final InputSpec INPUT = new InputSpec(new long[] {D}, -0.5, 2);

  private final float[] points = random(1, -0.5f, 2);
  private final float[] normals = withZeros(random(2, -1, 1));
  private final float[] values = Arrays.copyOf(random(3, -15, 15), N);

  @ParameterizedTest
  @EnumSource(names = {"LINF", "L2", "L1"})
  void noOtherStepIsShorter(Norm norm) {
    float[] steps = steps(norm);
    int reached = 0;
    for (int i = 0; i < N; i++) {
      double[] expected = slowly(i, norm);
      double length = length(expected, norm);
      double[] found = new double[D];
      double value = values[i];
      for (int j = 0; j < D; j++) {
        found[j] = steps[i * D + j];
        value += normals[i * D + j] * found[j];
        assertThat(points[i * D + j] + found[j]).isBetween(-0.5 - 1e-6, 2 + 1e-6);
      }
      assertThat(length(found, norm)).isCloseTo(length, Offset.offset(1e-4));
      if (canReach(i)) {
        reached++;
        assertThat(value).as("row %d is on the boundary", i).isCloseTo(0, Offset.offset(1e-5));
      } else {
        assertThat(Math.abs(value)).isLessThan(Math.abs(values[i]));
      }
    }
    assertThat(reached).isBetween(N / 4, N - N / 20);
  }

  @Test
  void aRowWithoutDirectionDoesNotMove() {
    try (Scope scope = Scope.open()) {
      Hyperplane flat =
          new Hyperplane(Tensor.of(new float[] {1}, 1, 1), Tensor.of(new float[D], 1, D));
      Tensor x = Tensor.of(new float[D], 1, D);
      for (Norm norm : new Norm[] {Norm.LINF, Norm.L2, Norm.L1}) {
        assertThat(StepInBox.of(flat, x, norm, INPUT).abs().max(false, 0, 1).item()).isZero();
      }
    }
  }

  private float[] steps(Norm norm) {
    try (Scope scope = Scope.open()) {
      Hyperplane plane = new Hyperplane(Tensor.of(values, N, 1), Tensor.of(normals, N, D));
      return StepInBox.of(plane, Tensor.of(points, N, D), norm, INPUT).toFloats();
    }
  }

  private boolean canReach(int i) {
    double most = 0;
    for (int j = 0; j < D; j++) {
      most += Math.abs(normals[i * D + j]) * room(i, j);
    }
    return most > Math.abs(values[i]);
  }

  private double room(int i, int j) {
    double direction = -Math.signum(values[i]) * Math.signum(normals[i * D + j]);
    double x = points[i * D + j];
    return direction > 0 ? 2 - x : direction < 0 ? x + 0.5 : 0;
  }

  /** Bisection on the common factor for L-inf and L2, filling up the steepest first for L1. */
  private double[] slowly(int i, Norm norm) {
    if (norm == Norm.L1) {
      return greedily(i);
    }
    double low = 0;
    double high = 1e6;
    for (int k = 0; k < 200; k++) {
      double t = (low + high) / 2;
      double gained = 0;
      for (int j = 0; j < D; j++) {
        gained += Math.abs(normals[i * D + j]) * move(i, j, t, norm);
      }
      if (gained < Math.abs(values[i])) {
        low = t;
      } else {
        high = t;
      }
    }
    double t = high;
    return IntStream.range(0, D).mapToDouble(j -> move(i, j, t, norm)).toArray();
  }

  private double move(int i, int j, double t, Norm norm) {
    double speed = norm == Norm.LINF ? 1 : Math.abs(normals[i * D + j]);
    return Math.min(t * speed, room(i, j));
  }

  private double[] greedily(int i) {
    double[] moves = new double[D];
    double left = Math.abs(values[i]);
    int[] steepest =
        IntStream.range(0, D)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -Math.abs(normals[i * D + j])))
            .mapToInt(j -> j)
            .toArray();
    for (int j : steepest) {
      double slope = Math.abs(normals[i * D + j]);
      moves[j] = slope == 0 ? 0 : Math.min(room(i, j), left / slope);
      left -= slope * moves[j];
    }
    return moves;
  }

  private static double length(double[] step, Norm norm) {
    return switch (norm) {
      case LINF -> Arrays.stream(step).map(Math::abs).max().orElseThrow();
      case L2 -> Math.sqrt(Arrays.stream(step).map(s -> s * s).sum());
      case L1 -> Arrays.stream(step).map(Math::abs).sum();
      case L0, L0_PIXELS -> throw new IllegalArgumentException("no steps in " + norm);
    };
  }

  private static float[] random(int seed, float low, float high) {
    float[] values = new float[N * D];
    new RandomStream(seed, 0, "test", 0).fillUniform(values, 0, values.length, low, high);
    return values;
  }

  private static float[] withZeros(float[] values) {
    for (int i = 0; i < values.length; i += 7) {
      values[i] = 0;
    }
    return values;
  }
}

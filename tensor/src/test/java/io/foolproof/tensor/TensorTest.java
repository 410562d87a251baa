package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

  @Test
  void equalRowsHaveEqualResultsAndGradientsWhereverTheyStand() {
    try (Scope scope = Scope.open()) {
      int rows = 4 * RowBlock.here().rows();
      Tensor row = Tensor.arange(300).to(DType.FLOAT32).sin().unsqueeze(0);
      Tensor weight = Tensor.arange(300 * 17).to(DType.FLOAT32).cos().reshape(17, 300);
      Tensor x = row.expand(rows, 300).variable();
      Tensor result = Nn.linear(x, weight, Tensor.ones(DType.FLOAT32, 17));
      Tensor gradient = Gradients.of(result.mul(result), x);
      for (Tensor each : List.of(result, gradient)) {
        assertThat(each.eq(each.rows(0, 1)).not().any()).isFalse();
      }
      double[] closedForm = row.matmul(weight.transpose(0, 1)).add(1).toDoubles();
      assertThat(result.rows(rows - 1, rows).toDoubles()).containsExactly(closedForm, within(1e-3));
    }
  }

  @Test
  void partsOfRowsHaveGradients() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.arange(5).to(DType.FLOAT32).variable();
      List<Tensor> parts = x.split(2);
      assertThat(parts).hasSize(3);
      assertThat(parts.get(2).toFloats()).containsExactly(4);
      Tensor sum = parts.get(0).mul(3).sum().add(parts.get(2).mul(7).sum());
      assertThat(Gradients.of(sum, x).toFloats()).containsExactly(3, 3, 0, 0, 7);
      assertThat(Tensor.of(new float[0], 0, 3).split(2)).hasSize(1);
    }
  }

  @Test
  void quotientsOfIntegersAreRoundedTowardsZero() {
    for (int i = 0; i < 1000; i++) {
      try (Scope scope = Scope.open()) {
        Tensor quotient = Tensor.ofInts(7, -7, 9).divTruncated(Tensor.ofInts(2, 2, -3));
        assertThat(quotient.toLongs()).containsExactly(3, -3, -3);
      }
    }
  }

  @Test
  void tensorsWithoutElementsComeBackEmpty() {
    try (Scope scope = Scope.open()) {
      assertThat(Tensor.of(new float[0], 0, 3).toFloats()).isEmpty();
      assertThat(Tensor.of(new double[0], 0).toDoubles()).isEmpty();
      assertThat(Tensor.of(new long[0], 2, 0).toLongs()).isEmpty();
      assertThat(Tensor.of(new boolean[0], 0).toBooleans()).isEmpty();
    }
  }

  @Test
  void aTensorThatOutlivesItsScopeIsStillThere() {
    Tensor kept;
    try (Scope outer = Scope.open();
        Scope inner = Scope.open()) {
      kept = Scope.outlive(Tensor.of(new float[] {1, 2}, 2));
    }
    try (Scope scope = Scope.open()) {
      assertThat(kept.toFloats()).containsExactly(1, 2);
    }
  }

  @Test
  void valuesComeBackAsTheyWentIn() {
    try (Scope scope = Scope.open()) {
      Tensor matrix = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      assertThat(matrix.shape()).containsExactly(2, 3);
      assertThat(matrix.transpose(0, 1).toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(matrix.sum(false, 1).toDoubles()).containsExactly(6, 15);
      assertThat(Tensor.of(new long[] {Long.MAX_VALUE}, 1).toLongs())
          .containsExactly(Long.MAX_VALUE);
      assertThat(matrix.gt(3).toBooleans()).containsExactly(false, false, false, true, true, true);
      assertThat(matrix.sort(1, true).indices().toLongs()).containsExactly(2, 1, 0, 2, 1, 0);
    }
  }

  @Test
  void gradientOfAPolynomialIsItsDerivative() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new double[] {-2, 0.5, 3}, 3).variable();
      Tensor gradient = Gradients.differentiable(x.pow(3).add(x.mul(2)), x);
      assertThat(gradient.toDoubles()).containsExactly(14, 2.75, 29);
      assertThat(Gradients.of(gradient, x).toDoubles()).containsExactly(-12, 3, 18);
    }
  }

  @Test
  void gradientOfAGradientAgreesWithFiniteDifferences() {
    double step = 1e-5;
    double[] at = {0.3, -0.7, 1.1, 0.2};
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(at, 1, 4).variable();
      Tensor norm = Gradients.differentiable(energy(x), x).pow(2);
      double[] exact = Gradients.of(norm, x).toDoubles();
      for (int i = 0; i < at.length; i++) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += step;
        down[i] -= step;
        double difference = (gradientNorm(up) - gradientNorm(down)) / (2 * step);
        assertThat(exact[i]).isCloseTo(difference, org.assertj.core.data.Offset.offset(1e-7));
      }
    }
  }

  private static double gradientNorm(double[] at) {
    Tensor x = Tensor.of(at, 1, 4).variable();
    return Gradients.of(energy(x), x).pow(2).sum().item();
  }

  private static Tensor energy(Tensor x) {
    Tensor weight = Tensor.of(new double[] {1, -2, 0.5, 1.5, 0.7, 0.1, -1, 2}, 2, 4);
    return Nn.crossEntropy(Nn.linear(x, weight, null).tanh().mul(3), Tensor.ofInts(1));
  }

  @Test
  void anOutputThatDoesNotDependOnTheVariableHasZeroGradient() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2}, 2).variable();
      Tensor y = Tensor.of(new float[] {3}, 1).variable();
      assertThat(Gradients.of(y.mul(2), x).toFloats()).containsExactly(0, 0);
      assertThat(Gradients.of(Tensor.ones(DType.FLOAT32, 3), x).toFloats()).containsExactly(0, 0);
    }
  }

  @Test
  void nativeErrorsAreOneShortLine() {
    try (Scope scope = Scope.open()) {
      Tensor a = Tensor.zeros(DType.FLOAT32, 2, 3);
      Tensor b = Tensor.zeros(DType.FLOAT32, 4, 5);
      assertThatThrownBy(() -> a.matmul(b))
          .isInstanceOf(EngineException.class)
          .message()
          .contains("2x3 and 4x5")
          .hasLineCount(1)
          .hasSizeLessThan(200);
    }
  }

  @Test
  void keptTensorsOutliveTheirScopeAndOthersDoNot() {
    try (Scope outer = Scope.open()) {
      Tensor kept;
      Tensor dropped;
      try (Scope inner = Scope.open()) {
        dropped = Tensor.ones(DType.FLOAT32, 3);
        kept = inner.keep(dropped.add(1));
      }
      assertThat(kept.toFloats()).containsExactly(2, 2, 2);
      assertThat(dropped.nativeTensor().isNull()).isTrue();
    }
  }

  @Test
  void aTensorKeptByTheOutermostScopeStaysUsable() {
    Tensor kept;
    try (Scope scope = Scope.open()) {
      kept = scope.keep(Tensor.ones(DType.FLOAT32, 3).mul(5));
    }
    assertThat(kept.toFloats()).containsExactly(5, 5, 5);
  }

  @Test
  void poolingWithManyChannelsEqualsPoolingEachChannel() {
    try (Scope scope = Scope.open()) {
      float[] values = new float[2 * 9 * 7 * 6];
      new RandomStream(1, 0, "pooling", 0).fillGaussian(values, 0, values.length);
      Tensor x = Tensor.of(values, 2, 9, 7, 6);
      Nn.Window window = new Nn.Window(new long[] {2, 1}, new long[] {1, 0}, new long[] {1, 2});
      long[] kernel = {3, 2};
      Tensor all = Nn.maxPool(x, kernel, window, true);
      for (int c = 0; c < 9; c++) {
        Tensor alone = Nn.maxPool(x.slice(1, c, c + 1, 1), kernel, window, true);
        assertThat(all.slice(1, c, c + 1, 1).toFloats()).isEqualTo(alone.toFloats());
      }
    }
  }

  @Test
  void rowsAreCopiedToTheirPlaces() {
    float[][] rows = new float[2][4];
    Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2).copyRows(rows, 1);
    assertThat(rows[0]).containsExactly(0, 1, 2, 0);
    assertThat(rows[1]).containsExactly(0, 3, 4, 0);
    assertThatThrownBy(() -> Tensor.of(new float[] {1, 2}, 1, 2).copyRows(rows, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 rows");
  }
}

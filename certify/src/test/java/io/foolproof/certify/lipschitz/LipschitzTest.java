package io.foolproof.certify.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.certify.SmallNets;
import io.foolproof.certify.net.LinearMap;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.net.Step;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LipschitzTest {
  private static double bound(double[] values, int rows, int columns) {
    try (Scope scope = Scope.open()) {
      return GramIteration.bound(Tensor.of(values, 1, rows, columns));
    }
  }

  /** Products of rotations and a reflection, for which Frobenius norms are least tight. */
  @Test
  void anOrthogonalMatrixHasNormOne() {
    int n = 60;
    RandomStream stream = new RandomStream(1, 0, "reflection", 0);
    double[] v = new double[n];
    Arrays.setAll(v, i -> stream.nextGaussian());
    double squared = Arrays.stream(v).map(x -> x * x).sum();
    double[] reflection = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        reflection[i * n + j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / squared;
      }
    }
    assertThat(bound(reflection, n, n)).isBetween(1 - 1e-13, 1.001);
  }

  @Test
  void aDiagonalMatrixHasThatOfItsLargestNumber() {
    double[] diagonal = {3, -7.5, 0, 1e-9, 7.5};
    double[] matrix = new double[5 * 8];
    for (int i = 0; i < 5; i++) {
      matrix[i * 8 + i] = diagonal[i];
    }
    assertThat(bound(matrix, 5, 8)).isBetween(7.5, 7.5 * 1.001);
  }

  /** Also where squares are beyond the numbers that there are. */
  @Test
  void hugeAndTinyNumbersAreScaled() {
    assertThat(bound(new double[] {0x1p400, 0, 0, 0x1p399}, 2, 2))
        .isBetween(0x1p400, 0x1p400 * 1.001);
    assertThat(bound(new double[] {0x1p-400, 0, 0, 0x1p-399}, 2, 2))
        .isBetween(0x1p-399, 0x1p-399 * 1.001);
    assertThat(bound(new double[6], 2, 3)).isBetween(0.0, 1e-100);
    assertThat(bound(new double[] {1, Double.NaN}, 1, 2)).isInfinite();
  }

  private static LinearMap.Convolution convolution(OnnxBuilder builder) {
    Net net = NetReader.read(OnnxModel.of(builder.build(), "net"));
    return (LinearMap.Convolution) ((Step.Linear) net.steps().get(0)).map();
  }

  /** On the torus the singular values of one channel are the moduli of the kernel's transform. */
  @Test
  void aCirculantConvolutionHasTheLargestModulusOfItsTransform() {
    LinearMap.Convolution map =
        convolution(new OnnxBuilder("net", new long[] {1, 7, 6}, 3).conv(1, 3));
    double[] kernel = map.kernel().twice().toDoubles();
    double largest = 0;
    for (int f = 0; f < 9; f++) {
      for (int g = 0; g < 8; g++) {
        double real = 0;
        double imaginary = 0;
        for (int y = 0; y < 3; y++) {
          for (int x = 0; x < 3; x++) {
            double angle = 2 * Math.PI * (f * y / 9.0 + g * x / 8.0);
            real += kernel[3 * y + x] * Math.cos(angle);
            imaginary += kernel[3 * y + x] * Math.sin(angle);
          }
        }
        largest = Math.max(largest, Math.hypot(real, imaginary));
      }
    }
    assertThat(new CirculantConvolution(map).bound()).isBetween(largest, 1.001 * largest);
  }

  /** A lower bound of the norm, by the power method on the map itself. */
  private static double reached(LinearMap map) {
    try (Scope scope = Scope.open()) {
      RandomStream stream = new RandomStream(1, 0, "power", 0);
      double[] start = new double[map.inputs()];
      Arrays.setAll(start, i -> stream.nextGaussian());
      Tensor v = Tensor.of(start, 1, start.length);
      double length = 0;
      for (int i = 0; i < 300; i++) {
        v = v.div(v.pow(2).sum().sqrt());
        Tensor out = map.push(v);
        length = Math.sqrt(out.pow(2).sum().item());
        v = map.pull(out);
      }
      return length;
    }
  }

  /** Kernel, stride and padding: never below the true norm, and near it for a large image. */
  @ParameterizedTest
  @CsvSource({"3,1,1", "3,2,1", "4,2,1", "5,3,0", "2,2,0", "1,1,0", "3,4,2"})
  void aConvolutionIsBoundedTightly(int kernel, int stride, int padding) {
    OnnxBuilder builder = new OnnxBuilder("net", new long[] {3, 20, 17}, 5);
    LinearMap.Convolution map = convolution(builder.conv(4, kernel, stride, padding));
    double reached = reached(map);
    assertThat(new CirculantConvolution(map).bound()).isBetween(reached, 1.06 * reached);
  }

  /** Steps of any kind, sums and maxima among them: no two points are farther apart behind them. */
  @Test
  void noNetworkLengthensAChangeByMore() {
    for (Map.Entry<String, byte[]> entry : SmallNets.ofEveryOperator().entrySet()) {
      Net net = NetReader.read(OnnxModel.of(entry.getValue(), entry.getKey()));
      double constant = Lipschitz.of(net).constant();
      double most = 0;
      for (int i = 0; i < 300; i++) {
        RandomStream stream = new RandomStream(7, i, "pair", 0);
        double[] pair = new double[2 * net.inputs()];
        double scale = i % 3 == 0 ? 1e-3 : 1;
        for (int j = 0; j < net.inputs(); j++) {
          pair[j] = stream.nextGaussian();
          pair[net.inputs() + j] = pair[j] + scale * stream.nextGaussian();
        }
        try (Scope scope = Scope.open()) {
          double[] out = net.apply(Tensor.of(pair, 2, net.inputs())).toDoubles();
          double change = distance(out);
          most = Math.max(most, change / distance(pair));
        }
      }
      assertThat(most).as(entry.getKey()).isPositive().isLessThan(constant);
    }
  }

  private static double distance(double[] pair) {
    double sum = 0;
    for (int j = 0; j < pair.length / 2; j++) {
      double change = pair[j] - pair[pair.length / 2 + j];
      sum += change * change;
    }
    return Math.sqrt(sum);
  }

  /** A diagonal net of two classes: the distance to the boundary is margin / (sqrt 2 L). */
  @Test
  void theRadiusIsTheDistanceToTheBoundaryOfADiagonalNet() {
    byte[] model = SmallNets.linear(new float[] {2, 0, 0, 2}, new float[] {0, 0});
    Lipschitz bound = Lipschitz.of(OnnxModel.of(model, "net"));
    assertThat(bound.constant()).isBetween(2.0, 2.001);
    double[] logits = {2 * 0.9, 2 * 0.2};
    assertThat(bound.radius(logits, 0)).isCloseTo(0.7 / Math.sqrt(2), within(1e-3));
    assertThat(bound.radius(logits, 0)).isLessThanOrEqualTo(0.7 / Math.sqrt(2));
    assertThat(bound.radius(logits, 1)).isZero();
    assertThat(bound.layers()).hasSize(1);
    assertThat(bound.layers().get(0).name()).isEqualTo("matrix 2 x 2");
  }

  /** Of tanh(2 s(x0 + 1/2) - s(-x1)): the steepness of s is at most 1/4, that of tanh 1. */
  @Test
  void curvesHaveTheirLargestSteepness() {
    double bound = Lipschitz.of(OnnxModel.of(SmallNets.curved(0), "curved")).constant();
    assertThat(bound).isCloseTo(Math.sqrt(5) / 4, within(1e-3)).isGreaterThan(0.4);
  }
}

package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class NnTest {
  private static Tensor waves(double pace, long... shape) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return Tensor.arange(elements).to(DType.FLOAT64).mul(pace).sin().reshape(shape);
  }

  /** An image of one channel goes another way than the same image with a channel of zeros. */
  @Test
  void convolutionOfOneChannelIsThatOfTwoOfWhichOneIsEmpty() {
    long[][] windows = {{1, 1, 1}, {2, 0, 1}, {1, 2, 2}, {3, 1, 2}};
    for (long[] w : windows) {
      for (boolean byWeight : new boolean[] {false, true}) {
        try (Scope scope = Scope.open()) {
          Nn.Window window =
              new Nn.Window(new long[] {w[0], 1}, new long[] {w[1], 0}, new long[] {w[2], 1});
          Tensor x = waves(0.9, 2, 1, 11, 8).variable();
          Tensor weight = waves(0.7, 12, 1, 3, 4).variable();
          Tensor variable = byWeight ? weight : x;
          Tensor one = Nn.conv(x, weight, waves(1.3, 12), window, 1);
          Tensor two = Nn.conv(withZeros(x), withZeros(weight), waves(1.3, 12), window, 1);
          assertSame(one, two);
          Tensor first = Gradients.differentiable(one.mul(one), variable);
          Tensor other = Gradients.differentiable(two.mul(two), variable);
          assertSame(first, other);
          assertSame(
              Gradients.of(first.mul(first), variable), Gradients.of(other.mul(other), variable));
        }
      }
    }
  }

  /** Of these, the engine's fast kernels had a quarter wrong on a machine that hides its caches. */
  @Test
  void convolutionsAndTheirGradientsAreThoseOfDoublePrecision() {
    for (long samples : new long[] {1, 5, 24}) {
      for (long channels : new long[] {1, 2, 3, 8, 16}) {
        for (long outputs : new long[] {2, 6, 8, 10, 16, 24}) {
          for (long kernel : new long[] {1, 3, 5}) {
            for (long stride : new long[] {1, 2}) {
              for (boolean transposed : new boolean[] {false, true}) {
                requireExact(samples, channels, outputs, kernel, stride, transposed);
              }
            }
          }
        }
      }
    }
  }

  private static void requireExact(
      long samples, long channels, long outputs, long kernel, long stride, boolean transposed) {
    long around = kernel / 2;
    Nn.Window window =
        new Nn.Window(new long[] {stride, stride}, new long[] {around, around}, new long[] {1, 1});
    try (Scope scope = Scope.open()) {
      Tensor x = waves(0.9, samples, channels, 9, 9).to(DType.FLOAT32).variable();
      Tensor weight =
          (transposed
                  ? waves(0.7, channels, outputs, kernel, kernel)
                  : waves(0.7, outputs, channels, kernel, kernel))
              .to(DType.FLOAT32)
              .variable();
      Tensor exactX = x.detach().to(DType.FLOAT64).variable();
      Tensor exactWeight = weight.detach().to(DType.FLOAT64).variable();
      Tensor y = convolution(x, weight, window, transposed);
      Tensor exact = convolution(exactX, exactWeight, window, transposed);
      String what =
          "%d x %d -> %d, kernel %d, stride %d%s"
              .formatted(samples, channels, outputs, kernel, stride, transposed ? ", back" : "");
      assertClose(what, y, exact);
      for (boolean byWeight : new boolean[] {false, true}) {
        assertClose(
            what,
            slope(x, weight, window, transposed, byWeight),
            slope(exactX, exactWeight, window, transposed, byWeight));
      }
    }
  }

  /** The slope of the squared length of the result, by the image or by the weights. */
  private static Tensor slope(
      Tensor x, Tensor weight, Nn.Window window, boolean transposed, boolean byWeight) {
    Tensor y = convolution(x, weight, window, transposed);
    Tensor sum = y.mul(y).flatten(0).sum(false, 0).reshape(1);
    return Gradients.of(sum, byWeight ? weight : x);
  }

  private static Tensor convolution(Tensor x, Tensor weight, Nn.Window window, boolean transposed) {
    return transposed
        ? Nn.convTranspose(x, weight, null, window, new long[2], 1)
        : Nn.conv(x, weight, null, window, 1);
  }

  private static void assertClose(String what, Tensor found, Tensor exact) {
    double largest = exact.abs().flatten(0).max(false, 0).item();
    double away = found.to(DType.FLOAT64).sub(exact).abs().flatten(0).max(false, 0).item();
    assertThat(away).as(what).isLessThan(1e-4 * (1 + largest));
  }

  /** Evaluations without gradients take shorter ways, on which no bit may differ. */
  @Test
  void layersAreTheSameToTheLastBitWithAndWithoutGradients() {
    for (long[] window : new long[][] {{1, 1}, {2, 2}, {3, 2}, {2, 3}, {3, 3}, {2, 1}, {5, 5}}) {
      for (long stride : new long[] {1, 2, 3}) {
        for (long channels : new long[] {1, 3, 16}) {
          try (Scope scope = Scope.open()) {
            Tensor x = waves(0.7, 2, channels, 9, 11);
            Nn.Window plain = new Nn.Window(new long[] {stride, 2}, new long[2], new long[] {1, 1});
            assertThat(Nn.maxPool(x, window, plain, false).toFloats())
                .isEqualTo(Nn.maxPool(x.variable(), window, plain, false).toFloats());
            Nn.Window padded =
                new Nn.Window(new long[] {stride, 2}, new long[] {1, 2}, new long[] {1, 1});
            Tensor weight = waves(1.1, 32, channels, window[0], window[1]);
            assertThat(Nn.conv(x, weight, null, padded, 1).toFloats())
                .isEqualTo(Nn.conv(x.variable(), weight, null, padded, 1).toFloats());
          }
        }
      }
    }
  }

  @Test
  void pooledValuesThatAreNoNumbersStayNone() {
    try (Scope scope = Scope.open()) {
      float[] values = {Float.NaN, 1, 2, 3, Float.NEGATIVE_INFINITY, 5, 6, Float.POSITIVE_INFINITY};
      Tensor x = Tensor.of(values, 1, 1, 2, 4);
      Nn.Window window = new Nn.Window(new long[] {2, 2}, new long[2], new long[] {1, 1});
      assertThat(Nn.maxPool(x, new long[] {2, 2}, window, false).toFloats())
          .containsExactly(Float.NaN, Float.POSITIVE_INFINITY);
    }
  }

  /** Pooling leaves the channels innermost; rows have them outermost all the same. */
  @Test
  void imagesAsRowsAreThoseOfAPlainReshapeAndSoAreTheirGradients() {
    try (Scope scope = Scope.open()) {
      Tensor x = waves(0.9, 3, 12, 8, 6).variable();
      Nn.Window window = new Nn.Window(new long[] {2, 2}, new long[2], new long[] {1, 1});
      Tensor pooled = Nn.maxPool(x, new long[] {2, 2}, window, false);
      assertThat(pooled.nativeTensor().is_contiguous()).isFalse();
      Tensor rows = Nn.reshape(pooled, 3, 144);
      Tensor plain = Nn.maxPool(x, new long[] {2, 2}, window, false).reshape(3, 144);
      assertThat(rows.toDoubles()).containsExactly(plain.toDoubles());
      Tensor weight = waves(0.3, 3, 144);
      Tensor first = Gradients.differentiable(rows.pow(3).mul(weight), x);
      Tensor other = Gradients.differentiable(plain.pow(3).mul(weight), x);
      assertSame(first, other);
      assertThat(first.abs().max(false, 0, 1, 2, 3).item()).isPositive();
      assertSame(Gradients.of(first.mul(first), x), Gradients.of(other.mul(other), x));
    }
  }

  private static Tensor withZeros(Tensor x) {
    return Nn.pad(x, new long[] {0, 0, 0, 0, 0, 1}, Nn.PadMode.CONSTANT, 0);
  }

  private static void assertSame(Tensor a, Tensor b) {
    assertThat(a.shape()).isEqualTo(b.shape());
    double scale = b.abs().max(false, 0, 1, 2, 3).item();
    assertThat(a.toDoubles()).containsExactly(b.toDoubles(), within(1e-12 * Math.max(1, scale)));
  }
}

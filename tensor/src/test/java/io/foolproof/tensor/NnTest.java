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

  private static Tensor withZeros(Tensor x) {
    return Nn.pad(x, new long[] {0, 0, 0, 0, 0, 1}, Nn.PadMode.CONSTANT, 0);
  }

  private static void assertSame(Tensor a, Tensor b) {
    assertThat(a.shape()).isEqualTo(b.shape());
    double scale = b.abs().max(false, 0, 1, 2, 3).item();
    assertThat(a.toDoubles()).containsExactly(b.toDoubles(), within(1e-12 * Math.max(1, scale)));
  }
}

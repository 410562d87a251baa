package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowBlockTest {
  /** As kernels that take rows by this many, and treat those from one on differently. */
  private static RowBlock.Product kernel(int period, int odd) {
    return (x, weight, bias) -> {
      int[] place = new int[(int) x.size(0)];
      for (int row = 0; row < place.length; row++) {
        place[row] = row % period >= odd ? 1 : 0;
      }
      // Sums of rows that are the same on every machine, and what depends on the place.
      Tensor off = Tensor.ofInts(place).to(x.dtype()).unsqueeze(1);
      return x.sum(true, 1).add(off).mul(Tensor.ones(x.dtype(), weight.size(0)));
    };
  }

  @ParameterizedTest
  @CsvSource({
    "24, 24, 24, 24",
    "12, 6, 6, 12",
    "16, 8, 8, 16",
    "12, 5, 4, 12",
    "8, 2, 2, 8",
    "12, 1, 1, 12",
    "7, 1, 1, 1",
  })
  void whatIsTreatedAlikeIsMeasured(int period, int odd, int rows, int spread) {
    try (Scope scope = Scope.open()) {
      assertThat(RowBlock.measure(kernel(period, odd))).isEqualTo(new RowBlock(rows, spread));
    }
  }

  /** Whatever this machine's kernels do, sizes that were not measured hold, too. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 11, 33, 64, 101, 257, 1001})
  void equalRowsHaveEqualResultsAtOtherSizes(int size) {
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.arange(size).to(type).sin().unsqueeze(0).expand(48, size).variable();
        Tensor weight = Tensor.arange(size * 13L).to(type).cos().reshape(13, size);
        Tensor result = Nn.linear(x, weight, null);
        Tensor gradient = Gradients.of(result.mul(result), x);
        assertThat(result.eq(result.rows(0, 1)).not().any()).isFalse();
        assertThat(gradient.eq(gradient.rows(0, 1)).not().any()).isFalse();
      }
    }
  }

  @Test
  void theProductIsTheSameHoweverRowsArePut() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.arange(24 * 7).to(DType.FLOAT64).sin().reshape(24, 7);
      Tensor weight = Tensor.arange(35).to(DType.FLOAT64).cos().reshape(5, 7);
      double[] plain = Nn.product(x, weight, null).toDoubles();
      for (RowBlock block :
          new RowBlock[] {new RowBlock(6, 12), new RowBlock(4, 16), new RowBlock(1, 1)}) {
        assertThat(block.apply(Nn::product, x, weight, null).toDoubles())
            .usingComparatorWithPrecision(1e-12)
            .containsExactly(plain);
      }
    }
  }
}

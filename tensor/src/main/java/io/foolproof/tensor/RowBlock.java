package io.foolproof.tensor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many rows of a matrix the engine's matrix kernels treat alike.
 *
 * <p>The kernels take rows in blocks and treat what is left over with other instructions, which
 * round differently, so that equal rows may have results that differ in the last bit. Which rows
 * those are depends on the processor, on the kernels that the matrix library chose for it, and on
 * the environment variable {@code OPENBLAS_CORETYPE}. No library says so; it is measured, once, on
 * the forward and the backward product of layers of usual sizes in both precisions.
 *
 * @param rows so many rows in a row are treated alike
 * @param spread after so many rows, the next ones are treated as the first
 */
record RowBlock(int rows, int spread) {
  /** All rows of a micro-batch, with nothing between them: what costs nothing. */
  private static final RowBlock WHOLE = new RowBlock(Workers.MICRO_BATCH, Workers.MICRO_BATCH);

  /** Each row in a product of its own, which is right on any machine. */
  private static final RowBlock ALONE = new RowBlock(1, 1);

  /** By what they cost: the product takes spread / rows times as long. */
  private static final List<RowBlock> CANDIDATES =
      List.of(
          WHOLE,
          new RowBlock(6, 12),
          new RowBlock(8, 16),
          new RowBlock(4, 8),
          new RowBlock(4, 12),
          new RowBlock(4, 16),
          new RowBlock(2, 8),
          new RowBlock(1, 12),
          new RowBlock(1, 16));

  /** Inputs and outputs of layers: of digit classifiers, of other small networks, and odd ones. */
  private static final int[][] LAYERS = {
    {784, 256},
    {1568, 100},
    {784, 100},
    {256, 256},
    {400, 120},
    {120, 84},
    {256, 10},
    {84, 10},
    {300, 17},
    {300, 1},
    {30, 3},
    {7, 3},
    {2, 2},
    {1, 10}
  };

  /** Enough for a row of inputs and the weights of every layer. */
  private static final long VALUES =
      Arrays.stream(LAYERS).mapToLong(layer -> layer[0] * (1L + layer[1])).max().orElseThrow();

  /** Initialised at the first product, by the JVM's own class-loading lock. */
  private static final class Measured {
    static final RowBlock HERE = measure(Nn::product);
  }

  /** A product x W^T + b of a batch of rows. */
  @FunctionalInterface
  interface Product {
    Tensor of(Tensor x, Tensor weight, @Nullable Tensor bias);
  }

  /** What holds for the kernels of this process. */
  static RowBlock here() {
    return Measured.HERE;
  }

  /** The cheapest way to put rows so that a product treats all of them alike. */
  static RowBlock measure(Product product) {
    try (Scope scope = Scope.open()) {
      Tensor values = Tensor.arange(VALUES).to(DType.FLOAT64).sin();
      List<Tensor> typed = List.of(values.to(DType.FLOAT32), values);
      return CANDIDATES.stream()
          .filter(block -> block.holds(product, typed))
          .findFirst()
          .orElse(ALONE);
    }
  }

  private boolean holds(Product product, List<Tensor> typed) {
    for (Tensor values : typed) {
      for (int[] layer : LAYERS) {
        // One micro-batch, and two: whole runs of networks have either.
        if (!treatsAlike(product, values, layer, Workers.MICRO_BATCH)
            || !treatsAlike(product, values, layer, 2 * Workers.MICRO_BATCH)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether equal rows have equal results and gradients, wherever they are. */
  private boolean treatsAlike(Product product, Tensor values, int[] layer, int count) {
    try (Scope scope = Scope.open()) {
      int inputs = layer[0];
      int outputs = layer[1];
      Tensor x = values.rows(0, inputs).unsqueeze(0).expand(count, inputs).variable();
      Tensor weight =
          values.rows(inputs, inputs + (long) inputs * outputs).reshape(outputs, inputs);
      Tensor result = apply(product, x, weight, Tensor.ones(values.dtype(), outputs));
      Tensor gradient = Gradients.of(result.mul(result), x);
      return isOneRow(result) && isOneRow(gradient);
    }
  }

  private static boolean isOneRow(Tensor rows) {
    return !rows.eq(rows.rows(0, 1)).not().any();
  }

  /**
   * A product with its rows put so that they are treated alike.
   *
   * @param x [N, inputs]; where N is no multiple of {@link #rows}, the product as it is
   * @param weight [outputs, inputs]
   */
  Tensor apply(Product product, Tensor x, Tensor weight, @Nullable Tensor bias) {
    if (rows == Workers.MICRO_BATCH || x.rank() != 2 || x.size(0) % rows != 0) {
      return product.of(x, weight, bias);
    }
    if (spread == rows) {
      return Tensor.concat(
          x.split(rows).stream().map(some -> product.of(some, weight, bias)).toList(), 0);
    }
    long blocks = x.size(0) / rows;
    long[] amounts = {0, 0, 0, spread - rows};
    Tensor apart =
        Nn.pad(x.reshape(blocks, rows, x.size(1)), amounts, Nn.PadMode.CONSTANT, 0)
            .reshape(blocks * spread, x.size(1));
    long outputs = weight.size(0);
    return product
        .of(apart, weight, bias)
        .reshape(blocks, spread, outputs)
        .slice(1, 0, rows, 1)
        .reshape(x.size(0), outputs);
  }
}

package io.foolproof.tensor;

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

  /** Inputs and outputs of layers: of digit classifiers, of larger nets, and odd ones. */
  private static final int[][] LAYERS = {
    {784, 100}, {784, 256}, {256, 256}, {256, 10}, {3136, 200}, {200, 10}, {1568, 100}, {100, 10},
    {400, 120}, {120, 84}, {84, 10}, {512, 512}, {300, 17}, {30, 3}, {7, 3}, {2, 2}
  };

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
    return CANDIDATES.stream().filter(block -> block.holds(product)).findFirst().orElse(ALONE);
  }

  private boolean holds(Product product) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (int[] layer : LAYERS) {
        // One micro-batch, and two: whole runs of networks have either.
        if (!treatsAlike(product, type, layer, Workers.MICRO_BATCH)
            || !treatsAlike(product, type, layer, 2 * Workers.MICRO_BATCH)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether equal rows have equal results and gradients, wherever they are. */
  private boolean treatsAlike(Product product, DType type, int[] layer, int count) {
    try (Scope scope = Scope.open()) {
      Tensor row = Tensor.arange(layer[0]).to(type).sin().unsqueeze(0);
      Tensor weight = Tensor.arange((long) layer[0] * layer[1]).to(type).cos();
      Tensor x = row.expand(count, layer[0]).variable();
      Tensor shaped = weight.reshape(layer[1], layer[0]);
      Tensor result = apply(product, x, shaped, Tensor.ones(type, layer[1]));
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

  /** For reports: how the kernels treat the rows of a micro-batch. */
  @Override
  public String toString() {
    if (rows == Workers.MICRO_BATCH) {
      return "all rows of a batch alike";
    }
    return spread == rows ? "no two rows alike" : rows + " rows of " + spread + " alike";
  }
}

package io.foolproof.attack.search;

import io.foolproof.attack.PixelGrid;
import io.foolproof.tensor.RandomStream;

/**
 * Random bumps, each with a positive and a negative half: changes that leave a small fraction of
 * the pixels with most of a budget in L2 or L1.
 *
 * <p>Andriushchenko, Croce, Flammarion, Hein: Square Attack: a query-efficient black-box
 * adversarial attack via random search, 2019, arXiv 1912.00049, section 3.3; for L1 bumps are more
 * pointed, as in the code of Croce and Hein: Mind the box, 2021, arXiv 2103.01208.
 *
 * @param p 2 or 1: the budget of values is the sum of their p-th powers
 */
public record Bumps(PixelGrid grid, int p) {
  private static final int TILES = 5;
  private static final double NOTHING = 1e-12;

  /** A change of the whole image, shaped as it: a bump in each of five by five tiles. */
  public double[] tiles(RandomStream stream) {
    double[] delta = new double[grid.channels() * grid.height() * grid.width()];
    int rows = Math.max(1, grid.height() / TILES);
    int columns = Math.max(1, grid.width() / TILES);
    for (int top = 0; top + rows <= grid.height(); top += rows) {
      for (int left = 0; left + columns <= grid.width(); left += columns) {
        double[][] bump = one(rows, columns, stream);
        for (int channel = 0; channel < grid.channels(); channel++) {
          double sign = sign(stream);
          for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
              int at = grid.at(channel, top + row, left + column);
              delta[at] = sign * bump[row][column];
            }
          }
        }
      }
    }
    return delta;
  }

  /** Two heaps of opposite signs, side by side or one above the other, with a budget of 1. */
  public double[][] one(int rows, int columns, RandomStream stream) {
    boolean upright = rows == 1 || (columns > 1 && stream.nextInt(2) == 0);
    double[][] bump = new double[rows][columns];
    if (upright) {
      heap(bump, 0, rows, 0, columns / 2, 1);
      heap(bump, 0, rows, columns / 2, columns, -1);
    } else {
      heap(bump, 0, rows / 2, 0, columns, 1);
      heap(bump, rows / 2, rows, 0, columns, -1);
    }
    double total = 0;
    for (double[] row : bump) {
      for (double value : row) {
        total += power(value);
      }
    }
    for (double[] row : bump) {
      for (int column = 0; column < columns; column++) {
        row[column] /= NOTHING + root(total);
      }
    }
    return bump;
  }

  /**
   * Equation 1: rings around the centre add 1, 1/4, 1/9, ..., in L1 the squares of these; the heap
   * has a budget of 1.
   */
  private void heap(double[][] bump, int top, int bottom, int left, int right, double sign) {
    int middleRow = (bottom - top) / 2;
    int middleColumn = (right - left) / 2;
    int rings = Math.max(middleRow, middleColumn) + 1;
    double total = 0;
    double[][] heap = new double[bottom - top][right - left];
    for (int row = 0; row < heap.length; row++) {
      for (int column = 0; column < heap[row].length; column++) {
        int ring = Math.max(Math.abs(row - middleRow), Math.abs(column - middleColumn));
        for (int outer = ring; outer < rings; outer++) {
          heap[row][column] += Math.pow(outer + 1, p == 2 ? -2 : -4);
        }
        total += power(heap[row][column]);
      }
    }
    for (int row = 0; row < heap.length; row++) {
      for (int column = 0; column < heap[row].length; column++) {
        bump[top + row][left + column] = sign * heap[row][column] / root(total);
      }
    }
  }

  /** What a value takes of the budget. */
  public double power(double value) {
    return p == 2 ? value * value : Math.abs(value);
  }

  /** The norm of values whose powers have this sum. */
  public double root(double sum) {
    return p == 2 ? Math.sqrt(sum) : sum;
  }

  /** 1 or -1. */
  public static double sign(RandomStream stream) {
    return stream.nextInt(2) == 0 ? 1 : -1;
  }
}

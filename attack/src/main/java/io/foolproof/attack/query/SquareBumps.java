package io.foolproof.attack.query;

import io.foolproof.attack.PixelGrid;
import io.foolproof.tensor.RandomStream;
import java.util.Arrays;

/**
 * The proposals of the square attack in L2 and L1: the perturbation is a sum of bumps, each with a
 * positive and a negative half; a proposal takes the budget of one window and spends it on a bump
 * in another.
 *
 * <p>Andriushchenko et al. 2019, arXiv 1912.00049, algorithm 3 and section 3.3; for L1 bumps are
 * more pointed, as in the code of Croce and Hein: Mind the box, 2021, arXiv 2103.01208.
 *
 * @param p 2 or 1: the budget of values is the sum of their p-th powers
 */
record SquareBumps(PixelGrid grid, double epsilon, int p) implements Square.Proposals {
  private static final int TILES = 5;
  private static final int SMALLEST_SIDE = 3;
  private static final double NOTHING = 1e-12;

  /** A bump in each of five by five tiles. */
  @Override
  public float[] first(float[] image, RandomStream stream) {
    double[] delta = new double[image.length];
    int rows = Math.max(1, grid.height() / TILES);
    int columns = Math.max(1, grid.width() / TILES);
    for (int top = 0; top + rows <= grid.height(); top += rows) {
      for (int left = 0; left + columns <= grid.width(); left += columns) {
        double[][] bump = bump(rows, columns, stream);
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
    return moved(image, delta);
  }

  @Override
  public float[] next(float[] image, float[] best, double share, RandomStream stream) {
    double[] delta = new double[image.length];
    double spent = 0;
    for (int i = 0; i < delta.length; i++) {
      delta[i] = (double) best[i] - image[i];
      spent += power(delta[i]);
    }
    PixelGrid.Window to = oddWindow(share, stream);
    PixelGrid.Window from = grid.place(to.height(), to.width(), stream);
    double left = Math.max(0, power(epsilon) - spent) / grid.channels();
    double[][] bump = bump(to.height(), to.width(), stream);
    for (int channel = 0; channel < grid.channels(); channel++) {
      replace(delta, channel, from, to, bump, sign(stream), left);
    }
    return moved(image, delta);
  }

  private PixelGrid.Window oddWindow(double share, RandomStream stream) {
    PixelGrid.Window window = grid.window(share, SMALLEST_SIDE, stream);
    int rows = Math.min(grid.height(), window.height() | 1);
    int columns = Math.min(grid.width(), window.width() | 1);
    return rows == window.height() && columns == window.width()
        ? window
        : grid.place(rows, columns, stream);
  }

  /**
   * Clears one window of a channel, and puts into the other the mean direction of what is there and
   * a bump, with the budget of both windows and what was left.
   */
  private void replace(
      double[] delta,
      int channel,
      PixelGrid.Window from,
      PixelGrid.Window to,
      double[][] bump,
      double sign,
      double left) {
    double budget = left;
    double there = 0;
    for (int row = 0; row < grid.height(); row++) {
      for (int column = 0; column < grid.width(); column++) {
        double power = power(delta[grid.at(channel, row, column)]);
        boolean inTo = to.contains(row, column);
        there += inTo ? power : 0;
        budget += inTo || from.contains(row, column) ? power : 0;
      }
    }
    double[][] mixed = new double[to.height()][to.width()];
    double total = 0;
    for (int row = 0; row < to.height(); row++) {
      for (int column = 0; column < to.width(); column++) {
        double old = delta[grid.at(channel, to.top() + row, to.left() + column)];
        mixed[row][column] = sign * bump[row][column] + old / (NOTHING + root(there));
        total += power(mixed[row][column]);
      }
    }
    clear(delta, channel, from);
    double scale = weight() * root(budget) / (NOTHING + root(total));
    for (int row = 0; row < to.height(); row++) {
      for (int column = 0; column < to.width(); column++) {
        delta[grid.at(channel, to.top() + row, to.left() + column)] = scale * mixed[row][column];
      }
    }
  }

  private void clear(double[] delta, int channel, PixelGrid.Window window) {
    for (int row = window.top(); row < window.top() + window.height(); row++) {
      int first = grid.at(channel, row, window.left());
      Arrays.fill(delta, first, first + window.width(), 0);
    }
  }

  /**
   * In L1 a channel's bump gets as many times the budget as there are channels: cutting off what is
   * too much then takes away the small changes and leaves the bump.
   */
  private int weight() {
    return p == 1 ? grid.channels() : 1;
  }

  /** The image changed: in L2 by epsilon, in L1 by what projecting onto the ball cuts off later. */
  private float[] moved(float[] image, double[] delta) {
    double scale = 1;
    if (p == 2) {
      double squares = 0;
      for (double value : delta) {
        squares += value * value;
      }
      scale = epsilon / (NOTHING + Math.sqrt(squares));
    }
    float[] result = new float[image.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (image[i] + scale * delta[i]);
    }
    return result;
  }

  /** Two heaps of opposite signs, side by side or one above the other, with a budget of 1. */
  private double[][] bump(int rows, int columns, RandomStream stream) {
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

  private double power(double value) {
    return p == 2 ? value * value : Math.abs(value);
  }

  private double root(double sum) {
    return p == 2 ? Math.sqrt(sum) : sum;
  }

  private static double sign(RandomStream stream) {
    return stream.nextInt(2) == 0 ? 1 : -1;
  }
}

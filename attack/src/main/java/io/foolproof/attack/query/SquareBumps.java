package io.foolproof.attack.query;

import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.search.Bumps;
import io.foolproof.tensor.RandomStream;
import java.util.Arrays;

/**
 * The proposals of the square attack in L2 and L1: the perturbation is a sum of bumps, each with a
 * positive and a negative half; a proposal takes the budget of one window and spends it on a bump
 * in another.
 *
 * <p>Andriushchenko et al. 2019, arXiv 1912.00049, algorithm 3 and section 3.3.
 */
record SquareBumps(PixelGrid grid, double epsilon, Bumps bumps) implements Square.Proposals {
  private static final int SMALLEST_SIDE = 3;
  private static final double NOTHING = 1e-12;

  @Override
  public float[] first(float[] image, RandomStream stream) {
    return moved(image, bumps.tiles(stream));
  }

  @Override
  public float[] next(float[] image, float[] best, double share, RandomStream stream) {
    double[] delta = new double[image.length];
    double spent = 0;
    for (int i = 0; i < delta.length; i++) {
      delta[i] = (double) best[i] - image[i];
      spent += bumps.power(delta[i]);
    }
    PixelGrid.Window to = oddWindow(share, stream);
    PixelGrid.Window from = grid.place(to.height(), to.width(), stream);
    double left = Math.max(0, bumps.power(epsilon) - spent) / grid.channels();
    double[][] bump = bumps.one(to.height(), to.width(), stream);
    for (int channel = 0; channel < grid.channels(); channel++) {
      replace(delta, channel, from, to, bump, Bumps.sign(stream), left);
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
        double power = bumps.power(delta[grid.at(channel, row, column)]);
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
        mixed[row][column] = sign * bump[row][column] + old / (NOTHING + bumps.root(there));
        total += bumps.power(mixed[row][column]);
      }
    }
    clear(delta, channel, from);
    double scale = weight() * bumps.root(budget) / (NOTHING + bumps.root(total));
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
    return bumps.p() == 1 ? grid.channels() : 1;
  }

  /** The image changed: in L2 by epsilon, in L1 by what projecting onto the ball cuts off later. */
  private float[] moved(float[] image, double[] delta) {
    double scale = 1;
    if (bumps.p() == 2) {
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
}

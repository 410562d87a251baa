package io.foolproof.attack.query;

import io.foolproof.attack.PixelGrid;
import io.foolproof.tensor.RandomStream;

/**
 * The proposals of the square attack in L-inf: every value is changed by epsilon, up or down; first
 * in vertical stripes, then in a window, with one sign a channel.
 *
 * <p>Andriushchenko et al. 2019, arXiv 1912.00049, algorithm 2 and section 3.2.
 */
record SquareSigns(PixelGrid grid, double epsilon) implements Square.Proposals {

  @Override
  public float[] first(float[] image, RandomStream stream) {
    float[] proposal = image.clone();
    for (int channel = 0; channel < grid.channels(); channel++) {
      for (int column = 0; column < grid.width(); column++) {
        double change = change(stream);
        for (int row = 0; row < grid.height(); row++) {
          proposal[grid.at(channel, row, column)] += (float) change;
        }
      }
    }
    return proposal;
  }

  @Override
  public float[] next(float[] image, float[] best, double share, RandomStream stream) {
    PixelGrid.Window window = grid.window(share, 1, stream);
    float[] proposal = best.clone();
    for (int channel = 0; channel < grid.channels(); channel++) {
      double change = change(stream);
      for (int row = window.top(); row < window.top() + window.height(); row++) {
        for (int column = window.left(); column < window.left() + window.width(); column++) {
          int at = grid.at(channel, row, column);
          proposal[at] = (float) (image[at] + change);
        }
      }
    }
    return proposal;
  }

  private double change(RandomStream stream) {
    return stream.nextInt(2) == 0 ? epsilon : -epsilon;
  }
}

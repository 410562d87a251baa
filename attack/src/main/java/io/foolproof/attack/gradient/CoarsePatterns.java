package io.foolproof.attack.gradient;

import io.foolproof.attack.Norm;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.search.Bumps;
import io.foolproof.tensor.RandomStream;

/**
 * Random changes of an image with few degrees of freedom, of norm 1. In L-inf every value goes up
 * or down by 1: in vertical stripes, in horizontal stripes, or in square blocks of some size, with
 * one sign a channel. In L2 and L1 they are the {@link Bumps} of the square attack.
 */
record CoarsePatterns(PixelGrid grid, Norm norm) {
  /** Sides of the blocks, in pixels. */
  private static final int[] BLOCKS = {1, 4, 7, 10};

  /** The change of one image, channel by channel, row by row. */
  float[] draw(RandomStream stream) {
    return switch (norm) {
      case LINF -> corner(stream);
      case L2 -> bumps(new Bumps(grid, 2), stream);
      case L1 -> bumps(new Bumps(grid, 1), stream);
      case L0, L0_PIXELS -> throw new IllegalArgumentException("no patterns for " + norm);
    };
  }

  private float[] corner(RandomStream stream) {
    int kind = stream.nextInt(BLOCKS.length + 2);
    if (kind == BLOCKS.length) {
      return blocks(grid.height(), 1, stream);
    }
    if (kind == BLOCKS.length + 1) {
      return blocks(1, grid.width(), stream);
    }
    return blocks(BLOCKS[kind], BLOCKS[kind], stream);
  }

  /** Blocks of this many rows and columns, the last ones cut off by the edge. */
  private float[] blocks(int rows, int columns, RandomStream stream) {
    float[] change = new float[grid.channels() * grid.height() * grid.width()];
    for (int channel = 0; channel < grid.channels(); channel++) {
      for (int top = 0; top < grid.height(); top += rows) {
        for (int left = 0; left < grid.width(); left += columns) {
          float sign = (float) Bumps.sign(stream);
          for (int row = top; row < Math.min(top + rows, grid.height()); row++) {
            for (int column = left; column < Math.min(left + columns, grid.width()); column++) {
              change[grid.at(channel, row, column)] = sign;
            }
          }
        }
      }
    }
    return change;
  }

  private static float[] bumps(Bumps bumps, RandomStream stream) {
    double[] delta = bumps.tiles(stream);
    double sum = 0;
    for (double value : delta) {
      sum += bumps.power(value);
    }
    float[] change = new float[delta.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = (float) (delta[i] / bumps.root(sum));
    }
    return change;
  }
}

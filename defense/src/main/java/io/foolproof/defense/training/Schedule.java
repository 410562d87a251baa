package io.foolproof.defense.training;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;

/** How the learning rate changes over training. */
public sealed interface Schedule {

  /**
   * The rate as a multiple of the largest.
   *
   * @param progress from 0, the first step, to 1, the last
   */
  double at(double progress);

  /** Always the largest rate. */
  record Constant() implements Schedule {
    @Override
    public double at(double progress) {
      return 1;
    }
  }

  /**
   * Up to the peak over the first quarter of training, then down to almost nothing, both along half
   * a cosine.
   *
   * <p>Smith and Topin: Super-convergence, 2017, arXiv 1708.07120.
   */
  record OneCycle() implements Schedule {
    private static final double RISE = 0.25;
    private static final double START = 1.0 / 25;
    private static final double END = 1e-4;

    @Override
    public double at(double progress) {
      return progress < RISE
          ? between(START, 1, progress / RISE)
          : between(1, END, (progress - RISE) / (1 - RISE));
    }

    private static double between(double from, double to, double fraction) {
      return to + (from - to) * (1 + Math.cos(Math.PI * fraction)) / 2;
    }
  }

  /**
   * Linearly up to the peak, then linearly down to 0.
   *
   * @param rise the fraction of training at which the peak is
   */
  record Triangle(double rise) implements Schedule {
    @Override
    public double at(double progress) {
      return progress < rise ? progress / rise : (1 - progress) / (1 - rise);
    }
  }

  /**
   * A tenth of the rate from each of some points on.
   *
   * @param drops fractions of training, rising
   */
  record Steps(List<Double> drops) implements Schedule {
    /** Checks the fractions. */
    public Steps {
      drops = List.copyOf(drops);
      double last = 0;
      for (double drop : drops) {
        if (!(drop > last && drop < 1)) {
          throw new InvalidInputException(
              "the rate drops at rising fractions of training between 0 and 1; found " + drops);
        }
        last = drop;
      }
    }

    @Override
    public double at(double progress) {
      double rate = 1;
      for (double drop : drops) {
        rate *= progress < drop ? 1 : 0.1;
      }
      return rate;
    }
  }

  /** Down to nothing along half a cosine: Loshchilov and Hutter, 2016, arXiv 1608.03983. */
  record Cosine() implements Schedule {
    @Override
    public double at(double progress) {
      return (1 + Math.cos(Math.PI * progress)) / 2;
    }
  }
}

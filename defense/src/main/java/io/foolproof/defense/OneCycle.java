package io.foolproof.defense;

/**
 * The one-cycle learning rate: up to its peak over the first part of training, then down to almost
 * nothing, both along a half cosine.
 *
 * <p>Smith and Topin: Super-convergence, 2017, arXiv 1708.07120.
 *
 * @param peak the largest rate
 * @param steps how many steps there are in all
 */
record OneCycle(double peak, int steps) {
  private static final double RISE = 0.25;
  private static final double START = 1.0 / 25;
  private static final double END = 1e-4;

  /** The rate of a step, from 0. */
  double at(int step) {
    double progress = (double) step / Math.max(1, steps - 1);
    return progress < RISE
        ? between(START, 1, progress / RISE)
        : between(1, END, (progress - RISE) / (1 - RISE));
  }

  private double between(double from, double to, double share) {
    return peak * (to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2);
  }
}

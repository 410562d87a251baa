package io.foolproof.defense.fitted;

/**
 * All that a classifier by the nearest hull consists of.
 *
 * @param points the setting of {@link HullVote}
 * @param shape of one image, [C, H, W]
 * @param prototypes which span the hulls, sorted by class
 * @param scale of the scores: a class scores by minus this times the squared distance
 */
record HullModel(int points, long[] shape, Prototypes prototypes, double scale) {

  HullModel scaled(double other) {
    return new HullModel(points, shape, prototypes, other);
  }
}

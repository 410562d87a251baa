package io.foolproof.defense.fitted;

/**
 * A way to compute a classifier from images, without gradients. It is a record of its settings,
 * written as those of an attack are: {@code neighbours:k=3:points=2000}.
 */
public sealed interface Fitted permits FittedGraph, HullVote {

  /** What it is, in a line. */
  String summary();

  /** Authors and year. */
  String source();
}

package io.foolproof.certify.bound;

import io.foolproof.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What an activation of n numbers is replaced with in a batch of R functions: lines below and above
 * it. Which one counts is told by the sign of its coefficient; where it may be chosen, an alpha in
 * [0, 1] says which.
 */
interface Lines {
  /**
   * What is left of a function when an activation is replaced by its lines.
   *
   * @param row of coefficients of what the activation takes: [R, n]
   * @param constant [R, 1]
   */
  record Pulled(Tensor row, Tensor constant) {}

  /**
   * Replaces what the activation gives by what it takes.
   *
   * @param r coefficients of what it gives: [R, n]
   * @param alpha [R, n] or [1, n]
   * @param beta multipliers of splits; null where none is split
   */
  Pulled pull(Tensor r, Tensor alpha, @Nullable Tensor beta);

  /**
   * What the lines give: [R, n].
   *
   * @param x what the activation takes: [R, n]
   * @param r coefficients, whose signs choose the lines
   */
  Tensor push(Tensor x, Tensor r, Tensor alpha);

  /** The derivatives of the bound by alpha, with x where the bound is attained: [R, n]. */
  Tensor derivative(Tensor x, Tensor r, Tensor alpha);

  /** 1, -1 or 0: what a split says of the sign of an input; null where none is split. */
  @Nullable Tensor signs();

  /** How much of the bound a split may win: [R, n]; null where there is nothing to split. */
  @Nullable Tensor loss(Tensor x, Tensor r, Tensor alpha);
}

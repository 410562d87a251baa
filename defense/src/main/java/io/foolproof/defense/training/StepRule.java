package io.foolproof.defense.training;

/** How often, and where, a step takes gradients of the weights. */
public sealed interface StepRule {

  /** Once, at the weights. */
  record Once() implements StepRule {}

  /**
   * At weights that were moved first, against training: each tensor of them along its gradient, by
   * a fraction of its length. Biases and other vectors stay.
   *
   * <p>Wu, Xia, Wang: Adversarial weight perturbation helps robust generalization, 2020, arXiv
   * 2004.05884, algorithm 1.
   *
   * @param gamma the fraction
   */
  record PerturbedWeights(double gamma) implements StepRule {}

  /**
   * Several times on the same images, each time with the gradients of weights and of images from
   * one backward pass: the weights move, and so does the perturbation, which stays for the next
   * images.
   *
   * <p>Shafahi et al.: Adversarial training for free!, 2019, arXiv 1904.12843, algorithm 1. The
   * perturbation is zero again when an epoch begins.
   *
   * @param times how often
   */
  record Replays(int times) implements StepRule {}
}

package io.foolproof.certify.net;

/** A step of a network, from values to a value, all of them by their numbers. */
public sealed interface Step {
  /** The number of the value that it gives. */
  int to();

  /** y = W x + b. */
  record Linear(int from, int to, LinearMap map) implements Step {}

  /**
   * y = max(x, 0), elementwise.
   *
   * @param name of the value that it gives, in the file
   */
  record Rectifier(int from, int to, String name) implements Step {}

  /** y = a + b. */
  record Sum(int a, int b, int to) implements Step {}
}

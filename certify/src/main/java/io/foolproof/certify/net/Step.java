package io.foolproof.certify.net;

/** A step of a network, from values to a value, all of them by their numbers. */
public sealed interface Step {
  /** The number of the value that it gives. */
  int to();

  /** y = W x + b. */
  record Linear(int from, int to, LinearMap map) implements Step {}

  /** What is not affine: y = f(x), elementwise, which bounds replace by lines. */
  sealed interface Activation extends Step {
    /** The number of the value that it takes. */
    int from();

    /** The name of the value that it gives, in the file. */
    String name();
  }

  /** y = max(x, 0). */
  record Rectifier(int from, int to, String name) implements Activation {}

  /** y = tanh(x). */
  record Tanh(int from, int to, String name) implements Activation {}

  /** y = a + b, as a 32-bit execution rounds it. */
  record Sum(int a, int b, int to) implements Step {}

  /** y = a + b, which no execution rounds: it is a part of what an operator is made of here. */
  record Join(int a, int b, int to) implements Step {}

  /**
   * y = max(a, b), written as a + excess, where a rectifier gave the excess, max(b - a, 0).
   *
   * <p>So the relaxations, slopes and splits of rectifiers are those of maxima, too.
   */
  record Maximum(int a, int b, int excess, int to) implements Step {}
}

package io.foolproof.checker;

/** A step of a network, from values to a value, all of them by their numbers. */
sealed interface Layer {
  /** The value that it gives. */
  int to();

  /** y = W x + b. */
  record Linear(int from, int to, Affine map) implements Layer {}

  /** y = f(x), elementwise, which is not affine. */
  sealed interface Activation extends Layer {
    int from();

    /** The name of the value that it gives, by which certificates name it. */
    String name();
  }

  /** y = max(x, 0). */
  record Rectifier(int from, int to, String name) implements Activation {}

  /** y = tanh(x). */
  record Curve(int from, int to, String name) implements Activation {}

  /**
   * y = a + b.
   *
   * @param exact whether no execution rounds it, since it is only what an operator is made of here
   * @param rival a value of which it is known that y = max(a, rival); -1 where there is none
   */
  record Sum(int a, int b, int to, boolean exact, int rival) implements Layer {
    static final int NO_RIVAL = -1;
  }
}

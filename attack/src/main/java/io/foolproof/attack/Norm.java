package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How the size of a perturbation is measured: over all values of an image, or over its pixels. */
public enum Norm {
  /** The largest change of any value. */
  LINF("L-inf"),
  /** The Euclidean length. */
  L2("L2"),
  /** The sum of absolute changes. */
  L1("L1"),
  /** How many values change at all. */
  L0("L0"),
  /**
   * How far the pixel moves that moves farthest, in pixels, where an image is bent by a {@link
   * Flow}; two images alone do not say.
   */
  FLOW("flow");

  private final String symbol;

  Norm(String symbol) {
    this.symbol = symbol;
  }

  /** As it is written in text: L-inf, L2, L1, L0, flow. */
  public String symbol() {
    return symbol;
  }

  /** As it is written on the command line: linf, l2, l1, l0, flow. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The norm that measures gradients where this one measures steps: the steepest step of length 1
   * changes a linear function by the dual norm of its gradient.
   *
   * @throws IllegalStateException for L0 and flows, which are no norms in this sense
   */
  public Norm dual() {
    return switch (this) {
      case LINF -> L1;
      case L2 -> L2;
      case L1 -> LINF;
      case L0, FLOW -> throw new IllegalStateException(symbol + " has no dual norm");
    };
  }

  /** The norms whose balls can be stepped in and projected onto: all of values but L0. */
  public static Set<Norm> withBalls() {
    return EnumSet.of(LINF, L2, L1);
  }

  /** The norms of changes of values, which two images tell: all but flows. */
  public static Set<Norm> ofValues() {
    return EnumSet.of(LINF, L2, L1, L0);
  }

  /** That a computation on values was asked about flows, which are no change of values. */
  public static IllegalStateException notOfValues() {
    return new IllegalStateException("a flow is no change of values");
  }

  /** The norm of this {@link #id}. */
  public static Norm parse(String text) {
    for (Norm norm : values()) {
      if (norm.id().equalsIgnoreCase(text) || norm.symbol.equalsIgnoreCase(text)) {
        return norm;
      }
    }
    throw new InvalidInputException(
        "norm '" + text + "' is not known: give one of linf, l2, l1, l0, flow");
  }
}

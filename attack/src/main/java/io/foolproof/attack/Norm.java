package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.Locale;

/** How the size of a perturbation is measured, over all values of an image. */
public enum Norm {
  /** The largest change of any value. */
  LINF("L-inf"),
  /** The Euclidean length. */
  L2("L2"),
  /** The sum of absolute changes. */
  L1("L1");

  private final String symbol;

  Norm(String symbol) {
    this.symbol = symbol;
  }

  /** As it is written in text: L-inf, L2, L1. */
  public String symbol() {
    return symbol;
  }

  /** As it is written on the command line: linf, l2, l1. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The norm of this {@link #id}. */
  public static Norm parse(String text) {
    for (Norm norm : values()) {
      if (norm.id().equalsIgnoreCase(text) || norm.symbol.equalsIgnoreCase(text)) {
        return norm;
      }
    }
    throw new InvalidInputException("norm '" + text + "' is not known: give one of linf, l2, l1");
  }
}

package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How the size of a change of values is measured. */
public enum Norm {
  /** The largest change of any value. */
  LINF("L-inf"),
  /** The Euclidean length. */
  L2("L2"),
  /** The sum of absolute changes. */
  L1("L1"),
  /** How many values change at all. */
  L0("L0"),
  /** How many pixels change at all, in one channel or in all of them. */
  L0_PIXELS("L0 over pixels");

  private final String symbol;

  Norm(String symbol) {
    this.symbol = symbol;
  }

  /** As it is written in text: L-inf, L2, L1, L0, L0 over pixels. */
  public String symbol() {
    return symbol;
  }

  /** As it is written on the command line: linf, l2, l1, l0, l0-pixels. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The norm that measures gradients where this one measures steps: the steepest step of length 1
   * changes a linear function by the dual norm of its gradient.
   *
   * @throws IllegalStateException for L0, of values or pixels, which is no norm in this sense
   */
  public Norm dual() {
    return switch (this) {
      case LINF -> L1;
      case L2 -> L2;
      case L1 -> LINF;
      case L0, L0_PIXELS -> throw new IllegalStateException(symbol + " has no dual norm");
    };
  }

  /** The norms whose balls can be stepped in and projected onto: all of values but L0. */
  public static Set<Norm> withBalls() {
    return EnumSet.of(LINF, L2, L1);
  }

  /** The norms that measure values, whichever pixels they belong to. */
  public static Set<Norm> ofValues() {
    return EnumSet.of(LINF, L2, L1, L0);
  }

  /** The norms that count changes, however large they are. */
  public static Set<Norm> countingChanges() {
    return EnumSet.of(L0, L0_PIXELS);
  }

  /** Whether it counts changes, however large they are. */
  public boolean countsChanges() {
    return countingChanges().contains(this);
  }

  /** The norm of this {@link #id}. */
  public static Norm parse(String text) {
    for (Norm norm : values()) {
      if (norm.id().equalsIgnoreCase(text) || norm.symbol.equalsIgnoreCase(text)) {
        return norm;
      }
    }
    throw new InvalidInputException(
        "norm '" + text + "' is not known: give one of linf, l2, l1, l0, l0-pixels, flow");
  }
}

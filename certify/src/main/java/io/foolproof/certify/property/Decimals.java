package io.foolproof.certify.property;

import java.math.BigDecimal;

/** Decimal numbers as numbers of 64 bits, rounded to a side. */
final class Decimals {
  private Decimals() {}

  static double outwards(BigDecimal exact, boolean up) {
    double nearest = exact.doubleValue();
    int side = new BigDecimal(nearest).compareTo(exact);
    if (up && side < 0) {
      return Math.nextUp(nearest);
    }
    return !up && side > 0 ? Math.nextDown(nearest) : nearest;
  }
}

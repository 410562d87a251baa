package io.foolproof.study;

import java.util.Locale;

/** How much is computed for a study. */
public enum Extent {
  /** Minutes: small samples, one seed. */
  QUICK,
  /** Hours: all test images, large nets, several seeds. */
  FULL;

  /** As it is written on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One of two settings. */
  public int of(int quick, int full) {
    return this == QUICK ? quick : full;
  }
}

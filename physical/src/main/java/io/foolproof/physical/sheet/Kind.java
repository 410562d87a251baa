package io.foolproof.physical.sheet;

import java.util.Locale;

/** What a printed image is. */
public enum Kind {
  /** The image as it was, the control for what printing alone does. */
  CLEAN,
  /** What an attack made of it. */
  ADVERSARIAL,
  /** What an attack made of it that expects transformations (EOT). */
  EOT,
  /** The image with noise as long, in the L2 norm, as the adversarial perturbation: a control. */
  NOISE,
  /** The image with a patch on it. */
  PATCH,
  /** The image with the patch's own pixels, in a random order, at the same place: a control. */
  SHUFFLED;

  /** How files and texts call it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

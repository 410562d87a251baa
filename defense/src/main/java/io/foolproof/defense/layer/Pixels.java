package io.foolproof.defense.layer;

import io.foolproof.tensor.InvalidInputException;

/** Checks settings that are in units of the image's box. */
final class Pixels {
  private Pixels() {}

  /**
   * Refuses a value that is too large, which as a rule was meant in 255ths.
   *
   * @param layer its name
   * @param most the largest value that makes sense
   */
  static void require(String layer, String setting, double value, double most) {
    if (value >= 0 && value <= most) {
      return;
    }
    String meant =
        value > 1 && value <= 255 ? "; %s/255 is %.4f".formatted(value, value / 255) : "";
    throw new InvalidInputException(
        "%s: %s=%s: give a number from 0 to %s, in units of the image's box [0, 1]%s"
            .formatted(layer, setting, value, most == 1 ? "1" : most, meant));
  }
}

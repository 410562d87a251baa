package io.foolproof.defense.layer;

import java.util.Locale;

/** From which epsilon on black and white pixels cross a threshold. */
final class Crossing {
  private Crossing() {}

  /**
   * A sentence.
   *
   * @param fromBlack how far black is from where it becomes something else
   * @param fromWhite the same of white
   */
  static String of(double fromBlack, double fromWhite) {
    return String.format(
        Locale.ROOT,
        "Within an L-inf epsilon below %.4g black stays black, below %.4g white stays white: at a"
            + " larger epsilon this layer protects none of these pixels.",
        fromBlack,
        fromWhite);
  }
}

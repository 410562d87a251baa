package io.foolproof.audit;

import io.foolproof.attack.Features;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;

/**
 * What samples and their values are called in texts.
 *
 * @param one sample
 * @param many samples
 * @param value one of its values
 */
public record Noun(String one, String many, String value) {
  static final Noun IMAGE = new Noun("image", "images", "pixel");
  static final Noun ROW = new Noun("row", "rows", "feature");

  /** Rows where the features of a table change, and otherwise images. */
  public static Noun of(ThreatModel threat) {
    return threat instanceof NormBounded bounded && bounded.admissible() instanceof Features
        ? ROW
        : IMAGE;
  }

  /** Whether the samples are rows of a table. */
  public boolean isRow() {
    return equals(ROW);
  }
}

package io.foolproof.report.ci;

import java.util.Locale;

/** What an audit is checked for in a build. */
enum Rule {
  /** The robust accuracy that a gate requires. */
  GATE("Robust accuracy below what the gate requires"),
  /** Samples that were not fooled in the baseline, or a model that is worse by more than chance. */
  NEWLY_FOOLED("Worse than the baseline"),
  /** Signs that attacks failed for another reason than robustness. */
  MASKED_GRADIENTS("A sign that the robust accuracy is too high"),
  /** A class that is fooled far more often than the others. */
  FRAGILE_CLASS("A class that attacks find easier than the others"),
  /** Images, labels or normalisation that are not those of the model. */
  CLEAN_ACCURACY("A clean accuracy that says the set-up is wrong");

  private final String title;

  Rule(String title) {
    this.title = title;
  }

  /** As it is written in files. */
  String id() {
    return "foolproof/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }
}

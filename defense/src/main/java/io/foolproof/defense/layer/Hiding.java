package io.foolproof.defense.layer;

/**
 * How a defense hides adversarial examples instead of having fewer, and what finds them.
 *
 * <p>Athalye, Carlini, Wagner: Obfuscated gradients give a false sense of security, 2018, arXiv
 * 1802.00420, section 3.
 */
public enum Hiding {
  /** Each evaluation draws anew: attack the mean of many draws. */
  CHANCE("chance", "eot=20"),
  /** Steps are flat almost everywhere: let gradients pass them unchanged. */
  STEPS("steps", "bpda=identity"),
  /** Pixels beyond the ends of a ramp have no gradient: let gradients pass there, too. */
  SATURATION("saturation", "bpda=identity"),
  /** The cross-entropy of large logits is flat: climb a loss that is not. */
  LARGE_LOGITS("large logits", "loss=margin"),
  /** Which units are on changes from point to point: estimate gradients from many differences. */
  WINNERS("winners", "");

  private final String word;
  private final String setting;

  Hiding(String word, String setting) {
    this.word = word;
    this.setting = setting;
  }

  /** The setting of a gradient attack that finds what is hidden; empty where none does. */
  String setting() {
    return setting;
  }

  /** As it is written in texts. */
  @Override
  public String toString() {
    return word;
  }
}

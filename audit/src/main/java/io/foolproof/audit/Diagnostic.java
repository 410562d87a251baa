package io.foolproof.audit;

import java.util.List;

/**
 * A sign that the figures of an audit are not to be believed: that attacks failed for a reason that
 * is not robustness. Athalye, Carlini, Wagner: Obfuscated gradients give a false sense of security,
 * 2018, arXiv 1802.00420; Carlini et al.: On evaluating adversarial robustness, 2019, arXiv
 * 1902.06705.
 *
 * @param id what programs call it, such as {@code one-step-beats-many}
 * @param title what people call it
 * @param state whether it was found
 * @param figure what was measured, in a few characters; empty where nothing was
 * @param sentence what that means here, in plain words
 * @param series the figure over a scale, such as gradient steps; empty for most
 */
public record Diagnostic(
    String id, String title, State state, String figure, String sentence, List<Point> series) {

  /** Whether a sign was found. */
  public enum State {
    /** It was: do not believe the headline figure without reading on. */
    FIRED,
    /** It was looked for and not found. */
    QUIET,
    /** It could not be looked for. */
    NOT_MEASURED
  }

  /**
   * A point of a series.
   *
   * @param fooled the fraction of probes that were fooled
   */
  public record Point(int steps, double fooled) {}

  /** Takes a copy of the series. */
  public Diagnostic {
    series = List.copyOf(series);
  }

  /** Whether it questions the audit itself, and not only the strength of its attacks. */
  public boolean isAboutMoreThanAttacks() {
    return Sign.isAboutMoreThanAttacks(id);
  }

  static Diagnostic of(String id, String title, boolean fired, String figure, String sentence) {
    State state = fired ? State.FIRED : State.QUIET;
    return new Diagnostic(id, title, state, figure, sentence, List.of());
  }

  static Diagnostic notMeasured(String id, String title, String why) {
    return new Diagnostic(id, title, State.NOT_MEASURED, "", why, List.of());
  }
}

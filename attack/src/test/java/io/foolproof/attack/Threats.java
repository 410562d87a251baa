package io.foolproof.attack;

import java.util.stream.Stream;

/** The threat models that tests put attacks under. */
public final class Threats {
  private Threats() {}

  /** Every kind that an attack has a version for, untargeted, with an epsilon of 1. */
  public static Stream<ThreatModel> of(Attack attack) {
    return all().filter(attack::covers);
  }

  /** Every kind, untargeted, with an epsilon of 1. */
  public static Stream<ThreatModel> all() {
    return Stream.of(
        ThreatModel.linf(1),
        ThreatModel.l2(1),
        ThreatModel.l1(1),
        ThreatModel.l0(1),
        ThreatModel.l0Pixels(1),
        ThreatModel.flow(1));
  }
}

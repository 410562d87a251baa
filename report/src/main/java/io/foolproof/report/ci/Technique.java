package io.foolproof.report.ci;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Knowledge;

/** Techniques of MITRE ATLAS that an audit exercises. */
public enum Technique {
  /** By gradients of the model. */
  WHITE_BOX("AML.T0043.000", "Craft Adversarial Data: White-Box Optimization"),
  /** By scores or labels of the model. */
  BLACK_BOX("AML.T0043.001", "Craft Adversarial Data: Black-Box Optimization"),
  /** By other models for the same task. */
  TRANSFER("AML.T0043.002", "Craft Adversarial Data: Black-Box Transfer"),
  /** What all of them are for. */
  EVADE("AML.T0015", "Evade AI Model");

  private final String id;
  private final String title;

  Technique(String id, String title) {
    this.id = id;
    this.title = title;
  }

  /** The technique of an attack. */
  public static Technique of(Attack attack) {
    if (attack.name().equals("transfer")) {
      return TRANSFER;
    }
    return attack.knowledge() == Knowledge.WHITE_BOX ? WHITE_BOX : BLACK_BOX;
  }

  /** As ATLAS has it, such as AML.T0015. */
  public String id() {
    return id;
  }

  /** As ATLAS has it. */
  public String title() {
    return title;
  }
}

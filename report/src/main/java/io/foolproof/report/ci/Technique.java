package io.foolproof.report.ci;

/** Techniques of MITRE ATLAS that an audit exercises. */
enum Technique {
  WHITE_BOX("AML.T0043.000", "Craft Adversarial Data: White-Box Optimization"),
  BLACK_BOX("AML.T0043.001", "Craft Adversarial Data: Black-Box Optimization"),
  TRANSFER("AML.T0043.002", "Craft Adversarial Data: Black-Box Transfer"),
  EVADE("AML.T0015", "Evade AI Model");

  private final String id;
  private final String title;

  Technique(String id, String title) {
    this.id = id;
    this.title = title;
  }

  String id() {
    return id;
  }

  String title() {
    return title;
  }
}

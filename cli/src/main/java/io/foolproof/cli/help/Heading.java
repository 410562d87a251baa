package io.foolproof.cli.help;

/** The headings of a help page, in their order. */
public enum Heading {
  MODEL("Model"),
  DATA("Data"),
  TABLE("Table"),
  THREAT("Threat model"),
  ATTACKS("Attacks"),
  OPTIONS("Options"),
  OUTPUT("Output"),
  GENERAL("General"),
  REMOTE("Model behind a URL");

  private final String text;

  Heading(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}

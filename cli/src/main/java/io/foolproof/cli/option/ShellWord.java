package io.foolproof.cli.option;

/** Words of a command line, as a shell takes them. */
public final class ShellWord {
  private ShellWord() {}

  /** A word in quotes, where it needs them. */
  public static String quoted(String word) {
    return word.matches("[\\w./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

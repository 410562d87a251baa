package io.foolproof.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The command line that a command was started with, as it can be given again. */
final class CommandText {
  private CommandText() {}

  static String of(CommandSpec spec) {
    List<String> words = spec.commandLine().getParseResult().originalArgs();
    return "./foolproof " + String.join(" ", words.stream().map(CommandText::quoted).toList());
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

package io.foolproof.cli;

import io.foolproof.cli.option.ShellWord;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The command line that a command was started with, as it can be given again; without what may be a
 * secret: the values of headers, and what is behind the question mark of a URL.
 */
final class CommandText {
  private static final String HEADER = "--header";
  static final String HIDDEN = "...";

  private CommandText() {}

  static String of(CommandSpec spec) {
    return of(spec.commandLine().getParseResult().originalArgs());
  }

  static String of(List<String> arguments) {
    List<String> words = new ArrayList<>();
    String before = "";
    for (String word : arguments) {
      words.add(ShellWord.quoted(before.equals(HEADER) ? HIDDEN : withoutSecrets(word)));
      before = word;
    }
    return "./foolproof " + String.join(" ", words);
  }

  private static String withoutSecrets(String word) {
    return word.startsWith(HEADER + "=")
        ? HEADER + "=" + HIDDEN
        : word.replaceFirst("(?i)^(https?:[^?#]*[?#]).*", "$1" + HIDDEN);
  }
}

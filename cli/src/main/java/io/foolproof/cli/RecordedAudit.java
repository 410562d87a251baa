package io.foolproof.cli;

import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** An audit that ran before, by the command line that its report holds: {@link CommandText}. */
final class RecordedAudit {
  private RecordedAudit() {}

  /**
   * The audit.
   *
   * @param text the command line
   * @param where it was read, for messages
   * @throws InvalidInputException when it is no audit's, or not whole
   */
  static AuditCommand of(String text, String where) {
    List<String> words = words(text);
    if (words.size() < 2 || !words.get(1).equals(Subcommand.AUDIT.word())) {
      throw new InvalidInputException(
          "%s: has the command '%s', expected an audit's: run the audit again"
              .formatted(where, text));
    }
    if (words.stream().anyMatch(word -> word.endsWith(CommandText.HIDDEN))) {
      throw new InvalidInputException(
          where
              + ": its command has parts that are not written to files, so that it cannot be given again");
    }
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    try {
      ParseResult parsed = Foolproof.commandLine(arguments).parseArgs(arguments);
      return (AuditCommand) parsed.subcommand().commandSpec().userObject();
    } catch (ParameterException e) {
      throw new InvalidInputException(
          "%s: its command cannot be read (%s): run the audit again"
              .formatted(where, e.getMessage()),
          e);
    }
  }

  /** As a shell reads them: what is between single quotes as it is, and a backslash before one. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        quoted = !quoted;
        begun = true;
      } else if (!quoted && c == '\\' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
        begun = true;
      } else if (!quoted && c == ' ') {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}

package io.foolproof.cli;

import io.foolproof.model.remote.QueryBudgetExhausted;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Suggestion;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place that turns errors into messages and exit codes. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {

  @Override
  public int handleParseException(ParameterException error, String[] arguments) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("foolproof: " + message(error));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return Foolproof.BAD_INPUT;
  }

  private static String message(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return firstLine(error.getMessage());
    }
    CommandLine command = error.getCommandLine();
    String word = unmatched.getUnmatched().get(0);
    if (word.startsWith("-")) {
      String name = word.replaceFirst("=.*", "");
      List<String> names = new ArrayList<>();
      for (OptionSpec option : command.getCommandSpec().options()) {
        names.addAll(List.of(option.names()));
      }
      return "Unknown option: '" + name + "'" + Suggestion.of(name, names);
    }
    if (command.getParent() == null) {
      return "there is no command '"
          + word
          + "'"
          + Suggestion.of(word, Subcommand.descriptions().keySet());
    }
    if (!command.getSubcommands().isEmpty()) {
      return "there is no command '"
          + command.getCommandName()
          + " "
          + word
          + "'"
          + Suggestion.of(word, command.getSubcommands().keySet());
    }
    return "unexpected argument '" + word + "'";
  }

  @Override
  public int handleExecutionException(Exception error, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    if (error instanceof InvalidInputException || error instanceof QueryBudgetExhausted) {
      err.println("foolproof: " + Printable.of(String.valueOf(error.getMessage())));
      return Foolproof.BAD_INPUT;
    }
    return failed(error, err);
  }

  /** Runs the command; errors of the JVM, which no handler of exceptions sees, end here too. */
  int run(ParseResult result) {
    try {
      return new CommandLine.RunLast().execute(result);
    } catch (Error e) {
      return failed(e, result.commandSpec().commandLine().getErr());
    }
  }

  private static int failed(Throwable error, PrintWriter err) {
    String exhausted = Exhaustion.message(error);
    if (exhausted != null) {
      err.println("foolproof: " + exhausted);
      return Foolproof.BAD_INPUT;
    }
    err.println(
        "foolproof: internal error: "
            + error.getClass().getSimpleName()
            + ": "
            + firstLine(error.getMessage()));
    if (Boolean.getBoolean("foolproof.debug")) {
      error.printStackTrace(err);
    } else {
      err.println("Set FOOLPROOF_DEBUG=1 to see the stack trace, and please report it.");
    }
    return Foolproof.FAILED;
  }

  private static String firstLine(@Nullable String message) {
    return message == null
        ? "no message"
        : Printable.of(message.lines().findFirst().orElse("no message"));
  }
}

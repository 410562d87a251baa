package io.foolproof.cli;

import io.foolproof.model.remote.QueryBudgetExhausted;
import io.foolproof.tensor.InvalidInputException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The program {@code foolproof}. */
@Command(
    name = "foolproof",
    description = "Finds out how a classifier can be fooled, and proves where it cannot.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      AuditCommand.class,
      AttackCommand.class,
      HullCommand.class,
      TrainCommand.class,
      DataCommand.class,
      InspectCommand.class,
      AttacksCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a gate failed (--fail-under)",
      "2:the arguments, or what they name, cannot be used",
      "3:the program itself failed, or a certificate does not hold"
    })
public final class Foolproof implements Runnable {
  /** All went well. */
  static final int DONE = 0;

  /** The audit ran, and what it found is under the gate. */
  static final int GATE_FAILED = 1;

  /** What the user gave cannot be used. */
  static final int BAD_INPUT = 2;

  /** The program is to blame. */
  static final int FAILED = 3;

  @Spec CommandSpec spec;

  Foolproof() {}

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command line, with one place that turns errors into messages and exit codes. */
  static CommandLine commandLine() {
    return new CommandLine(new Foolproof())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Foolproof::explainArguments)
        .setExecutionExceptionHandler(Foolproof::explain);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give a command, such as: foolproof audit");
  }

  private static int explainArguments(ParameterException error, String[] arguments) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("foolproof: " + firstLine(error.getMessage()));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return BAD_INPUT;
  }

  private static int explain(Exception error, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    if (error instanceof InvalidInputException || error instanceof QueryBudgetExhausted) {
      err.println("foolproof: " + error.getMessage());
      return BAD_INPUT;
    }
    err.println(
        "foolproof: failed, and is itself to blame: "
            + error.getClass().getSimpleName()
            + ": "
            + firstLine(error.getMessage()));
    if (Boolean.getBoolean("foolproof.debug")) {
      error.printStackTrace(err);
    } else {
      err.println("Set FOOLPROOF_DEBUG=1 for the whole story, and please report it.");
    }
    return FAILED;
  }

  private static String firstLine(@org.jspecify.annotations.Nullable String message) {
    return message == null ? "no message" : message.lines().findFirst().orElse("no message");
  }
}

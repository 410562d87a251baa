package io.foolproof.cli;

import io.foolproof.cli.help.HelpPage;
import io.foolproof.cli.help.Version;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code foolproof}. */
@Command(
    name = "foolproof",
    description =
        "Tests image classifiers with adversarial attacks and reports how robust they are.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    exitCodeList = {
      "0:done",
      "1:a gate failed (--fail-under), or a model has not learned its task",
      "2:an argument, or a file that it names, cannot be used, or memory or disk space ran out",
      "3:internal error, or a certificate that does not hold",
      "130:interrupted (Ctrl-C)",
      "134:crash in native code; --isolate refuses model files that cause one"
    })
public final class Foolproof implements Callable<Integer> {
  /** All went well. */
  static final int DONE = 0;

  /** The audit ran, and its robust accuracy is below the gate. */
  static final int GATE_FAILED = 1;

  /** What the user gave cannot be used. */
  static final int BAD_INPUT = 2;

  /** Internal error. */
  static final int FAILED = 3;

  @Spec CommandSpec spec;

  Foolproof() {}

  /** Runs the program and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    Optional<String> problem = OwnJars.problem(System.getenv().getOrDefault(OwnJars.VARIABLE, ""));
    problem.ifPresent(line -> System.err.println("foolproof: " + Printable.of(line)));
    System.exit(problem.isPresent() ? BAD_INPUT : commandLine(arguments).execute(arguments));
  }

  /**
   * Runs the program within another.
   *
   * @param out where it prints
   * @param err where it says what went wrong, in one line
   * @return its exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return commandLine(arguments).setOut(out).setErr(err).execute(arguments);
  }

  /**
   * The command line for these arguments: of all commands it knows the one that they call.
   *
   * @param arguments of which the first may name a command
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine program = new CommandLine(new Foolproof());
    Subcommand called = arguments.length == 0 ? null : Subcommand.named(arguments[0]);
    if (called != null) {
      CommandLine command = new CommandLine(called.make());
      command.getCommandSpec().usageMessage().description(called.description());
      program.addSubcommand(called.word(), command);
    }
    Errors errors = new Errors();
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setHelpSectionKeys(List.of("page"))
        .setHelpSectionMap(Map.of("page", new HelpPage(Subcommand.descriptions())))
        .setExecutionStrategy(errors::run)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  /** Without a command: the usage. */
  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    err.print(new HelpPage(Subcommand.descriptions()).brief(spec));
    err.flush();
    return BAD_INPUT;
  }
}

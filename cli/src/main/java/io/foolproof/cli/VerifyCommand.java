package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.report.TextWrap;
import io.foolproof.report.evidence.Verification;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof verify}: whether an evidence pack holds. */
@Command(
    exitCodeList = {
      "0:the pack holds; this claims no compliance with anything",
      "1:something in it does not hold",
      "2:the pack, or the model, cannot be read",
      "3:internal error"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int DOES_NOT_HOLD = 1;

  @Under(Heading.DATA)
  @Parameters(index = "0", paramLabel = "PACK", description = "file of foolproof evidence")
  Path pack = Path.of("");

  @Under(Heading.MODEL)
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "the ONNX file that it is about (default: the built-in classifier)")
  @Nullable Path model;

  @Mixin DataOptions data = new DataOptions();

  @Spec CommandSpec spec;

  VerifyCommand() {}

  @Override
  public Integer call() {
    Verification.Outcome outcome = Verification.of(pack, file(), images());
    PrintWriter print = spec.commandLine().getOut();
    for (Verification.Check check : outcome.checks()) {
      print.printf("%-15s%s%n", check.what(), Printable.of(check.found()));
    }
    outcome.failures().stream()
        .flatMap(failure -> TextWrap.hanging("FAILED  " + failure, TextWrap.COLUMNS, 8).stream())
        .forEach(print::println);
    if (outcome.holds()) {
      print.print(
          """
          The pack holds. Signs of masked gradients, noise, notes, times, evaluations and
          how the images were chosen are as reported. What it shows and what it does not:
          what-this-shows.md in the pack.
          """);
    } else {
      print.println("The pack does not hold.");
    }
    print.flush();
    return outcome.holds() ? Foolproof.DONE : DOES_NOT_HOLD;
  }

  private Path file() {
    return model == null ? new ModelOptions().path() : model;
  }

  /** The data set, where one was given. */
  private @Nullable Supplier<ImageSet> images() {
    if (!spec.commandLine().getParseResult().hasMatchedOption("--data")) {
      return null;
    }
    return () -> {
      try (Terminal terminal = Terminal.standard()) {
        return data.open(Split.TEST, terminal);
      }
    };
  }
}

package io.foolproof.cli;

import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.audit.baseline.Comparison;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.report.audit.ComparisonText;
import io.foolproof.tensor.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof compare}: two audits with the same settings, sample by sample. */
@Command
final class CompareCommand implements Callable<Integer> {
  @Under(Heading.DATA)
  @Parameters(
      index = "0",
      paramLabel = "BEFORE",
      description = "what to compare with: a baseline, or the folder of an audit's report")
  Path before = Path.of("");

  @Under(Heading.DATA)
  @Parameters(index = "1", paramLabel = "NOW", description = "what to compare, the same")
  Path now = Path.of("");

  @Under(Heading.OUTPUT)
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json")
  String format = "text";

  @Spec CommandSpec spec;

  CompareCommand() {}

  @Override
  public Integer call() {
    if (!format.equals("text") && !format.equals("json")) {
      throw new InvalidInputException("--format is '" + format + "': give text or json");
    }
    Comparison comparison = Comparison.of(BaselineFile.read(before), BaselineFile.read(now));
    PrintWriter print = spec.commandLine().getOut();
    print.print(
        format.equals("json") ? ComparisonText.json(comparison) : ComparisonText.lines(comparison));
    print.flush();
    return Foolproof.DONE;
  }
}

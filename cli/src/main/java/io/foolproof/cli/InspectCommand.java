package io.foolproof.cli;

import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxSummary;
import io.foolproof.model.OnnxValue;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code foolproof inspect}: what is in an ONNX file. */
@Command(
    name = "inspect",
    description = "Shows what an ONNX file holds, and whether it can be attacked.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Mixin ModelOptions models = new ModelOptions();
  @Spec CommandSpec spec;

  InspectCommand() {}

  @Override
  public Integer call() {
    OnnxSummary summary = OnnxModel.read(models.path()).summary();
    PrintWriter out = spec.commandLine().getOut();
    row(out, "file", summary.file());
    row(out, "sha256", summary.sha256());
    row(out, "opset", summary.opset() + " (IR version " + summary.irVersion() + ")");
    row(out, "producer", summary.producer().isEmpty() ? "not stated" : summary.producer());
    for (OnnxValue input : summary.inputs()) {
      row(out, "input", input.toString());
    }
    for (OnnxValue output : summary.outputs()) {
      row(out, "output", output.toString());
    }
    row(out, "parameters", String.format(Locale.ROOT, "%,d", summary.parameters()));
    row(
        out,
        "operators",
        summary.operators().entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", ")));
    row(
        out,
        "unsupported",
        summary.unsupported().isEmpty() ? "none" : String.join(", ", summary.unsupported()));
    out.flush();
    return Foolproof.DONE;
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("%-12s %s%n", name, value);
  }
}

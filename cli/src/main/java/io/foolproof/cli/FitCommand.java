package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.ModelFiles;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.fitted.Fitted;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.model.Classifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.Numbers;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof fit}: a classifier from images, in one step. */
@Command
final class FitCommand implements Callable<Integer> {
  @Mixin DataOptions data = new DataOptions();

  @Under(Heading.MODEL)
  @Parameters(
      paramLabel = "KIND",
      description =
          "what to fit, with settings as of attacks, such as neighbours:k=3; without settings:"
              + " templates, means, lda, qda, synthesis, tangent, hull or neighbours")
  String kind = "";

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "file to write: an ONNX file, but of hull one that Foolproof alone reads")
  Path out = Path.of("");

  @Spec CommandSpec spec;

  FitCommand() {}

  @Override
  public Integer call() {
    Fitted how = FittedModels.parse(kind);
    ModelFile file = ModelFile.writable(out);
    data.requireParts("fit");
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      ImageSet training = data.open(Split.TRAIN, terminal);
      ImageSet validation = data.open(Split.VALIDATION, terminal);
      ImageSet test = data.open(Split.TEST, terminal);
      FittedModels.Result fitted = FittedModels.fit(how, training, validation, workers);
      file.write(fitted.file());
      Classifier model = ModelFiles.open(out, training.shape(), Preprocessing.NONE);
      PrintWriter print = spec.commandLine().getOut();
      print.printf(
          Locale.ROOT,
          "%s (%s)%n%s learned from %,d images%nTest accuracy %.2f %% on %,d images.%n"
              + "Model: %s%n",
          how.summary(),
          how.source(),
          Numbers.count(fitted.learned(), "number"),
          training.size(),
          100 * Accuracy.of(model, test, workers),
          test.size(),
          out);
      print.flush();
    }
    return Foolproof.DONE;
  }
}

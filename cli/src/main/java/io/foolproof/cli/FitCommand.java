package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.DataSource;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.fitted.Fitted;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.InvalidInputException;
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
              + " templates, means, lda, qda, tangent or neighbours")
  String kind = "";

  @Under(Heading.OUTPUT)
  @Option(names = "--out", paramLabel = "FILE", required = true, description = "ONNX file to write")
  Path out = Path.of("");

  @Spec CommandSpec spec;

  FitCommand() {}

  @Override
  public Integer call() {
    Fitted how = FittedModels.parse(kind);
    ModelFile file = ModelFile.writable(out);
    DataSource source = DataSource.of(data.data);
    if (!source.hasSplits()) {
      throw new InvalidInputException(
          data.data
              + " has no training and test part: fit on digits, mnist, fashion-mnist, or an .npz"
              + " with x_train and x_test");
    }
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      ImageSet training = data.open(Split.TRAIN, terminal);
      ImageSet validation = data.open(Split.VALIDATION, terminal);
      ImageSet test = data.open(Split.TEST, terminal);
      FittedModels.Result fitted = FittedModels.fit(how, training, validation, workers);
      file.write(fitted.onnx());
      OnnxClassifier model = OnnxClassifier.load(out);
      PrintWriter print = spec.commandLine().getOut();
      print.printf(
          Locale.ROOT,
          "%s (%s)%n%,d numbers learned from %,d images%nTest accuracy %.2f %% on %,d images.%n"
              + "Model: %s%n",
          how.summary(),
          how.source(),
          fitted.learned(),
          training.size(),
          100 * Accuracy.of(model, test, workers),
          test.size(),
          out);
      print.flush();
    }
    return Foolproof.DONE;
  }
}

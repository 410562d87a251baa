package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.DataSource;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.Trainer;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
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
import picocli.CommandLine.Spec;

/** {@code foolproof train}: a classifier from images. */
@Command
final class TrainCommand implements Callable<Integer> {
  @Mixin DataOptions data = new DataOptions();

  @Under(Heading.MODEL)
  @Option(
      names = "--net",
      paramLabel = "NET",
      defaultValue = "cnn",
      description = "architecture: mlp or cnn")
  String net = "cnn";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "5",
      description = "passes over the training images")
  int epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "seed of weights, order and augmentation")
  long seed;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description =
          "ONNX file to write; training that was interrupted continues from the checkpoint beside"
              + " it")
  Path out = Path.of("");

  @Spec CommandSpec spec;

  TrainCommand() {}

  @Override
  public Integer call() {
    Architecture architecture = Architecture.parse(net);
    Trainer trainer = Trainer.standard(epochs, seed);
    ModelFile file = ModelFile.writable(out);
    DataSource source = DataSource.of(data.data);
    if (!source.hasSplits()) {
      throw new InvalidInputException(
          data.data
              + " has no training and test part: train on digits, mnist, fashion-mnist, or an"
              + " .npz with x_train and x_test");
    }
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      ImageSet training = data.open(Split.TRAIN, terminal);
      ImageSet validation = data.open(Split.VALIDATION, terminal);
      ImageSet test = data.open(Split.TEST, terminal);
      byte[] start = architecture.untrained(training.shape(), training.classes(), seed);
      OnnxModel untrained = OnnxModel.of(start, architecture.id());
      terminal.adviseWhenInterrupted("the same command continues after the last complete epoch");
      byte[] trained = trainer.train(untrained, training, validation, out, workers, terminal);
      file.write(trained);
      Trainer.finished(out);
      OnnxClassifier model = OnnxClassifier.load(out);
      PrintWriter print = spec.commandLine().getOut();
      print.printf(
          Locale.ROOT,
          "Test accuracy %.2f %% on %,d images.%nModel: %s%n",
          100 * Accuracy.of(model, test, workers),
          test.size(),
          out);
      print.flush();
    }
    return Foolproof.DONE;
  }
}

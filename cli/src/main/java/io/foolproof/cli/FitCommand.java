package io.foolproof.cli;

import io.foolproof.audit.Proportion;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.ModelFiles;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.fitted.Fitted;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.defense.fitted.HullVote;
import io.foolproof.defense.fitted.Ridge;
import io.foolproof.defense.fitted.RidgeRegression;
import io.foolproof.model.Classifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.Numbers;
import io.foolproof.report.TextWrap;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof fit}: a classifier from images, in one step; ridge regressions side by side. */
@Command
final class FitCommand implements Callable<Integer> {
  private static final String ROW = "%-10s %11s %9s %9s %9s %9s %9s %9s %9s %9s%n";

  @Mixin DataOptions data = new DataOptions();

  @Under(Heading.MODEL)
  @Parameters(
      paramLabel = "KIND",
      description =
          "what to fit, with settings as of attacks, such as neighbours:k=3; without settings:"
              + " templates, means, ridge, lda, qda, synthesis, tangent, hull or neighbours")
  String kind = "";

  @Option(
      names = "--weights",
      paramLabel = "LIST",
      split = ",",
      description =
          "of ridge, in place of --out: print error, degrees of freedom, gradient and exact distance"
              + " to the decision boundary for each of these weights, such as 0,1e3,1e5")
  List<Double> weights = List.of();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "file to write: an ONNX file, but of hull one that Foolproof alone reads; needed unless"
              + " --weights is given")
  @Nullable Path out;

  @Spec CommandSpec spec;

  FitCommand() {}

  @Override
  public Integer call() {
    Fitted how = FittedModels.parse(kind);
    if (!weights.isEmpty()) {
      return compare(how);
    }
    if (out == null) {
      throw new InvalidInputException(
          "--out is missing: give the file to write, such as --out " + kindName() + ".onnx");
    }
    return write(how, out);
  }

  private String kindName() {
    return kind.split(":", 2)[0];
  }

  private int write(Fitted how, Path target) {
    WholeFile file = WholeFile.writable(target);
    if (how instanceof HullVote && target.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      throw new InvalidInputException(
          target + ": a hull vote is no ONNX graph: give a name that says so, such as hull.fit");
    }
    data.requireParts("fit");
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      DataOptions.Parts parts = data.openParts(terminal);
      ImageSet training = parts.training();
      ImageSet test = parts.test();
      FittedModels.Result fitted = FittedModels.fit(how, training, parts.validation(), workers);
      file.writeIfAbsentOrEqual(fitted.file());
      Classifier model = ModelFiles.open(target, training.shape(), Preprocessing.NONE);
      double accuracy = Accuracy.of(model, test, workers);
      PrintWriter print = spec.commandLine().getOut();
      TextWrap.lines("%s (%s)".formatted(how.summary(), how.source()), TextWrap.COLUMNS)
          .forEach(print::println);
      print.printf(
          Locale.ROOT,
          "%s learned from %,d images%nTest accuracy %.2f %% on %,d images"
              + " (95 %% interval %s).%n"
              + "Model: %s%n",
          Numbers.count(fitted.learned(), "number"),
          training.size(),
          100 * accuracy,
          test.size(),
          Numbers.interval(Proportion.of(accuracy, test.size())),
          target);
      print.flush();
      return Chance.exitCode(spec.commandLine().getErr(), "the model", accuracy, test, "");
    }
  }

  /** Prints what ridge regression with each of the weights does. */
  private int compare(Fitted how) {
    if (!kind.equals("ridge") || out != null) {
      throw new InvalidInputException(
          "--weights compares ridge with several weights, and writes no file: give 'ridge' as the"
              + " KIND, without settings, and no --out; found "
              + how
              + (out == null ? "" : ", --out " + out));
    }
    weights.forEach(Ridge::new);
    data.requireParts("fit");
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      DataOptions.Parts parts = data.openParts(terminal);
      ImageSet training = parts.training();
      ImageSet test = parts.test();
      RidgeRegression ridge = RidgeRegression.of(training, workers);
      PrintWriter print = spec.commandLine().getOut();
      print.printf(
          Locale.ROOT,
          "Ridge regression on %,d images; %,d test images; median exact distance to the decision"
              + " boundary of those correctly classified.%n",
          training.size(),
          test.size());
      print.printf(
          ROW,
          "weight",
          "degrees of",
          "training",
          "test",
          "slope",
          "gradient",
          "L2",
          "L2 in",
          "L-inf",
          "L-inf in");
      print.printf(
          ROW, "", "freedom", "error", "error", "|W|", "of margin", "", "the box", "", "the box");
      for (double weight : weights) {
        print(print, ridge.measure(weight, test, workers));
      }
    }
    return Foolproof.DONE;
  }

  private static void print(PrintWriter print, RidgeRegression.Figures figures) {
    print.printf(
        ROW,
        Numbers.decimal(figures.weight()),
        Numbers.fixed(figures.degreesOfFreedom(), 1),
        Numbers.fixed(100 * figures.trainingError(), 2) + " %",
        Numbers.fixed(100 * figures.testError(), 2) + " %",
        Numbers.decimal(figures.slope()),
        Numbers.decimal(figures.gradient()),
        distance(figures.l2().free()),
        distance(figures.l2().inBox()),
        distance(figures.linf().free()),
        distance(figures.linf().inBox()));
    print.flush();
  }

  /** No boundary in the box at all is a distance without end. */
  private static String distance(double value) {
    return Double.isInfinite(value) ? "infinite" : Numbers.decimal(value);
  }
}

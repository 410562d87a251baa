package io.foolproof.cli;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.audit.Proportion;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.NumberOrFraction;
import io.foolproof.cli.option.ShellWord;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.BatchStatistics;
import io.foolproof.defense.CertifiedAccuracy;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.Threats;
import io.foolproof.defense.recipe.Penalties;
import io.foolproof.defense.recipe.Recipe;
import io.foolproof.defense.recipe.Recipes;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.Training;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.report.Numbers;
import io.foolproof.report.TextWrap;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof train}: a classifier from images. */
@Command
final class TrainCommand implements Callable<Integer> {
  private static final int USUAL_EPOCHS = 5;
  private static final List<Double> USUAL = List.of(0.3);

  /** How many test images are attacked when training is over. */
  private static final int ATTACKED = 1000;

  @Mixin DataOptions data = new DataOptions();

  @Under(Heading.MODEL)
  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      defaultValue = "plain",
      description =
          "how to train: plain; against attacks within epsilon: default, madry, trades, mart, fast,"
              + " free, awp; so that proofs succeed: certified, ibp, crown-ibp, sabr, mtl-ibp"
              + " (docs/training.md)")
  String recipe = "plain";

  @Under(Heading.MODEL)
  @Option(
      names = "--net",
      paramLabel = "NET",
      description =
          "architecture: linear, tiny, mlp, small, medium, cnn, threshold, ramp, deep,"
              + " deep-threshold, resnet or large"
              + " (default: cnn); recipes against attacks have nets of their own")
  @Nullable String net;

  @Under(Heading.MODEL)
  @Option(
      names = "--penalty",
      paramLabel = "PENALTY",
      description =
          "what makes the net flatter, with settings as of attacks, such as gradient:weight=0.1:"
              + " gradient, jacobian, cure, llr, gradalign, squeezing, smoothing, decay, spectral"
              + " or parseval")
  @Nullable String penalty;

  @Under(Heading.MODEL)
  @Option(
      names = "--noise",
      paramLabel = "SIGMA",
      converter = NumberOrFraction.class,
      description =
          "adds normal noise of this standard deviation to training images, anew in every epoch,"
              + " such as 0.25: for classifiers that 'foolproof smooth' is to certify")
  @Nullable Double noise;

  @Under(Heading.THREAT)
  @Option(
      names = "--norm",
      paramLabel = "NORM",
      split = ",",
      description =
          "how a perturbation is measured: linf, l2 or l1, or several of them to withstand each,"
              + " such as linf,l2 (default: linf)")
  List<String> norms = List.of();

  @Under(Heading.THREAT)
  @Option(
      names = "--epsilon",
      paramLabel = "NUMBER",
      split = ",",
      converter = NumberOrFraction.class,
      description =
          "largest perturbation to withstand, such as 0.3 or 8/255 (default: 0.3), one for each"
              + " norm, such as 0.3,2 for linf,l2")
  List<Double> epsilons = List.of();

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "passes over the training images (default: 5)")
  @Nullable Integer epochs;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description =
          "in place of epochs: as many steps as fit into this time, counted once when training"
              + " begins")
  @Nullable Double minutes;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = "largest learning rate (default: that of the recipe)")
  @Nullable Double rate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images in a step (default: that of the recipe)")
  @Nullable Integer batch;

  @Option(
      names = "--growth",
      paramLabel = "FRACTION",
      description =
          "fraction of training over which epsilon grows from 0 (default: that of the recipe)")
  @Nullable Double growth;

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
    Recipes chosen = Recipes.parse(recipe);
    Threats threats = threats(chosen);
    Recipe against = chosen.against(threats);
    Architecture architecture = net == null ? against.net() : Architecture.parse(net);
    Training training = adjusted(against.training());
    Trainer trainer = new Trainer(training, length(), seed);
    // What was begun may have been written before its checkpoint was removed.
    WholeFile file =
        Trainer.wasBegun(out) && trainer.hasWritten(out)
            ? WholeFile.writable(out)
            : WholeFile.absent(out);
    data.requireParts("train");
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      DataOptions.Parts parts = data.openParts(terminal);
      ImageSet images = parts.training();
      byte[] random =
          architecture.untrained(images.shape(), images.classes(), seed, threats, against.spread());
      byte[] start = BatchStatistics.measured(random, architecture.id(), images);
      OnnxModel untrained = OnnxModel.of(start, architecture.id());
      terminal.adviseWhenInterrupted("the same command continues after the last complete epoch");
      file.writeIfAbsentOrEqual(
          trainer.train(untrained, images, parts.validation(), out, workers, terminal));
      Trainer.finished(out);
      if (!against.differs().isEmpty()) {
        print("The recipe %s differs from its paper: %s.".formatted(recipe, against.differs()));
      }
      return report(training, OnnxClassifier.load(out), parts.test(), workers);
    }
  }

  private Threats threats(Recipes chosen) {
    if (!chosen.isAdversarial() && !(norms.isEmpty() && epsilons.isEmpty() && growth == null)) {
      throw new InvalidInputException(
          "the recipe 'plain' trains against nobody: give --recipe default, or leave --epsilon,"
              + " --norm and --growth out");
    }
    List<Norm> measured =
        norms.isEmpty() ? List.of(Norm.LINF) : norms.stream().map(Norm::parse).toList();
    List<Double> largest = epsilons.isEmpty() && measured.size() == 1 ? USUAL : epsilons;
    if (largest.size() != measured.size()) {
      throw new InvalidInputException(
          "--epsilon has %s for %s: give one for each, such as --norm linf,l2 --epsilon 0.3,2"
              .formatted(
                  Numbers.count(largest.size(), "number"), Numbers.count(measured.size(), "norm")));
    }
    return new Threats(
        IntStream.range(0, measured.size())
            .mapToObj(i -> new NormBounded(measured.get(i), largest.get(i), new Goal.Untargeted()))
            .toList());
  }

  private Training adjusted(Training training) {
    Training.Descent descent = training.descent();
    descent = rate == null ? descent : descent.withRate(rate);
    descent = batch == null ? descent : descent.withBatch(batch);
    Training adjusted = training.with(descent);
    adjusted = noise == null ? adjusted : noisy(adjusted, noise);
    adjusted = penalty == null ? adjusted : Penalties.added(penalty, adjusted);
    return growth == null ? adjusted : adjusted.withGrowth(growth);
  }

  private static Training noisy(Training training, double sigma) {
    if (training.adversary() != null) {
      throw new InvalidInputException(
          "--noise goes with the recipe 'plain', found '%s': leave one of them out"
              .formatted(training.recipe()));
    }
    if (!(sigma > 0)) {
      throw new InvalidInputException(
          "--noise is " + sigma + ": give a standard deviation above 0, such as 0.25");
    }
    return training.with(training.augmentation().withNoise(sigma));
  }

  private Length length() {
    if (epochs != null && minutes != null) {
      throw new InvalidInputException("--epochs and --minutes exclude each other: give one");
    }
    return minutes == null
        ? new Length.Epochs(epochs == null ? USUAL_EPOCHS : epochs)
        : new Length.Minutes(minutes);
  }

  /** Measures what was written on images that training never saw. */
  private int report(Training training, OnnxClassifier model, ImageSet test, Workers workers) {
    double clean = Accuracy.of(model, test, workers);
    print(
        "Test accuracy %s of %,d images%s."
            .formatted(percent(clean), test.size(), interval(clean, test.size())));
    Threats threats = training.threats();
    if (threats != null && training.loss().isBounded()) {
      double epsilon = threats.linfEpsilon();
      double certified = CertifiedAccuracy.of(model, test, epsilon, DType.FLOAT64, workers);
      print(
          "Interval bounds keep the label of %s%s within %s (64 bits, no certificate). Prove it:"
              .formatted(percent(certified), interval(certified, test.size()), threats.text()));
      command("prove", "--epsilon " + epsilon);
    }
    if (threats != null) {
      ImageSet some = test.first(Math.min(ATTACKED, test.size()));
      Pgd attack = Pgd.standard();
      double robust = RobustAccuracy.of(model, some, attack, threats, seed, workers);
      print(
          "Under PGD (%d steps, %s) %s of %,d images%s%s; other attacks fool more:"
              .formatted(
                  attack.steps(),
                  threats.text(),
                  percent(robust),
                  some.size(),
                  interval(robust, some.size()),
                  threats.each().size() == 1 ? "" : ", in whichever norm fools them"));
      for (NormBounded threat : threats.each()) {
        String norm = threat.norm() == Norm.LINF ? "" : "--norm " + threat.id() + " ";
        command("audit", norm + "--epsilon " + threat.epsilon() + " --attacks plus");
      }
    }
    print("Model: " + out);
    return Chance.exitCode(
        spec.commandLine().getErr(),
        "the net",
        clean,
        test,
        "; train for longer, or give another --rate");
  }

  private void print(String text) {
    PrintWriter print = spec.commandLine().getOut();
    TextWrap.lines(text, TextWrap.COLUMNS).forEach(print::println);
    print.flush();
  }

  /** A command that goes on from here, to be copied. */
  private void command(String name, String options) {
    PrintWriter print = spec.commandLine().getOut();
    String file = Printable.of(ShellWord.quoted(out.toString()));
    print.println("  foolproof " + name + " " + file + data.written() + " " + options);
    print.flush();
  }

  private static String percent(double fraction) {
    return Numbers.fixed(100 * fraction, 2) + " %";
  }

  private static String interval(double fraction, int images) {
    return " (95 % interval " + Numbers.interval(Proportion.of(fraction, images)) + ")";
  }
}

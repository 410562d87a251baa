package io.foolproof.cli;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.option.ThreatOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.detector.AdaptiveAttack;
import io.foolproof.defense.detector.Detector;
import io.foolproof.defense.detector.DetectorResult;
import io.foolproof.defense.detector.DetectorTrial;
import io.foolproof.defense.detector.Detectors;
import io.foolproof.defense.detector.JointAttack;
import io.foolproof.defense.detector.MatchingAttack;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.TextWrap;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof detect}: what detectors of adversarial images are worth. */
@Command
final class DetectCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 200;

  /** Images that tell whether a model answers with numbers at all. */
  private static final int SOME = 24;

  /** The column of what is said, behind its name. */
  private static final int VALUE = 19;

  /** Clean images that set a threshold: enough for 5 % to be within half a per cent. */
  private static final int VALIDATION = 2_000;

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();
  @Mixin ThreatOptions threats = new ThreatOptions();

  @Under(Heading.MODEL)
  @Option(
      names = "--detector",
      paramLabel = "DETECTOR",
      description =
          "detector with its settings, such as squeezing:bits=1:window=2: squeezing, dimension,"
              + " mahalanobis, odds or hull; may be given several times (default: all)")
  List<String> detectors = List.of();

  @Under(Heading.MODEL)
  @Option(
      names = "--false-alarms",
      paramLabel = "FRACTION",
      defaultValue = "0.05",
      description = "fraction of clean validation images that the threshold may raise alarms on")
  double falseAlarms = 0.05;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--attack",
      paramLabel = "ATTACK",
      defaultValue = "pgd",
      description =
          "the attack that does not know the detector, with settings, such as pgd:steps=100")
  String attack = "pgd";

  @Under(Heading.ATTACKS)
  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "rounds of the attack that knows the detector, of 50 steps each; 0 leaves it out, and its"
              + " figures are not measured")
  int rounds = 8;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "folder of detectors.csv and of scores.csv, from which ROC curves can be drawn")
  @Nullable Path out;

  @Spec CommandSpec spec;

  DetectCommand() {}

  @Override
  public Integer call() {
    models.checkForImages();
    List<Detector> chosen =
        detectors.isEmpty() ? Detectors.all() : detectors.stream().map(Detectors::parse).toList();
    Attack plain = Attacks.parse(attack);
    if (rounds < 0) {
      throw new InvalidInputException(
          "--rounds is %d: give 0 or more, such as 8".formatted(rounds));
    }
    data.requireParts("detect");
    data.useUnitsOf(models.preprocessing());
    ThreatModel threat = threats.threat();
    OutputFolder folder = out == null ? null : new OutputFolder(out);
    if (folder != null) {
      folder.checkWritable();
    }
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      ImageSet test = samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number);
      ImageSet clean = data.open(Split.VALIDATION, terminal);
      ImageSet validation = clean.sample(Math.min(VALIDATION, clean.size()), seed.number);
      ImageSet training = data.open(Split.TRAIN, terminal);
      DifferentiableClassifier opened = models.open(models.path(), test);
      // Rounding and clipping would stop attacks that know the detector, and make it look perfect.
      DifferentiableClassifier model =
          opened instanceof OnnxClassifier graph ? RobustAccuracy.passing(graph) : opened;
      double accuracy = requireClassifies(model, test, workers);
      List<AdaptiveAttack> adaptive = new ArrayList<>();
      if (rounds != 0) {
        adaptive.add(JointAttack.standard().withRounds(rounds));
        adaptive.add(MatchingAttack.towards(model, training, workers));
      }
      DetectorTrial trial =
          new DetectorTrial(
              model,
              training,
              validation,
              test,
              threat,
              plain,
              adaptive,
              falseAlarms,
              seed.number,
              workers);
      PrintWriter print = spec.commandLine().getOut();
      wrapped(
          print,
          "%s: %s of %s, %s %s, attacked where classified correctly (%s)."
              .formatted(
                  Printable.of(model.name()),
                  Numbers.count(test.size(), "image"),
                  test.name(),
                  threat.symbol(),
                  Numbers.decimal(threat.epsilon()),
                  Numbers.percent(accuracy)));
      if (model != opened) {
        wrapped(print, "Gradients of attacks pass where the model rounds or clips images.");
      }
      wrapped(
          print,
          "Thresholds: at most %s false alarms on %s clean validation images."
              .formatted(Numbers.percent(falseAlarms), Numbers.count(validation.size())));
      wrapped(
          print,
          "An attack succeeds on an image where what it finds is misclassified and not detected.");
      List<DetectorResult> results = new ArrayList<>();
      for (Detector detector : chosen) {
        terminal.note(
            "detector %d of %d: %s: fitted and attacked"
                .formatted(results.size() + 1, chosen.size(), DetectorTables.settings(detector)));
        DetectorResult result = trial.of(detector);
        results.add(result);
        print(print, result);
      }
      if (folder != null) {
        folder.write("detectors.csv", DetectorTables.summary(results));
        folder.write("scores.csv", DetectorTables.scores(results, test));
        print.printf("%nTables: %s%n", Printable.of(folder.folder().toString()));
      }
      print.flush();
    }
    return Foolproof.DONE;
  }

  private void print(PrintWriter print, DetectorResult result) {
    print.println();
    wrapped(
        print,
        "%s: %s (%s)"
            .formatted(
                DetectorTables.settings(result.detector()),
                result.detector().summary(),
                result.detector().source()));
    row(print, "Threshold", Numbers.decimal(result.threshold().value()));
    row(
        print,
        "False alarms",
        fraction(result.falseAlarms(), result.clean().length) + " clean test images");
    attacked(print, "Plain attack", result.plain());
    attacked(print, "Adaptive attack", result.adaptive());
    print.flush();
  }

  private static void attacked(
      PrintWriter print, String name, DetectorResult.@Nullable Attacked attacked) {
    if (attacked == null) {
      row(print, name, "not measured");
      return;
    }
    row(print, name, "succeeds on " + fraction(attacked.undetected(), attacked.attacked()));
    row(
        print,
        "",
        attacked.misclassified() == 0
            ? "no image misclassified: within this epsilon nothing was found that a detector"
                + " could miss"
            : "detected: %s misclassified; AUC %s"
                .formatted(
                    fraction(attacked.detected(), attacked.misclassified()),
                    Numbers.fixed(attacked.auc(), 3)));
  }

  private static String fraction(int count, int total) {
    Proportion proportion = new Proportion(count, total);
    return "%s (95 %% interval %s), %d of %d"
        .formatted(Numbers.percent(proportion), Numbers.interval(proportion), count, total);
  }

  private static void row(PrintWriter print, String name, String text) {
    String head = name;
    for (String line : TextWrap.lines(text, TextWrap.COLUMNS - VALUE)) {
      print.printf("  %-16s %s%n", head, line);
      head = "";
    }
  }

  private static void wrapped(PrintWriter print, String text) {
    TextWrap.lines(text, TextWrap.COLUMNS).forEach(print::println);
  }

  /** The accuracy, of a model of which there is something to attack. */
  private static double requireClassifies(
      DifferentiableClassifier model, ImageSet test, Workers workers) {
    FiniteLogits.require(model, test.tensor(IntStream.range(0, test.size()).limit(SOME).toArray()));
    double accuracy = Accuracy.of(model, test, workers);
    if (accuracy == 0) {
      throw new InvalidInputException(
          "%s classifies none of the %d images of %s correctly: there is nothing to attack"
              .formatted(model.name(), test.size(), test.name()));
    }
    return accuracy;
  }
}

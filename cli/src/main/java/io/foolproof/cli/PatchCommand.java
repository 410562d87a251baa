package io.foolproof.cli;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.patch.PatchPlan;
import io.foolproof.audit.patch.PatchResult;
import io.foolproof.audit.patch.PatchStudy;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.LooksOptions;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.physical.patch.Places;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.TextWrap;
import io.foolproof.report.physical.PatchReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.transform.View;
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

/** {@code foolproof patch}: patches that fool on every image, measured on others. */
@Command
final class PatchCommand implements Callable<Integer> {
  private static final int USUAL_MAKING = 2000;
  private static final int USUAL_MEASURED = 2000;

  /** The longest name in a column of figures. */
  private static final int NAME = 30;

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();

  @Under(Heading.DATA)
  @Option(
      names = "--making",
      paramLabel = "N",
      description =
          "training images that patches are made from: the first N (default: 2,000, or all where"
              + " there are fewer)")
  @Nullable Integer making;

  @Under(Heading.MODEL)
  @Option(
      names = "--also",
      paramLabel = "FILE",
      split = ",",
      description = "other models, as ONNX files, that the patches are tried on: do they transfer?")
  List<Path> also = new ArrayList<>();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--side",
      paramLabel = "LIST",
      split = ",",
      defaultValue = "8",
      description = "sides of the patches, in pixels; several give a curve, such as 6,8,10,12")
  List<Integer> sides = List.of(8);

  @Under(Heading.ATTACKS)
  @Option(
      names = "--target",
      paramLabel = "CLASS",
      defaultValue = "all",
      description = "class to reach: its number, all (a patch for each), or none (any wrong class)")
  String target = "all";

  @Under(Heading.ATTACKS)
  @Option(
      names = "--place",
      paramLabel = "PLACE",
      defaultValue = "any",
      description =
          "any; the row and column of the patch's upper left pixel, such as 10,10; or best, the best"
              + " of a grid of places")
  String place = "any";

  @Under(Heading.ATTACKS)
  @Option(
      names = "--angle",
      paramLabel = "DEGREES",
      defaultValue = "20",
      description = "the patch is turned by as much at most, either way")
  double angle = 20;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--size",
      paramLabel = "FRACTION",
      defaultValue = "0.1",
      description = "the patch is larger or smaller by this fraction at most")
  double size = 0.1;

  @Under(Heading.ATTACKS)
  @Option(names = "--round", description = "circles rather than squares")
  boolean round;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--view",
      paramLabel = "VIEW",
      defaultValue = "none",
      description = "how images with the patch on them are seen, such as phone-photo")
  String view = "none";

  @Mixin LooksOptions looks = new LooksOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "300",
      description = "steps of ascent, of 48 images each")
  int steps = 300;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "foolproof-report/patch",
      description =
          "folder of the patches and the report; a run that was interrupted continues there")
  Path out = Path.of("");

  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  PatchCommand() {}

  @Override
  public Integer call() {
    models.checkForImages();
    data.requireParts("make patches");
    data.useUnitsOf(models.preprocessing());
    boolean best = place.equals("best");
    Places places = new Places(angle, size, null).at(best ? "any" : place);
    View seen = View.parse(view);
    OutputFolder output = new OutputFolder(out);
    output.checkWritable();
    output.requireOwn("index.html", "patch.png", "patch.json", "patches.csv");
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet train = data.open(Split.TRAIN, terminal);
      ImageSet measured = samples.of(data.open(Split.TEST, terminal), USUAL_MEASURED, seed.number);
      try (OnnxClassifier model = models.load(models.path(), measured)) {
        List<@Nullable Integer> targets = targets(model.classes());
        PatchAttack attack =
            new PatchAttack(
                sides.get(0),
                round,
                targets.get(0),
                places,
                seen,
                looks.looks(),
                steps,
                48,
                0.1,
                seed.number);
        List<OnnxClassifier> others = new ArrayList<>();
        try {
          also.forEach(file -> others.add(models.load(file, measured)));
          PatchPlan plan =
              new PatchPlan(
                  model,
                  making(train),
                  measured,
                  attack,
                  sides,
                  targets,
                  best,
                  List.copyOf(others));
          PatchResult result =
              PatchStudy.run(
                  plan, out.resolve(Journal.FILE), fresh.fresh, output::removeFormer, terminal);
          PatchReport.write(result, ReportContext.here(Version.text(), CommandText.of(spec)), out);
          print(result);
        } finally {
          others.forEach(OnnxClassifier::close);
        }
      }
    }
    return Foolproof.DONE;
  }

  private ImageSet making(ImageSet train) {
    if (making == null) {
      return train.first(Math.min(USUAL_MAKING, train.size()));
    }
    if (making < 1 || making > train.size()) {
      throw new InvalidInputException(
          "--making is %d: give a number from 1 to %d, which is how many training images %s has"
              .formatted(making, train.size(), train.name()));
    }
    return train.first(making);
  }

  private List<@Nullable Integer> targets(int classes) {
    List<@Nullable Integer> targets = new ArrayList<>();
    switch (target) {
      case "all" -> IntStream.range(0, classes).forEach(targets::add);
      case "none" -> targets.add(null);
      default -> targets.add(number(classes));
    }
    return targets;
  }

  private int number(int classes) {
    int number;
    try {
      number = Integer.parseInt(target);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "--target is '" + target + "', expected the number of a class, all or none", e);
    }
    if (number < 0 || number >= classes) {
      throw new InvalidInputException(
          "--target is %s, and the model has classes 0 to %d".formatted(target, classes - 1));
    }
    return number;
  }

  private void print(PatchResult result) {
    PrintWriter print = spec.commandLine().getOut();
    for (int side : result.plan().sides()) {
      PatchResult.Made best = result.best(side);
      print.printf(
          "Side %d, towards %s, on %s:%n",
          side,
          best.patch().target() == null ? "any wrong class" : "class " + best.patch().target(),
          Numbers.count(best.rates().images(), "image"));
      row(print, "Patch", best.rate(Cover.PATCH));
      row(print, "Shuffled", best.rate(Cover.SHUFFLED));
      row(print, "Random", best.rate(Cover.RANDOM));
      row(print, "White", best.rate(Cover.WHITE));
      row(print, "Black", best.rate(Cover.BLACK));
      row(print, "Nothing", best.rate(Cover.NOTHING));
      for (int k = 0; k < also.size(); k++) {
        String other = Printable.of(result.plan().also().get(k).name());
        row(print, "Patch on " + other, best.also(k, Cover.PATCH));
        row(print, "Shuffled on " + other, best.also(k, Cover.SHUFFLED));
        row(print, "Clean accuracy of " + other, best.alsoClean(k));
      }
      row(print, "Clean accuracy", best.clean());
      String caution = PatchReport.caution(best);
      if (!caution.isEmpty()) {
        TextWrap.lines(caution + ".", TextWrap.COLUMNS).forEach(print::println);
      }
    }
    if (result.plan().targets().size() > 1) {
      print.println("Of each side, the patch that fools most of its targets.");
    }
    print.println("Report: " + Printable.of(out.resolve("index.html").toString()));
    print.flush();
  }

  private static void row(PrintWriter print, String what, Proportion rate) {
    String name = what;
    if (name.length() > NAME) {
      TextWrap.lines(name, TextWrap.COLUMNS - 2).forEach(line -> print.println("  " + line));
      name = "";
    }
    print.printf(
        "  %-30s %8s  (95 %% interval %s)%n", name, Numbers.percent(rate), Numbers.interval(rate));
  }
}

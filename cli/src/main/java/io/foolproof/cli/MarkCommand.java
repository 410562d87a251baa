package io.foolproof.cli;

import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.mark.MarkPlan;
import io.foolproof.audit.mark.MarkResult;
import io.foolproof.audit.mark.MarkStudy;
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
import io.foolproof.data.ImageShape;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.physical.mark.MarkAttack;
import io.foolproof.physical.mark.Marked;
import io.foolproof.physical.mark.Marking;
import io.foolproof.physical.mark.Mask;
import io.foolproof.physical.mark.Sticker;
import io.foolproof.physical.mark.Strokes;
import io.foolproof.physical.sheet.AttackedImages;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.TextWrap;
import io.foolproof.report.physical.MarkReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.transform.View;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof mark}: stickers and pen strokes on single images. */
@Command
final class MarkCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 100;

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--sticker",
      paramLabel = "MASK",
      description =
          "a sticker where it may be: ROW,COLUMN,HEIGHT,WIDTH of a box, or a PNG file of the images'"
              + " size in which those pixels are white")
  @Nullable String sticker;

  @Under(Heading.ATTACKS)
  @Option(names = "--strokes", paramLabel = "N", description = "so many strokes of a pen, anywhere")
  @Nullable Integer strokes;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      defaultValue = "2",
      description = "width of the pen")
  double width = 2;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--length",
      paramLabel = "PIXELS",
      description = "length of a stroke at most (default: half of the image's shorter side)")
  @Nullable Double length;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--ink",
      paramLabel = "PIXEL",
      defaultValue = "1",
      description = "pixel that the pen leaves: 1, the lightest, as digits are, or 0")
  int ink = 1;

  @Mixin LooksOptions looks = new LooksOptions();

  @Under(Heading.ATTACKS)
  @Option(
      names = "--target",
      paramLabel = "CLASS",
      description = "class to reach (default: any wrong one)")
  @Nullable Integer target;

  @Under(Heading.ATTACKS)
  @Option(
      names = "--view",
      paramLabel = "VIEW",
      defaultValue = "phone-photo",
      description = "how marked images are seen, such as phone-photo, scan or none")
  String view = "phone-photo";

  @Under(Heading.ATTACKS)
  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "80",
      description = "steps of ascent, of six marks at a time by four draws each")
  int steps = 80;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "foolproof-report/mark",
      description =
          "folder of the report and of adversarial.npz, which 'foolproof print' takes; a run that"
              + " was interrupted continues there")
  Path out = Path.of("");

  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  MarkCommand() {}

  @Override
  public Integer call() {
    models.checkForImages();
    data.useUnitsOf(models.preprocessing());
    View seen = View.parse(view);
    requireOneMarking();
    OutputFolder output = new OutputFolder(out);
    output.checkWritable();
    output.requireOwn("index.html", AttackedImages.FILE);
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet images = samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number);
      Marking marking = marking(new ImageShape(images.channels(), images.height(), images.width()));
      try (OnnxClassifier model = models.load(models.path(), images)) {
        MarkAttack usual = MarkAttack.usual(marking, target, seen, seed.number);
        MarkAttack attack =
            new MarkAttack(
                marking, target, seen, usual.starts(), usual.draws(), steps, seed.number);
        MarkResult result =
            MarkStudy.run(
                new MarkPlan(model, images, attack),
                out.resolve(Journal.FILE),
                fresh.fresh,
                output::removeFormer,
                terminal);
        MarkReport.write(result, ReportContext.here(Version.text(), CommandText.of(spec)), out);
        print(result);
      }
    }
    return Foolproof.DONE;
  }

  private void requireOneMarking() {
    if ((sticker == null) == (strokes == null)) {
      throw new InvalidInputException(
          sticker == null
              ? "neither --sticker nor --strokes is given: give one of them"
              : "both --sticker and --strokes are given: give one of them");
    }
    List<String> others =
        sticker == null
            ? List.of("--smoothness", "--printability", "--palette")
            : List.of("--width", "--length", "--ink");
    for (String option : others) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new InvalidInputException(
            sticker == null
                ? option + " is about stickers: leave it out, or give --sticker for --strokes"
                : option + " is about strokes: leave it out, or give --strokes for --sticker");
      }
    }
  }

  private Marking marking(ImageShape shape) {
    if (sticker == null) {
      double half = Math.min(shape.height(), shape.width()) / 2.0;
      return new Strokes(strokes == null ? 0 : strokes, width, length == null ? half : length, ink);
    }
    return new Sticker(Mask.parse(sticker, shape), looks.looks());
  }

  private void print(MarkResult result) {
    PrintWriter print = spec.commandLine().getOut();
    TextWrap.lines(MarkReport.headline(result) + ".", TextWrap.COLUMNS).forEach(print::println);
    print("Marked", result.draws(Marked::reached), print);
    print("The same at random", result.draws(Marked::scrambledReached), print);
    print("Clean", result.draws(Marked::cleanReached), print);
    print.println("Report: " + Printable.of(out.resolve("index.html").toString()));
    print.flush();
  }

  /** In how many draws these images fool; nothing where none counts. */
  private static void print(String what, Optional<MarkResult.Draws> draws, PrintWriter print) {
    draws.ifPresent(
        found ->
            print.printf(
                "  %-20s %s of draws fool, 95 %% interval %s%n",
                what,
                Numbers.percent(found.mean()),
                Numbers.range(found.interval().low(), found.interval().high())));
  }
}

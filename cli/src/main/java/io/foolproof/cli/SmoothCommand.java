package io.foolproof.cli;

import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.smooth.SmoothPlan;
import io.foolproof.audit.smooth.SmoothResult;
import io.foolproof.audit.smooth.SmoothStudy;
import io.foolproof.certify.smooth.GaussianNoise;
import io.foolproof.certify.smooth.IntegerNoise;
import io.foolproof.certify.smooth.Noise;
import io.foolproof.certify.smooth.Smoothing;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.cli.option.NumberOrFraction;
import io.foolproof.cli.option.SampleOptions;
import io.foolproof.cli.option.SeedOption;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.TextWrap;
import io.foolproof.report.smooth.SmoothReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import io.foolproof.tensor.Workers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof smooth}: what a classifier smoothed by noise is certified to withstand. */
@Command
final class SmoothCommand implements Callable<Integer> {
  private static final int USUAL_SAMPLES = 100;

  @Mixin ModelOptions models = new ModelOptions();
  @Mixin DataOptions data = new DataOptions();
  @Mixin SampleOptions samples = new SampleOptions();

  @Under(Heading.THREAT)
  @Option(
      names = "--sigma",
      paramLabel = "NUMBER",
      required = true,
      converter = NumberOrFraction.class,
      description =
          "standard deviation of the noise, in units of pixels from 0 to 1, such as 0.25 or 64/255:"
              + " the one that the model was trained with")
  double sigma;

  @Under(Heading.THREAT)
  @Option(
      names = "--noise",
      paramLabel = "NOISE",
      description =
          "integer, whose certificates hold for the numbers as they are computed, or gaussian, whose"
              + " do not count rounding errors (default: integer for images of 8 bits)")
  @Nullable String noise;

  @Under(Heading.THREAT)
  @Option(
      names = "--radius",
      paramLabel = "NUMBER",
      converter = NumberOrFraction.class,
      description =
          "the only L2 radius that is asked for: takes as few draws as the answer needs (default: the"
              + " largest radius that all draws show)")
  @Nullable Double radius;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "100000",
      description = "draws of noise for each image; with --radius at most so many")
  int draws;

  @Option(
      names = "--selection",
      paramLabel = "N",
      defaultValue = "100",
      description = "draws before these, which select a class")
  int selection;

  @Option(
      names = "--confidence",
      paramLabel = "NUMBER",
      defaultValue = "0.999",
      description = "of the certificate of each image, between 0 and 1")
  double confidence;

  @Mixin SeedOption seed = new SeedOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "foolproof-report/smooth",
      description = "folder of the report; a run that was interrupted continues there")
  Path out = Path.of("");

  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  SmoothCommand() {}

  @Override
  public Integer call() {
    models.checkForImages();
    data.requireParts("certify");
    Noise.requireSigma(sigma);
    if (noise != null && !noise.equals("integer") && !noise.equals("gaussian")) {
      throw new InvalidInputException(
          "--noise is '" + noise + "': give integer, for images of 8 bits, or gaussian");
    }
    // Checks the numbers before anything is read.
    Smoothing checked =
        new Smoothing(new GaussianNoise(sigma), selection, draws, confidence, seed.number);
    OutputFolder output = new OutputFolder(out);
    output.checkWritable();
    try (Terminal terminal = Terminal.standard();
        Workers workers = new Workers()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet images = samples.of(data.open(Split.TEST, terminal), USUAL_SAMPLES, seed.number);
      boolean whole = noise == null ? images.eightBit() : noise.equals("integer");
      Smoothing smoothing =
          whole
              ? new Smoothing(new IntegerNoise(sigma), selection, draws, confidence, seed.number)
              : checked;
      try (OnnxClassifier model = models.load(models.path(), images)) {
        SmoothResult result =
            SmoothStudy.run(
                new SmoothPlan(model, images, smoothing, radius),
                out.resolve(Journal.FILE),
                fresh.fresh,
                output::removeFormer,
                workers,
                terminal);
        SmoothReport.write(result, ReportContext.here(Version.text(), CommandText.of(spec)), out);
        print(result);
      }
    }
    return Foolproof.DONE;
  }

  private void print(SmoothResult result) {
    PrintWriter print = spec.commandLine().getOut();
    TextWrap.lines(
            "%s, smoothed by %s noise of sigma %s: abstains on %s, certified wrong on %s."
                .formatted(
                    Numbers.count(result.images().size(), "image"),
                    result.plan().smoothing().noise().id(),
                    Numbers.decimal(sigma),
                    Numbers.count(result.abstained().count()),
                    Numbers.count(result.wrong().count())),
            TextWrap.COLUMNS)
        .forEach(print::println);
    print.printf(
        "The model without noise classifies %s correctly; draws: %s.%n",
        Numbers.percent(result.plain()), Numbers.count(result.draws()));
    for (String sentence : SmoothReport.sentences(result)) {
      TextWrap.hanging(sentence, TextWrap.COLUMNS, 2).forEach(print::println);
    }
    print.println("Report: " + Printable.of(out.resolve("index.html").toString()));
    print.flush();
  }
}

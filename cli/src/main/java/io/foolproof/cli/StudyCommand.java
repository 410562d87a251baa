package io.foolproof.cli;

import io.foolproof.audit.Progress;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.option.FreshOption;
import io.foolproof.cli.option.ModelFiles;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.TextWrap;
import io.foolproof.report.study.StudyFiles;
import io.foolproof.report.study.StudyReport;
import io.foolproof.study.Computed;
import io.foolproof.study.Extent;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.claim.Claims;
import io.foolproof.study.claim.Judgement;
import io.foolproof.study.run.Study;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code foolproof study}: the story of extrapolation and its failures, computed anew. */
@Command
final class StudyCommand implements Callable<Integer> {
  private static final int INDENT = 19;

  @Option(names = "--quick", description = "small samples, one seed: minutes (the default)")
  boolean quick;

  @Option(names = "--full", description = "all test images, large nets, several seeds: a night")
  boolean full;

  @Option(
      names = "--only",
      paramLabel = "N",
      split = ",",
      description = "numbers of the figures to compute, such as 6,7 (default: all)")
  List<Integer> only = List.of();

  @Mixin DataOptions data = new DataOptions();

  @Under(Heading.MODEL)
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "ONNX file, or file of a fitted model, of images with pixels from 0 to 1, that the story is"
              + " about (default: a net that is trained)")
  @Nullable Path model;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "seed of all random numbers")
  long seed;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "folder of the page; a study that was interrupted continues there (default:"
              + " foolproof-report/study-SET-EXTENT)")
  @Nullable Path out;

  @Mixin FreshOption fresh = new FreshOption();

  @Spec CommandSpec spec;

  StudyCommand() {}

  @Override
  public Integer call() {
    if (quick && full) {
      throw new InvalidInputException("--quick and --full: give one of them");
    }
    if (model != null && !Files.exists(model)) {
      throw new InvalidInputException(model + ": there is no such file");
    }
    data.requireParts("study");
    Study.requireFigures(only);
    Extent extent = full ? Extent.FULL : Extent.QUICK;
    Path folder = out == null ? usualFolder(extent) : out;
    new OutputFolder(folder).checkWritable();
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted(fresh.advice());
      ImageSet test = data.open(Split.TEST, terminal);
      try (DifferentiableClassifier opened = opened(test)) {
        return study(
            new StudyPlan(
                data.open(Split.TRAIN, terminal),
                data.open(Split.VALIDATION, terminal),
                test,
                opened,
                extent,
                seed),
            folder,
            terminal);
      }
    }
  }

  private @Nullable DifferentiableClassifier opened(ImageSet images) {
    return model == null ? null : ModelFiles.open(model, images.shape(), Preprocessing.NONE);
  }

  private int study(StudyPlan plan, Path folder, Progress progress) {
    OutputFolder output = new OutputFolder(folder);
    // The page of the same study stays until there is another.
    boolean begun = Files.exists(folder.resolve(Study.JOURNAL)) && !fresh.fresh;
    Runnable begin = begun ? () -> {} : output::removeFormer;
    StudyResult result = Study.run(plan, new HashSet<>(only), folder, fresh.fresh, begin, progress);
    List<Judgement> claims = Claims.judge(result);
    ReportContext context = ReportContext.here(Version.text(), CommandText.of(spec));
    output.replaceFormer(
        () -> {
          StudyFiles.write(result, claims, context, folder);
          StudyReport.write(result, claims, context, folder);
        });
    print(result, claims, folder);
    return Foolproof.DONE;
  }

  private void print(StudyResult result, List<Judgement> claims, Path folder) {
    PrintWriter print = spec.commandLine().getOut();
    for (Computed<?> computed : result.figures()) {
      print.printf(
          Locale.ROOT,
          "%2d  %-50s %7.1f s%n",
          computed.figure().number(),
          computed.figure().title(),
          computed.seconds());
    }
    result.leftOut().forEach((number, why) -> print.printf("%2d  left out: %s%n", number, why));
    print.printf(Locale.ROOT, "    %-50s %7.1f s%n%n", "in all", result.seconds());
    for (Judgement judgement : claims) {
      print.printf(
          "%2d  %-14s %s%n",
          judgement.claim().number(), judgement.outcome().words(), judgement.claim().says());
      TextWrap.lines(judgement.found(), TextWrap.COLUMNS - INDENT)
          .forEach(line -> print.println(" ".repeat(INDENT) + line));
    }
    print.println("Study: " + Printable.of(folder.resolve("index.html").toString()));
    print.flush();
  }

  private Path usualFolder(Extent extent) {
    String set = String.valueOf(Path.of(data.data).getFileName()).replaceFirst("\\.\\w+$", "");
    return Path.of("foolproof-report", "study-" + set + "-" + extent.id());
  }
}

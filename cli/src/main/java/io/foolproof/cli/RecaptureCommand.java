package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.help.Version;
import io.foolproof.cli.option.InputOptions;
import io.foolproof.cli.option.IsolateOption;
import io.foolproof.cli.option.ModelOptions;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.physical.photo.PhotoReport;
import io.foolproof.physical.photo.Recapture;
import io.foolproof.physical.photo.Survival;
import io.foolproof.physical.sheet.Cell;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.TextWrap;
import io.foolproof.report.physical.KindRow;
import io.foolproof.report.physical.RecaptureReport;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof recapture}: what survives of an attack in photographs of printed sheets. */
@Command
final class RecaptureCommand implements Callable<Integer> {
  @Under(Heading.DATA)
  @Parameters(
      arity = "1..*",
      paramLabel = "PHOTO...",
      description =
          "photographs of the sheets, as JPEG or PNG, one sheet each; several of one sheet add up")
  List<Path> photos = new ArrayList<>();

  @Under(Heading.DATA)
  @Option(
      names = "--run",
      paramLabel = "FILE",
      required = true,
      description = "the run file that 'foolproof print' wrote beside the PDF")
  Path run = Path.of("");

  @Under(Heading.MODEL)
  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "ONNX file (default: the built-in classifier of the built-in digits)")
  @Nullable Path model;

  @Mixin InputOptions input = new InputOptions();
  @Mixin IsolateOption isolate = new IsolateOption();

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "foolproof-report/recapture",
      description = "folder of the report")
  Path out = Path.of("");

  @Spec CommandSpec spec;

  RecaptureCommand() {}

  @Override
  public Integer call() {
    ModelOptions models = ModelOptions.of(model, input, isolate);
    models.checkForImages();
    for (Path photo : photos) {
      if (!Files.isRegularFile(photo)) {
        throw new InvalidInputException(
            photo + ": there is no such file: give photographs, as JPEG or PNG");
      }
    }
    PrintRun printed = PrintRun.read(run);
    OutputFolder output = new OutputFolder(out);
    output.checkWritable();
    output.requireOwn("index.html", "cells.csv", "palette.txt");
    try (OnnxClassifier classifier = models.load(models.path(), images(printed))) {
      Recapture recapture = new Recapture(printed);
      PrintWriter print = spec.commandLine().getOut();
      for (Path photo : photos) {
        print(recapture.add(photo), print);
      }
      Survival survival = Survival.of(recapture, classifier);
      if (survival.outcomes().stream().noneMatch(Survival.Outcome::isRead)) {
        throw new InvalidInputException(
            "no image was read from %d photograph%s: see above what each shows, and take others"
                .formatted(photos.size(), photos.size() == 1 ? "" : "s"));
      }
      RecaptureReport.write(
          survival, ReportContext.here(Version.text(), CommandText.of(spec)), out);
      print(survival, print);
    }
    return Foolproof.DONE;
  }

  /** What the model is for. */
  private static ImageSet images(PrintRun run) {
    List<Cell> cells = run.cells();
    return ImageSet.of(
        cells.stream().map(Cell::pixels).toArray(float[][]::new),
        cells.stream().mapToInt(Cell::label).toArray(),
        run.shape());
  }

  private static void print(PhotoReport photo, PrintWriter print) {
    String said =
        photo.problem() != null
            ? photo.problem()
            : "page %d, %d images read, %d unknown"
                .formatted(
                    photo.sheet() == null ? 0 : photo.sheet().page(),
                    photo.read(),
                    photo.unknown());
    wrapped(photo.name() + ": " + said, print);
    for (String remark : photo.remarks()) {
      wrapped(photo.name() + ": " + remark, print);
    }
    print.flush();
  }

  private void print(Survival survival, PrintWriter print) {
    print.println("Model: " + Printable.of(survival.model()));
    wrapped(RecaptureReport.headline(survival) + ".", print);
    if (survival.readAgain() > 0) {
      wrapped(RecaptureReport.agreement(survival) + ".", print);
    }
    Integer target = survival.run().target();
    for (KindRow row : KindRow.of(survival)) {
      print.println(row.kind() + ": " + row.read() + " read");
      print("Correct from paper", row.correct(), print);
      print("Lost by printing alone", row.lost(), print);
      print("Still fooling", row.surviving(), print);
      print("Destruction rate", row.destroyed(), print);
      if (target != null) {
        print("As class %d: file".formatted(target), row.reached(), print);
        print("As class %d: paper".formatted(target), row.reachedFromPaper(), print);
      }
    }
    print.println("Report: " + Printable.of(out.resolve("index.html").toString()));
    print.flush();
  }

  private static void wrapped(String text, PrintWriter print) {
    TextWrap.lines(text, TextWrap.COLUMNS).forEach(print::println);
  }

  /** A figure with its interval; nothing where there is nothing to count. */
  private static void print(String name, KindRow.Cell figure, PrintWriter print) {
    if (!figure.interval().isEmpty()) {
      print.printf("  %-22s %-21s 95 %% interval %s%n", name, figure.value(), figure.interval());
    }
  }
}

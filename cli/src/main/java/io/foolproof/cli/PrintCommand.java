package io.foolproof.cli;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.cli.option.ShellWord;
import io.foolproof.physical.patch.PatchFile;
import io.foolproof.physical.patch.Places;
import io.foolproof.physical.sheet.AttackedImages;
import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.PatchOn;
import io.foolproof.physical.sheet.PrintPlan;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.physical.sheet.SheetPdf;
import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof print}: sheets of adversarial images and their controls, to be photographed. */
@Command
final class PrintCommand implements Callable<Integer> {
  private static final String SHEETS = "sheets.pdf";

  /** What {@code foolproof recapture} needs to know. */
  static final String RUN = "run.json";

  @Under(Heading.DATA)
  @Parameters(
      paramLabel = "FOLDER",
      description = "what 'foolproof attack --out' wrote: its adversarial images are printed")
  Path folder = Path.of("");

  @Under(Heading.DATA)
  @Option(
      names = "--eot",
      paramLabel = "FOLDER",
      description =
          "what another attack on the same images wrote, one that expects transformations: printed"
              + " in addition")
  @Nullable Path eot;

  @Under(Heading.DATA)
  @Option(
      names = "--patch",
      paramLabel = "FILE",
      description =
          "the patch.json that 'foolproof patch' wrote: the clean images with the patch on them, and"
              + " with its pixels shuffled, are printed in addition")
  @Nullable Path patch;

  @Under(Heading.DATA)
  @Option(
      names = "--place",
      paramLabel = "PLACE",
      description =
          "where the patch is put: any, or the row and column of its upper left pixel, such as 10,10"
              + " (default: where it was put when it was made, turned and scaled as then)")
  @Nullable String place;

  @Option(names = "--paper", paramLabel = "SIZE", defaultValue = "a4", description = "a4 or letter")
  String paper = "a4";

  @Option(
      names = "--pages",
      paramLabel = "N",
      defaultValue = "1",
      description = "sheets to fill, as far as there are images; more make intervals narrower")
  int pages = 1;

  @Option(
      names = "--ink",
      paramLabel = "PIXEL",
      defaultValue = "auto",
      description =
          "pixel that ink stands for: 1, as suits white digits on black, 0, or auto (1 for grey images"
              + " that are mostly black)")
  String ink = "auto";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "seed of the draw of images, of the noise and of their order on paper")
  long seed;

  @Under(Heading.OUTPUT)
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "foolproof-report/print",
      description = "folder of " + SHEETS + " and of " + RUN + ", the key to it")
  Path out = Path.of("");

  @Spec CommandSpec spec;

  PrintCommand() {}

  @Override
  public Integer call() {
    PrintPlan plan = new PrintPlan(Paper.parse(paper), pages, inkIsOne(), seed);
    OutputFolder output = new OutputFolder(out);
    output.checkWritable();
    PrintRun run =
        plan.run(
            AttackedImages.read(folder),
            eot == null ? null : AttackedImages.read(eot),
            patchOn(),
            source());
    requireNoOther(run.id());
    // Not recorded as what a later run in this folder may remove: paper is worth nothing without.
    WholeFile.writable(out.resolve(RUN)).write(run.json().getBytes(StandardCharsets.UTF_8));
    WholeFile.writable(out.resolve(SHEETS)).write(SheetPdf.of(run));
    PrintWriter print = spec.commandLine().getOut();
    print.printf(
        "%d images on %d sheet%s, run %s, in random order.%n",
        run.cells().size(), run.pages(), run.pages() == 1 ? "" : "s", run.id());
    print.println("Print at 100 %: " + Printable.of(out.resolve(SHEETS).toString()));
    print.println("Then photograph each sheet and run:");
    print.println(
        "  foolproof recapture PHOTO... --run "
            + Printable.of(ShellWord.quoted(out.resolve(RUN).toString())));
    print.flush();
    return Foolproof.DONE;
  }

  private @Nullable PatchOn patchOn() {
    if (patch == null) {
      if (place != null) {
        throw new InvalidInputException(
            "--place says where a patch is put: give --patch, or leave --place out");
      }
      return null;
    }
    PatchFile file = PatchFile.read(patch);
    Places places = file.places();
    return new PatchOn(file.patch(), place == null ? places : places.at(place));
  }

  /** Paper that was printed before is worth nothing without its key. */
  private void requireNoOther(String id) {
    Path key = out.resolve(RUN);
    if (!Files.exists(key) && Files.exists(out.resolve(SHEETS))) {
      throw new InvalidInputException(
          "%s: is there already, without the key to it: give another --out, or remove it"
              .formatted(out.resolve(SHEETS)));
    }
    if (Files.exists(key)) {
      String other = PrintRun.read(key).id();
      if (!other.equals(id)) {
        throw new InvalidInputException(
            "%s: is the key to the sheets of run %s, which nobody can read without it: give another --out, or remove it"
                .formatted(key, other));
      }
    }
  }

  private String source() {
    return Stream.of(folder, eot, patch)
        .filter(Objects::nonNull)
        .map(Path::toString)
        .collect(Collectors.joining(" and "));
  }

  private @Nullable Boolean inkIsOne() {
    return switch (ink) {
      case "auto" -> null;
      case "0" -> false;
      case "1" -> true;
      default -> throw new InvalidInputException("--ink is '" + ink + "', expected 0, 1 or auto");
    };
  }
}

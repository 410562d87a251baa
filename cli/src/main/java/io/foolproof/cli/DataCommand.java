package io.foolproof.cli;

import io.foolproof.cli.option.DataOptions;
import io.foolproof.cli.terminal.Terminal;
import io.foolproof.data.ContactSheet;
import io.foolproof.data.DataSource;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.PublishedSet;
import io.foolproof.data.Split;
import io.foolproof.report.Numbers;
import io.foolproof.tensor.InvalidInputException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code foolproof data}: data sets. */
@Command
final class DataCommand implements Runnable {
  @Spec CommandSpec spec;

  DataCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give one of list, fetch and show, such as: foolproof data list");
  }

  @Command(name = "list", description = "Lists the data sets.")
  void list() {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%-14s %s training and %s test images of 28 x 28, built in%n",
        "digits",
        Numbers.count(GeneratedDigits.TRAINING_SIZE),
        Numbers.count(GeneratedDigits.TEST_SIZE));
    for (PublishedSet set : PublishedSet.all()) {
      out.printf("%-14s 60,000 training and 10,000 test images of 28 x 28, from%n", set.id());
      out.printf("%-14s %s%n", "", set.base());
    }
    out.println();
    out.println("Or a path: a folder with one folder of PNG or JPEG images per class, an .npz");
    out.println("with images and labels, an .npy with its labels in a second file, or IDX files.");
    out.flush();
  }

  @Command(
      name = "fetch",
      description = "Downloads a published data set, unless it is there already.")
  void fetch(
      @Parameters(paramLabel = "SET", description = "mnist or fashion-mnist") String set,
      @Option(
              names = "--data-dir",
              paramLabel = "DIR",
              description =
                  "folder with the data sets (default: $FOOLPROOF_DATA, then the user's cache)")
          @Nullable Path dataDir) {
    DataSource source = DataSource.of(set);
    List<String> parts = new ArrayList<>();
    try (Terminal terminal = Terminal.standard()) {
      terminal.adviseWhenInterrupted("the same command continues where it stopped");
      for (Split split : new Split[] {Split.TRAIN_ALL, Split.TEST}) {
        ImageSet images = source.open(split, DataOptions.locations(dataDir, terminal));
        parts.add(Numbers.count(images.size()) + (split == Split.TEST ? " test" : " training"));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: %s images, ready to use%n", set, String.join(" and ", parts));
    out.flush();
  }

  @Command(name = "show", description = "Draws the first test images on a sheet.")
  void show(
      @Mixin DataOptions data,
      @Option(
              names = "--rows",
              paramLabel = "N",
              defaultValue = "10",
              description = "rows of images")
          int rows,
      @Option(
              names = "--columns",
              paramLabel = "N",
              defaultValue = "16",
              description = "images in a row")
          int columns,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              required = true,
              description = "PNG file to write")
          Path out) {
    if (rows < 1 || columns < 1 || (long) rows * columns > 100_000) {
      throw new InvalidInputException(
          "a sheet of "
              + rows
              + " rows and "
              + columns
              + " columns: give 1 or more, and at most"
              + " 100,000 images");
    }
    if (!out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new InvalidInputException(
          out + ": a sheet is a PNG file: give a name that ends in .png");
    }
    ImageSet images;
    try (Terminal terminal = Terminal.standard()) {
      images = data.open(Split.TEST, terminal);
    }
    ContactSheet.write(ContactSheet.render(images, rows, columns, 2), out);
    PrintWriter print = spec.commandLine().getOut();
    print.println("Sheet: " + out);
    print.flush();
  }
}

package io.foolproof.cli;

import io.foolproof.cli.option.ModelOptions;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ci.CiFormat;
import io.foolproof.report.ci.CiReport;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** What an audit leaves for build servers and code hosts. */
final class BuildFiles {
  /** The file that GitHub Actions shows beside a job. */
  private static final String SUMMARY = "GITHUB_STEP_SUMMARY";

  private BuildFiles() {}

  /** Writes these formats; annotations are printed, too, and a job's summary is added to. */
  static void write(Set<CiFormat> formats, CiReport report, Path folder, PrintWriter print) {
    for (CiFormat format : formats) {
      format.write(report, new OutputFolder(folder));
    }
    if (formats.contains(CiFormat.GITHUB)) {
      print.print(CiFormat.annotations(report));
      String summary = System.getenv().getOrDefault(SUMMARY, "");
      if (!summary.isEmpty()) {
        append(Path.of(summary), CiFormat.summary(report));
      }
    }
  }

  private static void append(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s), but %s says to"
              .formatted(file, InvalidInputException.reason(e), SUMMARY),
          e);
    }
  }

  /**
   * The model's file as a code host knows it: relative to where the program runs, which is taken
   * for the root of the source; its name where it is elsewhere.
   */
  static String path(ModelOptions models) {
    if (models.file == null) {
      return models.url() == null ? "built-in" : models.url().getHost();
    }
    Path root = Path.of("").toAbsolutePath();
    Path file = models.file.toAbsolutePath().normalize();
    Path relative = file.startsWith(root) ? root.relativize(file) : file.getFileName();
    return relative.toString().replace('\\', '/');
  }
}

package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.ReportContext;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The files that tell what a hull study found: {@code index.html} for people, {@code hull.json},
 * {@code hull.csv} and, where a model was fooled, {@code fooling.csv} for programs.
 *
 * <p>The same result and context give the same bytes. The page is one file that loads nothing.
 */
public final class HullReport {
  private HullReport() {}

  /**
   * Writes the report, in place of one that is there already. Each file is replaced as a whole or
   * not at all.
   *
   * @throws InvalidInputException if the folder cannot be written to
   */
  public static void write(HullResult result, ReportContext context, Path folder) {
    // All is rendered before the first file is touched, so that files of two runs do not mix.
    byte[] html =
        Page.render("hull/index.jte", HullPage.of(result, context))
            .getBytes(StandardCharsets.UTF_8);
    byte[] json = HullJson.render(result, context);
    byte[] csv = HullCsv.render(result).getBytes(StandardCharsets.UTF_8);
    FoolingResult fooling = result.fooling();
    OutputFolder output = new OutputFolder(folder);
    output.write("hull.csv", csv);
    if (fooling != null) {
      output.write(
          "fooling.csv", FoolingCsv.render(result, fooling).getBytes(StandardCharsets.UTF_8));
    }
    output.write("hull.json", json);
    output.write("index.html", html);
  }
}

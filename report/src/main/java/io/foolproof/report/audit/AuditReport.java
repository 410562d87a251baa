package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.baseline.Baseline;
import io.foolproof.audit.baseline.BaselineFile;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The files that tell what an audit found: {@code index.html} for people, {@code report.json},
 * {@code samples.csv} and {@code verdicts.json}, a baseline, for programs; of a table also {@code
 * adversarial.csv}, its adversarial rows.
 *
 * <p>The same result and context give the same bytes. The page is one file that loads nothing.
 */
public final class AuditReport {
  private AuditReport() {}

  /** The file of the adversarial rows of a table. */
  public static final String ROWS = "adversarial.csv";

  /**
   * Makes sure that a report can be written to a folder, which is created where there is none. To
   * be called before an audit begins, not after its hours.
   *
   * @throws InvalidInputException if the folder cannot be written to
   */
  public static void checkWritable(Path folder) {
    OutputFolder output = new OutputFolder(folder);
    output.checkWritable();
    output.requireOwn("index.html", "report.json", "samples.csv");
  }

  /**
   * Writes the report, in place of one that is there already. Each file is replaced as a whole or
   * not at all.
   *
   * @throws InvalidInputException if the folder cannot be written to
   */
  public static void write(AuditResult result, ReportContext context, Path folder) {
    requireMatching(result);
    // All is rendered before the first file is touched, so that files of two runs do not mix.
    byte[] html = HtmlReport.render(result, context).getBytes(StandardCharsets.UTF_8);
    byte[] json = JsonReport.render(result, context);
    byte[] csv = SamplesCsv.render(result).getBytes(StandardCharsets.UTF_8);
    byte[] verdicts = Baseline.isPossible(result) ? BaselineFile.bytes(Baseline.of(result)) : null;
    OutputFolder output = new OutputFolder(folder);
    Features features = result.features();
    if (features != null) {
      writeRows(result, features, output);
    }
    output.write("samples.csv", csv);
    if (verdicts != null) {
      output.write(BaselineFile.NAME, verdicts);
    }
    output.write("report.json", json);
    output.write("index.html", html);
  }

  /**
   * Writes the adversarial rows of a table, {@code adversarial.csv}.
   *
   * @param features of the rows
   * @throws InvalidInputException if the folder cannot be written to
   */
  public static void writeRows(AuditResult result, Features features, OutputFolder output) {
    output.write(ROWS, RowsCsv.render(result, features).getBytes(StandardCharsets.UTF_8));
  }

  private static void requireMatching(AuditResult result) {
    if (result.samples().isEmpty() || result.samples().size() != result.data().size()) {
      throw new IllegalArgumentException(
          result.samples().size() + " verdicts for " + result.data().size() + " samples");
    }
  }
}

package io.foolproof.report.frontier;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.frontier.Frontier;
import io.foolproof.audit.frontier.Published;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.ThreatWords;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The files of a frontier: {@code index.html} with a chart and a table, and {@code frontier.csv}.
 * Each model's own report is in a folder of its name beside them.
 */
public final class FrontierReport {
  private FrontierReport() {}

  /** All that the template shows. */
  record Shown(
      Frontier frontier,
      ReportContext context,
      FrontierChart chart,
      List<Row> rows,
      List<Published> published) {

    AuditResult first() {
      return frontier.entries().get(0).result();
    }

    /** What attacks were allowed, and what they had to reach. */
    String threat() {
      ThreatWords words = new ThreatWords(first());
      return words.brief() + ", goal: " + words.goal();
    }

    List<Fact> facts() {
      return Provenance.common(first(), context);
    }
  }

  /**
   * A model in the table.
   *
   * @param folder of its own report
   * @param dominated whether another model is better in both
   */
  record Row(
      String number,
      String name,
      String folder,
      String clean,
      String cleanInterval,
      String robust,
      String robustInterval,
      String decidedBy,
      String doubts,
      boolean dominated) {}

  private static final String TABLE = "frontier.csv";
  private static final String PAGE = "index.html";

  /** The folder of a model's own report, within that of the frontier; none of its files. */
  public static String folder(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "-");
    boolean isTaken = plain.equalsIgnoreCase(TABLE) || plain.equalsIgnoreCase(PAGE);
    return plain.isEmpty() || plain.startsWith(".") || isTaken ? "-" + plain : plain;
  }

  /**
   * Writes the files, in place of those that are there already.
   *
   * @throws InvalidInputException if the folder cannot be written to
   */
  public static void write(Frontier frontier, ReportContext context, Path folder) {
    AuditResult first = frontier.entries().get(0).result();
    List<Published> published = Published.beside(first.data(), first.threat());
    Shown shown =
        new Shown(
            frontier, context, FrontierChart.of(frontier, published), rows(frontier), published);
    byte[] html = Page.render("frontier/index.jte", shown).getBytes(StandardCharsets.UTF_8);
    byte[] csv = csv(frontier).getBytes(StandardCharsets.UTF_8);
    OutputFolder output = new OutputFolder(folder);
    output.write(TABLE, csv);
    output.write(PAGE, html);
  }

  private static List<Row> rows(Frontier frontier) {
    List<Row> rows = new ArrayList<>();
    for (Frontier.Entry entry : frontier.entries()) {
      rows.add(
          new Row(
              Integer.toString(rows.size() + 1),
              entry.name(),
              folder(entry.name()),
              Numbers.percent(entry.cleanError()),
              Numbers.range(entry.cleanErrorLow(), entry.cleanErrorHigh()),
              Numbers.percent(entry.robustError()),
              Numbers.range(1 - entry.robustHigh(), 1 - entry.robustLow()),
              entry.decidedBy().isEmpty() ? "none fooled any" : entry.decidedBy(),
              doubts(entry),
              frontier.isDominated(entry)));
    }
    return rows;
  }

  private static String doubts(Frontier.Entry entry) {
    return entry.doubts().stream().map(Diagnostic::title).collect(Collectors.joining("; "));
  }

  private static String csv(Frontier frontier) {
    StringBuilder csv =
        new StringBuilder(
            "model,images,clean_accuracy,clean_low,clean_high,robust_accuracy_at_most,robust_low,"
                + "robust_high,decided_by,signs\n");
    for (Frontier.Entry entry : frontier.entries()) {
      AuditResult result = entry.result();
      csv.append(quoted(Printable.of(entry.name())))
          .append(',')
          .append(result.samples().size())
          .append(',')
          .append(result.cleanEstimate().value())
          .append(',')
          .append(result.cleanEstimate().low())
          .append(',')
          .append(result.cleanEstimate().high())
          .append(',')
          .append(result.robustEstimate().value())
          .append(',')
          .append(result.robustEstimate().low())
          .append(',')
          .append(result.robustEstimate().high())
          .append(',')
          .append(quoted(entry.decidedBy()))
          .append(',')
          .append(entry.doubts().stream().map(Diagnostic::id).collect(Collectors.joining(" ")))
          .append('\n');
    }
    return csv.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}

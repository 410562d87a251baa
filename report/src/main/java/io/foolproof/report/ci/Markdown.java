package io.foolproof.report.ci;

import io.foolproof.report.Numbers;
import java.util.List;

/** A summary as GitHub's Markdown. */
final class Markdown {
  private Markdown() {}

  static String of(CiReport report) {
    StringBuilder text = new StringBuilder();
    text.append("## Foolproof: ").append(plain(report.model())).append("\n\n");
    text.append(plain(report.figure())).append("\n");
    if (report.gate() != null) {
      gate(text, "Gate", report.gate().reason());
    }
    if (report.baseline() != null) {
      gate(text, "Baseline", report.baseline().reason());
    }
    List<Failure> failures = report.failures();
    if (!failures.isEmpty()) {
      text.append("\n| | rule | found |\n|---|---|---|\n");
      for (Failure failure : failures) {
        text.append("| ")
            .append(failure.failsBuild() ? "fails" : "warns")
            .append(" | ")
            .append(failure.rule().id())
            .append(" | ")
            .append(plain(failure.message()))
            .append(" |\n");
      }
    }
    text.append("\n| class | not fooled | of |\n|---|---|---|\n");
    for (CiReport.ClassRow row : report.classes()) {
      text.append("| ")
          .append(plain(row.name()))
          .append(" | ")
          .append(Numbers.percent(row.notFooled()))
          .append(" | ")
          .append(Numbers.count(row.notFooled().total()))
          .append(" |\n");
    }
    text.append("\nThat no attack succeeded is no proof of robustness.\n");
    return text.toString();
  }

  private static void gate(StringBuilder text, String name, String reason) {
    text.append("\n**")
        .append(name)
        .append(reason.isEmpty() ? " passed.**\n" : " failed:** " + plain(reason) + ".\n");
  }

  /** Text that is nothing else than text: no table cell, link, emphasis or HTML. */
  private static String plain(String text) {
    return text.replaceAll("[\\r\\n\\t]+", " ").replaceAll("([\\\\`*_{}\\[\\]<>#|~!])", "\\\\$1");
  }
}

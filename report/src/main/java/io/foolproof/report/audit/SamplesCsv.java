package io.foolproof.report.audit;

import io.foolproof.attack.Distances;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.SampleVerdict.Witness;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One row a sample, as RFC 4180 wants it (Shafranovich, 2005); a field is empty where there is
 * nothing to say.
 */
final class SamplesCsv {
  private static final String HEADER =
      "index,label,prediction,status,attack,prediction_after,l0,l1,l2,linf,flow,survives_rounding";
  private static final int WITNESS_FIELDS = 8;
  private static final String LINE_END = "\r\n";

  private SamplesCsv() {}

  static String render(AuditResult result) {
    StringBuilder csv = new StringBuilder(HEADER).append(LINE_END);
    for (SampleVerdict sample : result.samples()) {
      csv.append(row(sample, result.noun().isRow())).append(LINE_END);
    }
    return csv.toString();
  }

  private static String row(SampleVerdict sample, boolean row) {
    List<String> fields = new ArrayList<>();
    fields.add(Long.toString(sample.index()));
    fields.add(Integer.toString(sample.label()));
    fields.add(sample.prediction() < 0 ? "" : Integer.toString(sample.prediction()));
    fields.add(VerdictShare.id(sample.verdict()));
    Witness witness = sample.witness();
    if (witness == null) {
      fields.addAll(Collections.nCopies(WITNESS_FIELDS, ""));
    } else {
      Distances distances = witness.distances();
      fields.add(quoted(witness.attack()));
      fields.add(Integer.toString(witness.prediction()));
      fields.add(Integer.toString(distances.l0()));
      fields.add(Double.toString(distances.l1()));
      fields.add(Double.toString(distances.l2()));
      fields.add(Double.toString(distances.linf()));
      fields.add(distances.flow() == null ? "" : distances.flow().toString());
      fields.add(row ? "" : Boolean.toString(witness.survivesRounding()));
    }
    return String.join(",", fields);
  }

  /** In quotes where it has to be. */
  static String quoted(String field) {
    boolean special = field.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return special ? '"' + field.replace("\"", "\"\"") + '"' : field;
  }
}

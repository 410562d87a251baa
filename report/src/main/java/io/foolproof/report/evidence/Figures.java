package io.foolproof.report.evidence;

import io.foolproof.audit.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Computes the figures of a report once more, from its samples, and compares them. */
final class Figures {
  private final JsonNode report;
  private final List<SampleRow> rows;

  /** By place, how far the witness is, in the units of epsilon; infinite where there is none. */
  private final double[] distances;

  private final boolean closest;
  private final List<String> wrong = new ArrayList<>();
  private int compared;

  /**
   * Figures of a report.
   *
   * @param distances by place, how far the witness is, in the units of epsilon; infinite where
   *     there is none
   */
  Figures(JsonNode report, List<SampleRow> rows, double[] distances) {
    this.report = report;
    this.rows = rows;
    this.distances = distances;
    this.closest = !report.at("/attacks/0/closest").isMissingNode();
  }

  /** What differs, in words. */
  List<String> wrong() {
    wrong.clear();
    compared = 0;
    summary();
    attacks();
    curve();
    classes();
    gate();
    return wrong;
  }

  /** How many figures were compared. */
  int compared() {
    return compared;
  }

  private void summary() {
    same("/summary/samples", rows.size());
    Proportion clean = fraction(SampleRow::isCorrect);
    Proportion robust = fraction(SampleRow::isNotFooled);
    fraction("/summary/cleanAccuracy", "/summary/intervals/cleanAccuracy", clean);
    fraction("/summary/robustAccuracy", "/summary/intervals/robustAccuracy", robust);
    Proportion proved = fraction(row -> row.status().equals("proved"));
    if (proved.count() > 0) {
      fraction("/summary/certifiedAccuracy", "/summary/intervals/certifiedAccuracy", proved);
    } else {
      absent("/summary/certifiedAccuracy");
      absent("/summary/intervals/certifiedAccuracy");
    }
    same("/summary/intervals/over", "samples");
    for (String verdict : List.of("misclassified", "fooled", "proved", "unknown", "error")) {
      same("/summary/verdicts/" + verdict, fraction(row -> row.status().equals(verdict)).count());
    }
    List<SampleRow.Measured> witnesses = new ArrayList<>();
    for (SampleRow row : rows) {
      if (row.witness() != null) {
        witnesses.add(row.witness());
      }
    }
    if (witnesses.isEmpty()) {
      absent("/summary/survivesRounding");
    } else {
      long held = witnesses.stream().filter(SampleRow.Measured::survivesRounding).count();
      same("/summary/survivesRounding", (double) held / witnesses.size());
    }
    List<String> fired = new ArrayList<>();
    for (JsonNode sign : report.at("/diagnostics")) {
      if (sign.at("/state").asString().equals("fired")) {
        fired.add(sign.at("/id").asString());
      }
    }
    same("/summary/warnings", texts(report.at("/summary/warnings")), fired);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  /** Each attack takes those that it fooled from what was left: exactly, where none met NaN. */
  private void attacks() {
    JsonNode attacks = report.at("/attacks");
    int correct = fraction(SampleRow::isCorrect).count();
    int errors = 0;
    for (JsonNode attack : attacks) {
      errors += attack.at("/errors").asInt();
    }
    boolean inTurn = !closest && errors == 0;
    int proved = fraction(row -> row.status().equals("proved")).count();
    boolean cascade = !report.at("/searched").isMissingNode();
    int before = correct - (inTurn ? fooledBefore(attacks) : 0);
    for (int i = 0; i < attacks.size(); i++) {
      String at = "/attacks/" + i;
      int left = (int) Math.rint(report.at(at + "/robustAccuracy").asDouble() * rows.size());
      int fooled = report.at(at + "/fooled").asInt();
      int tried = report.at(at + "/tried").asInt();
      boolean isOfDiagnosis = report.at(at + "/name").asString().equals("diagnosis");
      if (inTurn) {
        left = before - fooled;
        // What was proved before attacks ran is not attacked.
        if (!cascade && !isOfDiagnosis && proved == 0) {
          same(at + "/tried", before);
        }
      }
      if (left < 0 || left > before || fooled > tried) {
        wrong.add(at + " does not follow from the attack before it");
        left = Math.max(0, Math.min(before, left));
      }
      fraction(
          at + "/robustAccuracy",
          at + "/robustAccuracyInterval",
          new Proportion(left, rows.size()));
      before = left;
    }
    if (before != fraction(SampleRow::isNotFooled).count()) {
      wrong.add("the attacks of /attacks leave another robust accuracy than the samples");
    }
  }

  /** How many the search for proofs fooled, before attacks began. */
  private int fooledBefore(JsonNode attacks) {
    int before = fraction(SampleRow::isFooled).count();
    for (JsonNode attack : attacks) {
      before -= attack.at("/fooled").asInt();
    }
    int most = report.at("/proofs/fooled").asInt(0);
    compared++;
    if (before < 0 || before > most) {
      wrong.add(
          "the samples have %d fooled besides those of the attacks, the search for proofs %d"
              .formatted(before, most));
    }
    return Math.max(0, Math.min(before, most));
  }

  /** Not fooled within each epsilon, by how far the closest known example is. */
  private void curve() {
    JsonNode curve = report.at("/curve");
    double before = -1;
    for (int k = 0; k < curve.size(); k++) {
      String at = "/curve/" + k;
      double epsilon = report.at(at + "/epsilon").asDouble();
      if (!(epsilon > before) && !(epsilon == 0 && before == 0)) {
        wrong.add(at + "/epsilon does not ascend");
      }
      before = epsilon;
      int left = 0;
      for (int i = 0; i < rows.size(); i++) {
        left += rows.get(i).isCorrect() && !(distances[i] <= epsilon) ? 1 : 0;
      }
      fraction(
          at + "/robustAccuracy",
          at + "/robustAccuracyInterval",
          new Proportion(left, rows.size()));
    }
    same("/curve/0/epsilon", 0.0);
    if (!closest) {
      same(
          "/curve/" + (curve.size() - 1) + "/epsilon",
          report.at("/threatModel/epsilon").asDouble());
    }
  }

  private void classes() {
    Map<Integer, List<SampleRow>> byLabel = new TreeMap<>();
    rows.forEach(row -> byLabel.computeIfAbsent(row.label(), first -> new ArrayList<>()).add(row));
    same("/classes/size", report.at("/classes").size(), byLabel.size());
    int k = 0;
    for (Map.Entry<Integer, List<SampleRow>> one : byLabel.entrySet()) {
      String at = "/classes/" + k++;
      List<SampleRow> of = one.getValue();
      same(at + "/label", one.getKey());
      same(at + "/samples", of.size());
      same(at + "/cleanAccuracy", count(of, SampleRow::isCorrect).value());
      same(at + "/robustAccuracy", count(of, SampleRow::isNotFooled).value());
    }
  }

  private void gate() {
    JsonNode gate = report.at("/gate");
    if (gate.isMissingNode()) {
      return;
    }
    List<String> signs = texts(report.at("/summary/warnings"));
    signs.removeAll(texts(gate.at("/allowed")));
    boolean passes =
        signs.isEmpty()
            && fraction(SampleRow::isNotFooled).value() >= gate.at("/failUnder").asDouble();
    same("/gate/passed", gate.at("/passed").asBoolean(), passes);
  }

  private Proportion fraction(Predicate<SampleRow> wanted) {
    return count(rows, wanted);
  }

  private static Proportion count(List<SampleRow> rows, Predicate<SampleRow> wanted) {
    return new Proportion((int) rows.stream().filter(wanted).count(), rows.size());
  }

  private void fraction(String value, String interval, Proportion expected) {
    same(value, expected.value());
    same(interval + "/low", expected.low());
    same(interval + "/high", expected.high());
  }

  private void absent(String pointer) {
    same(pointer, report.at(pointer).isMissingNode(), true);
  }

  private void same(String pointer, double expected) {
    JsonNode found = report.at(pointer);
    same(pointer, found.isNumber() ? (Object) found.asDouble() : found.toString(), expected);
  }

  private void same(String pointer, String expected) {
    same(pointer, report.at(pointer).asString(), expected);
  }

  private void same(String pointer, Object found, Object expected) {
    compared++;
    if (!found.equals(expected)) {
      wrong.add("report.json: %s is %s, the samples give %s".formatted(pointer, found, expected));
    }
  }
}

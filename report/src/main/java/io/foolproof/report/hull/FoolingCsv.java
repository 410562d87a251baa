package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding;
import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingFinding.Moved;
import io.foolproof.audit.hull.FoolingResult;
import io.foolproof.audit.hull.HullResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row a query that was attacked, as RFC 4180 wants it; empty where there is nothing to say. */
final class FoolingCsv {
  private static final String HEADER =
      "index,label,outcome,prediction,change,boundary,clean_distance,clean_hull_point_prediction,"
          + "adversarial_distance,adversarial_prediction,adversarial_hull_point_prediction,"
          + "noise_distance,noise_prediction,noise_hull_point_prediction";
  private static final String LINE_END = "\r\n";

  private FoolingCsv() {}

  static String render(HullResult hull, FoolingResult result) {
    StringBuilder csv = new StringBuilder(HEADER).append(LINE_END);
    for (FoolingFinding finding : result.findings()) {
      List<String> row = new ArrayList<>();
      row.add(Long.toString(hull.plan().queries().index(finding.place())));
      row.add(Integer.toString(hull.plan().queries().label(finding.place())));
      row.add(FoolingJson.id(finding.outcome()));
      row.add(known(finding.prediction()));
      Fooled fooled = finding.fooled();
      row.add(fooled == null ? "" : Double.toString(fooled.change()));
      row.add(fooled == null || fooled.boundary() == null ? "" : fooled.boundary().toString());
      row.add(fooled == null ? "" : Double.toString(fooled.cleanDistance()));
      row.add(fooled == null ? "" : known(fooled.cleanProjected()));
      row.addAll(moved(fooled == null ? null : fooled.adversarial()));
      row.addAll(moved(fooled == null ? null : fooled.noise()));
      csv.append(String.join(",", row)).append(LINE_END);
    }
    return csv.toString();
  }

  private static List<String> moved(@Nullable Moved moved) {
    return moved == null
        ? List.of("", "", "")
        : List.of(
            Double.toString(moved.hull().distance()),
            known(moved.prediction()),
            known(moved.projected()));
  }

  private static String known(int label) {
    return label < 0 ? "" : Integer.toString(label);
  }
}

package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullResult;

/**
 * One row a query, as RFC 4180 wants it (Shafranovich, 2005). The gap is in squared distance, the
 * support is how many training images the nearest hull point is mixed of.
 */
final class HullCsv {
  private static final String HEADER =
      "index,label,inside,distance,gap,nearest_neighbour_distance,support";
  private static final String LINE_END = "\r\n";

  private HullCsv() {}

  static String render(HullResult result) {
    StringBuilder csv = new StringBuilder(HEADER).append(LINE_END);
    for (HullFinding finding : result.findings()) {
      csv.append(
              String.join(
                  ",",
                  Long.toString(result.plan().queries().index(finding.place())),
                  Integer.toString(result.plan().queries().label(finding.place())),
                  Boolean.toString(finding.inside()),
                  Double.toString(finding.distance()),
                  Double.toString(finding.gap()),
                  Double.toString(finding.neighbourDistance()),
                  Integer.toString(finding.nearest().size())))
          .append(LINE_END);
    }
    return csv.toString();
  }
}

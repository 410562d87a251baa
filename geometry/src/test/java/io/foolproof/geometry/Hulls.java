package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.List;

/** What several tests do with hulls: every result they look at has passed the checker. */
final class Hulls {
  private Hulls() {}

  static List<Projection> projectChecked(PointSet points, PointSet queries) {
    try (Scope scope = Scope.open();
        Workers workers = new Workers(2)) {
      List<Projection> results = ConvexHull.of(points).project(queries, workers);
      requireHolding(points, queries, results, workers);
      return results;
    }
  }

  static List<Projection> membershipChecked(PointSet points, PointSet queries) {
    try (Scope scope = Scope.open();
        Workers workers = new Workers(2)) {
      List<Projection> results = ConvexHull.of(points).membership(queries, workers);
      requireHolding(points, queries, results, workers);
      return results;
    }
  }

  static void requireHolding(
      PointSet points, PointSet queries, List<Projection> results, Workers workers) {
    List<CheckedCertificate> checked =
        new CertificateChecker(points).check(queries, results, workers);
    assertThat(checked).hasSameSizeAs(results);
    assertThat(checked).filteredOn(result -> !result.holds()).isEmpty();
  }

  static PointSet whole(int dimension, int... numbers) {
    return PointSet.ofWholeNumbers("whole numbers", numbers, dimension, 1);
  }

  static PointSet reals(int dimension, double... numbers) {
    return PointSet.ofReals("reals", numbers, dimension);
  }
}

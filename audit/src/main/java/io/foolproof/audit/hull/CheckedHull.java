package io.foolproof.audit.hull;

import io.foolproof.geometry.CertificateChecker;
import io.foolproof.geometry.CheckedCertificate;
import io.foolproof.geometry.ConvexHull;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.Projection;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hull whose every answer is checked by {@link CertificateChecker}, which shares no arithmetic
 * with it. Made ready when first asked, since a study that is resumed may have nothing to ask; its
 * native memory belongs to the scope that is open then.
 */
final class CheckedHull {
  private final PointSet points;
  private final Workers workers;
  private @Nullable ConvexHull hull;
  private @Nullable CertificateChecker checker;

  CheckedHull(PointSet points, Workers workers) {
    this.points = points;
    this.workers = workers;
  }

  /** Where these queries lie, in their order; {@code places} is what the findings call them. */
  List<HullFinding> findings(PointSet queries, int[] places) {
    List<Projection> projections = hull().project(queries, workers);
    List<CheckedCertificate> checked = checker().check(queries, projections, workers);
    List<HullFinding> findings = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      findings.add(HullFinding.of(places[i], projections.get(i), checked.get(i)));
    }
    return findings;
  }

  private ConvexHull hull() {
    ConvexHull ready = hull;
    if (ready == null) {
      ready = ConvexHull.of(points);
      hull = ready;
    }
    return ready;
  }

  private CertificateChecker checker() {
    CertificateChecker ready = checker;
    if (ready == null) {
      ready = new CertificateChecker(points);
      checker = ready;
    }
    return ready;
  }
}

package io.foolproof.audit.hull;

import io.foolproof.geometry.Certificate;
import io.foolproof.geometry.CheckedCertificate;
import io.foolproof.geometry.Mixture;
import io.foolproof.geometry.Projection;

/**
 * Where one query lies relative to the hull of the training images, once its certificate was
 * checked. Distances are Euclidean, in the coordinates of the space.
 *
 * @param place the query's place among the queries
 * @param inside whether it lies inside the hull or on its boundary
 * @param distance to the hull; 0 inside
 * @param gap how much nearer the hull could be at most, in squared distance
 * @param nearest the nearest hull point, as a mixture of training images, most weight first
 * @param neighbour the nearest training image
 * @param neighbourDistance the distance to it
 * @param exact whether the certificate holds in exact arithmetic, without any tolerance
 * @param objection why the certificate does not hold; empty where it does
 */
public record HullFinding(
    int place,
    boolean inside,
    double distance,
    double gap,
    Mixture nearest,
    int neighbour,
    double neighbourDistance,
    boolean exact,
    String objection) {

  static HullFinding of(int place, Projection projection, CheckedCertificate checked) {
    boolean inside = projection.certificate() instanceof Certificate.Inside;
    return new HullFinding(
        place,
        inside,
        inside ? 0 : projection.distance(),
        inside ? 0 : projection.dualityGap(),
        projection.nearest().byWeight(),
        projection.nearestNeighbour(),
        projection.neighbourDistance(),
        checked.verdict() == CheckedCertificate.Verdict.EXACT,
        checked.holds() ? "" : checked.reason());
  }

  /** Whether the certificate was checked and holds. */
  public boolean certified() {
    return objection.isEmpty();
  }
}

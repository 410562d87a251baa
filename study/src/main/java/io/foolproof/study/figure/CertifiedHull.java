package io.foolproof.study.figure;

import io.foolproof.geometry.CertificateChecker;
import io.foolproof.geometry.CheckedCertificate;
import io.foolproof.geometry.ConvexHull;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.Projection;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A convex hull that points are projected onto; every certificate is checked. */
final class CertifiedHull {
  private static final int BATCH = 10 * Workers.MICRO_BATCH;

  /** Distances depend on what else is in a batch, but not within this: see {@link ConvexHull}. */
  private static final double STEPS = 1e6;

  private final Workshop workshop;
  private final PointSet points;
  private final ConvexHull hull;
  private final CertificateChecker checker;

  /** The hull of points; its native memory belongs to the scope that is open. */
  CertifiedHull(PointSet points, Workshop workshop) {
    this.workshop = workshop;
    this.points = points;
    this.hull = ConvexHull.of(points);
    this.checker = new CertificateChecker(points);
  }

  /**
   * Where a point lies. Distances are rounded to 10^-6.
   *
   * @param distance to the hull; 0 inside
   * @param neighbour the nearest of the points that span the hull
   * @param neighbourDistance to it
   * @param certified whether the certificate holds
   */
  record Position(
      boolean inside,
      double distance,
      int neighbour,
      double neighbourDistance,
      boolean certified) {}

  /** Of other points. */
  List<Position> positions(PointSet queries, String title) {
    return batches(
        IntStream.range(0, queries.size()).toArray(),
        title,
        places -> {
          PointSet some = queries.select(places);
          List<Projection> found = hull.project(some, workshop.workers());
          return positions(found, checker.check(some, found, workshop.workers()));
        });
  }

  /** Of some of the points, each against the hull of all others. */
  List<Position> amongOthers(int[] places, String title) {
    return batches(
        places,
        title,
        some -> {
          List<Projection> found = hull.projectAmongOthers(some, workshop.workers());
          return positions(found, checker.checkAmongOthers(some, found, workshop.workers()));
        });
  }

  private List<Position> batches(int[] places, String title, Function<int[], List<Position>> work) {
    List<Position> all = new ArrayList<>();
    workshop.progress().begin(title + " against the hull of " + points.size(), places.length);
    for (int from = 0; from < places.length; from += BATCH) {
      int to = Math.min(places.length, from + BATCH);
      all.addAll(work.apply(Arrays.copyOfRange(places, from, to)));
      workshop.progress().advance(to - from);
    }
    workshop.progress().end();
    return all;
  }

  private static List<Position> positions(
      List<Projection> found, List<CheckedCertificate> checked) {
    return IntStream.range(0, found.size())
        .mapToObj(i -> position(found.get(i), checked.get(i)))
        .toList();
  }

  private static Position position(Projection projection, CheckedCertificate checked) {
    return new Position(
        projection.inside(),
        projection.inside() ? 0 : rounded(projection.distance()),
        projection.nearestNeighbour(),
        rounded(projection.neighbourDistance()),
        checked.holds());
  }

  private static double rounded(double distance) {
    return Math.rint(distance * STEPS) / STEPS;
  }
}

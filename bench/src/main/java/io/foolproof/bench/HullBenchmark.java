package io.foolproof.bench;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.CertificateChecker;
import io.foolproof.geometry.CheckedCertificate;
import io.foolproof.geometry.ConvexHull;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.Projection;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * All test images against the hull of all training images: projections with certificates, their
 * check, membership only, and the floor of it all, which is one bare 32-bit matrix product of all
 * queries with all points, in batches of the size that the hull uses.
 */
final class HullBenchmark {
  /** Queries in one matrix product. */
  private static final int BATCH = 48;

  private static final int POINTS_IN_A_CHUNK = 4096;

  private HullBenchmark() {}

  static void run(ImageSet training, ImageSet test) {
    try (Scope scope = Scope.open();
        Workers workers = new Workers()) {
      PointSet points = PointSet.of(training);
      PointSet queries = PointSet.of(test);
      double[] bare = new double[2];
      bare[0] = bareProduct(training, test, workers);
      ConvexHull hull = ConvexHull.of(points);
      List<Projection> projections = new ArrayList<>();
      double projecting = Clock.seconds(() -> projections.addAll(hull.project(queries, workers)));
      bare[1] = bareProduct(training, test, workers);
      List<Projection> memberships = new ArrayList<>();
      double membership =
          Clock.seconds(() -> memberships.addAll(hull.membership(queries, workers)));
      List<CheckedCertificate> checked = new ArrayList<>();
      double checking =
          Clock.seconds(
              () ->
                  checked.addAll(
                      new CertificateChecker(points).check(queries, projections, workers)));
      double floor = (bare[0] + bare[1]) / 2;
      System.out.printf(
          Locale.ROOT,
          "%s: %,d queries against %,d points of %,d dimensions, %d workers%n"
              + "  bare product, before and after:  %7.1f s, %.1f s%n"
              + "  projections with certificates:   %7.1f s   %.2f bare products; %.2f passes%n"
              + "  membership with certificates:    %7.1f s   %.2f bare products; %.2f passes%n"
              + "  checking all certificates:       %7.1f s%n"
              + "  inside %,d, certificates that hold exactly %,d%n"
              + "  largest resident memory:         %7.0f MB%n",
          training.name(),
          queries.size(),
          points.size(),
          points.dimension(),
          workers.count(),
          bare[0],
          bare[1],
          projecting,
          projecting / floor,
          passes(projections),
          membership,
          membership / floor,
          passes(memberships),
          checking,
          projections.stream().filter(Projection::inside).count(),
          checked.stream().filter(one -> one.verdict() == CheckedCertificate.Verdict.EXACT).count(),
          Resident.mostMegabytes());
    }
  }

  private static double passes(List<Projection> projections) {
    return projections.stream().mapToInt(Projection::passes).average().orElse(0);
  }

  /** The seconds of one product of all queries with all points, results dropped at once. */
  private static double bareProduct(ImageSet training, ImageSet test, Workers workers) {
    try (Scope scope = Scope.open()) {
      int d = training.pixels();
      List<Tensor> chunks = new ArrayList<>();
      for (int from = 0; from < training.size(); from += POINTS_IN_A_CHUNK) {
        int[] places =
            IntStream.range(from, Math.min(training.size(), from + POINTS_IN_A_CHUNK)).toArray();
        chunks.add(training.tensor(places).reshape(places.length, d).transpose(0, 1));
      }
      return Clock.seconds(
          () ->
              workers.map(
                  test.size(),
                  BATCH,
                  (from, to) -> {
                    int[] places = IntStream.range(from, to).toArray();
                    Tensor batch = test.tensor(places).reshape(places.length, d);
                    for (Tensor chunk : chunks) {
                      try (Scope inner = Scope.open()) {
                        batch.matmul(chunk);
                      }
                    }
                    return to;
                  }));
    }
  }
}

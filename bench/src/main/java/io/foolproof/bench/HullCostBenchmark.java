package io.foolproof.bench;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.ConvexHull;
import io.foolproof.geometry.Embedding;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.Projection;
import io.foolproof.geometry.Space;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a projection costs, in milliseconds of processor time a query, as the number of points, the
 * dimension and the number of queries at once grow: one table each.
 */
final class HullCostBenchmark {
  private static final int QUERIES = 192;

  private HullCostBenchmark() {}

  static void run(ImageSet training, ImageSet test) {
    try (Workers workers = new Workers()) {
      for (int points : new int[] {1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000}) {
        row(
            "points",
            points,
            new Space.Pixels(),
            training.range(0, points),
            test,
            QUERIES,
            workers);
      }
      for (int side : new int[] {4, 8, 12, 16, 20, 24, 28}) {
        Space patch = new Space.CentrePatch(side);
        row("dimensions", side * side, patch, training.range(0, 20_000), test, QUERIES, workers);
      }
      for (int queries : new int[] {1, 4, 16, 48, 96, 192}) {
        ImageSet points = training.range(0, 20_000);
        row("queries", queries, new Space.Pixels(), points, test, queries, workers);
      }
    }
  }

  private static void row(
      String what,
      int value,
      Space space,
      ImageSet training,
      ImageSet test,
      int queries,
      Workers workers) {
    try (Scope scope = Scope.open()) {
      Embedding embedding = space.fit(training, workers);
      ConvexHull hull = ConvexHull.of(embedding.apply(training));
      // Others than those that are timed, to warm up on.
      PointSet first = embedding.apply(test.range(QUERIES, QUERIES + Math.min(48, queries)));
      hull.project(first, workers);
      PointSet asked = embedding.apply(test.range(0, queries));
      List<List<Projection>> found = new ArrayList<>();
      double seconds = Clock.processorSeconds(() -> found.add(hull.project(asked, workers)));
      double passes = found.get(0).stream().mapToInt(Projection::passes).average().orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "%-10s %,7d   %8.3f ms of processor time a query   %.2f passes%n",
          what,
          value,
          1000 * seconds / queries,
          passes);
    }
  }
}

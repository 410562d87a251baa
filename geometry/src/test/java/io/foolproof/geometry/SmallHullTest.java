package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallHullTest {
  private static final SmallHull TRIANGLE = SmallHull.of(new float[][] {{0, 0}, {2, 0}, {0, 2}});

  /** Inside, beyond an edge, beyond a corner. */
  @Test
  void theNearestPointOfATriangleIsKnown() {
    assertNearest(TRIANGLE.nearest(new double[] {0.5, 0.25}), 0, 0.5, 0.25);
    assertNearest(TRIANGLE.nearest(new double[] {2, 2}), 2, 1, 1);
    assertNearest(TRIANGLE.nearest(new double[] {1, -3}), 9, 1, 0);
    assertNearest(TRIANGLE.nearest(new double[] {-3, -4}), 25, 0, 0);
  }

  private static void assertNearest(SmallHull.Nearest found, double squared, double... point) {
    assertThat(found.squaredDistance()).isCloseTo(squared, within(1e-12));
    assertThat(found.point()).containsExactly(point, within(1e-12));
  }

  @Test
  void onePointAndTwiceTheSamePointAreHulls() {
    assertNearest(SmallHull.of(new float[][] {{1, 2}}).nearest(new double[] {1, 4}), 4, 1, 2);
    assertNearest(
        SmallHull.of(new float[][] {{1, 2}, {1, 2}}).nearest(new double[] {1, 4}), 4, 1, 2);
  }

  /** The hull whose results are proved says the same. */
  @Test
  void distancesAreThoseOfTheCertifiedHull() {
    int d = 30;
    float[][] points = random(60, d, 0);
    float[][] queries = random(20, d, 100);
    SmallHull hull = SmallHull.of(points);
    List<Projection> proved;
    try (Workers workers = new Workers(2)) {
      proved =
          ConvexHull.of(PointSet.ofFloats("points", joined(points), d))
              .project(PointSet.ofFloats("queries", joined(queries), d), workers);
    }
    for (int i = 0; i < queries.length; i++) {
      double[] query = new double[d];
      for (int j = 0; j < d; j++) {
        query[j] = queries[i][j];
      }
      double found = Math.sqrt(hull.nearest(query).squaredDistance());
      assertThat(found).isCloseTo(proved.get(i).distance(), within(1e-9));
      assertThat(found).isPositive();
    }
  }

  @Test
  void aQueryThatIsNotFiniteHasNoDistance() {
    assertThat(TRIANGLE.nearest(new double[] {Double.NaN, 0}).squaredDistance()).isNaN();
    assertThat(TRIANGLE.nearest(new double[] {0, Double.NEGATIVE_INFINITY}).point())
        .containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> SmallHull.of(new float[0][]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no points");
    assertThatThrownBy(() -> SmallHull.of(new float[][] {{0, 0}, {1}}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("point 1 has 1 dimensions");
    assertThatThrownBy(() -> SmallHull.of(new float[][] {{0, Float.NaN}}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> TRIANGLE.nearest(new double[3]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3 dimensions");
  }

  private static float[][] random(int count, int d, int first) {
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = new float[d];
      RandomStream stream = new RandomStream(0, first + i, "points", 0);
      for (int j = 0; j < d; j++) {
        rows[i][j] = (float) stream.nextDouble();
      }
    }
    return rows;
  }

  private static float[] joined(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
    }
    return all;
  }
}

package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Points against the hull of all others: as if each had been taken away. */
@Tag("slow")
class AmongOthersTest {

  private static List<Projection> checked(PointSet points, boolean membershipOnly) {
    int[] all = IntStream.range(0, points.size()).toArray();
    try (Scope scope = Scope.open();
        Workers workers = new Workers(2)) {
      ConvexHull hull = ConvexHull.of(points);
      List<Projection> results =
          membershipOnly
              ? hull.membershipAmongOthers(all, workers)
              : hull.projectAmongOthers(all, workers);
      assertThat(new CertificateChecker(points).checkAmongOthers(all, results, workers))
          .hasSize(points.size())
          .allMatch(CheckedCertificate::holds);
      return results;
    }
  }

  /** The points but one, and its place among the others for each of their places. */
  private static int[] others(PointSet points, int without) {
    return IntStream.range(0, points.size()).filter(i -> i != without).toArray();
  }

  @Test
  void cornersOfASquareAreCornersAndItsMiddleIsNot() {
    PointSet points = Hulls.whole(2, 0, 0, 4, 0, 0, 4, 4, 4, 2, 2, 2, 0);
    List<Projection> results = checked(points, false);
    assertThat(results)
        .extracting(Projection::inside)
        .containsExactly(false, false, false, false, true, true);
    // (0, 0) is as far from the line through (2, 0) and (0, 4): 4 / sqrt(5).
    assertThat(results.get(0).distance()).isCloseTo(4 / Math.sqrt(5), within(1e-12));
    assertThat(results.get(3).distance()).isCloseTo(2 * Math.sqrt(2), within(1e-12));
  }

  @Test
  void aDuplicateLiesInside() {
    List<Projection> results = checked(Hulls.whole(2, 0, 0, 4, 0, 0, 4, 4, 0), false);
    assertThat(results).extracting(Projection::inside).containsExactly(false, true, false, true);
    assertThat(results.get(1).nearestNeighbour()).isEqualTo(3);
    assertThat(results.get(1).neighbourDistance()).isZero();
    assertThat(results.get(3).nearestNeighbour()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 3", "2, 9", "3, 4", "4, 2", "5, 1", "9, 1"})
  void agreesWithTheHullOfTheOthersAlone(int dimension, int highest) {
    int inside = 0;
    int total = 0;
    for (int c = 0; c < 20; c++) {
      RandomStream random = new RandomStream(3, c, "among others", dimension);
      int count = 2 + random.nextInt(3 * dimension + 4);
      int[] numbers = new int[count * dimension];
      double[] reals = new double[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextInt(highest + 1);
        reals[i] = numbers[i] / 3.0;
      }
      for (PointSet points :
          List.of(Hulls.whole(dimension, numbers), Hulls.reals(dimension, reals))) {
        List<Projection> projections = checked(points, false);
        List<Projection> memberships = checked(points, true);
        for (int i = 0; i < count; i++) {
          int[] others = others(points, i);
          Projection expected =
              Hulls.projectChecked(points.select(others), points.select(new int[] {i})).get(0);
          Projection found = projections.get(i);
          assertThat(found.inside()).isEqualTo(expected.inside());
          assertThat(found.distance()).isCloseTo(expected.distance(), within(1e-9));
          assertThat(found.nearestNeighbour()).isEqualTo(others[expected.nearestNeighbour()]);
          assertThat(memberships.get(i).inside()).isEqualTo(expected.inside());
          inside += expected.inside() ? 1 : 0;
          total++;
        }
      }
    }
    assertThat(inside).isBetween(1, total - 1);
  }

  @Test
  void theCheckerKnowsThePointItself() {
    PointSet points = Hulls.whole(2, 0, 0, 4, 0, 0, 4);
    try (Scope scope = Scope.open();
        Workers workers = new Workers(1)) {
      int[] places = {0};
      Projection alone = ConvexHull.of(points).projectAmongOthers(places, workers).get(0);
      Projection itself = ConvexHull.of(points).project(points.select(places), workers).get(0);
      CertificateChecker checker = new CertificateChecker(points);
      assertThat(checker.checkAmongOthers(places, List.of(alone), workers).get(0).holds()).isTrue();
      assertThat(checker.checkAmongOthers(places, List.of(itself), workers).get(0).reason())
          .contains("the point itself");
      assertThat(checker.check(points.select(places), List.of(alone), workers).get(0).holds())
          .isFalse();
    }
  }

  @Test
  void onePointHasNoOthers() {
    try (Scope scope = Scope.open();
        Workers workers = new Workers(1)) {
      ConvexHull hull = ConvexHull.of(Hulls.whole(1, 7));
      assertThatThrownBy(() -> hull.projectAmongOthers(new int[] {0}, workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected at least 2");
    }
  }
}

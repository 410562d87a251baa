package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.RandomStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/** Small random hulls, most of them degenerate, against a general linear and quadratic solver. */
class RandomCasesTest {
  private static final int CASES = 60;
  private static final int QUERIES = 8;

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 3", "2, 6", "3, 2", "3, 4", "4, 2", "5, 3", "7, 2"})
  void agreesWithAGeneralSolver(int dimension, int highest) {
    int inside = 0;
    for (int c = 0; c < CASES; c++) {
      RandomStream random = new RandomStream(11, c, "case " + dimension + " " + highest, 0);
      int count = 1 + random.nextInt(3 * dimension + 4);
      int[] points = numbers(random, count * dimension, highest);
      int[] queries = numbers(random, QUERIES * dimension, highest);
      halveBetweenPoints(queries, points, dimension, random);
      List<Projection> results =
          Hulls.projectChecked(Hulls.whole(dimension, points), Hulls.whole(dimension, queries));
      for (int i = 0; i < QUERIES; i++) {
        int[] query = Arrays.copyOfRange(queries, i * dimension, (i + 1) * dimension);
        Projection result = results.get(i);
        assertThat(result.inside()).isEqualTo(feasible(points, query));
        if (!result.inside()) {
          double expected = distance(points, query);
          assertThat(result.distance()).isCloseTo(expected, within(1e-5));
        }
        inside += result.inside() ? 1 : 0;
      }
    }
    assertThat(inside).isBetween(CASES / 4, QUERIES * CASES - CASES / 4);
  }

  private static int[] numbers(RandomStream random, int count, int highest) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextInt(highest + 1);
    }
    return numbers;
  }

  /** Makes every other query lie half-way between two points, or near there: on faces, often. */
  private static void halveBetweenPoints(
      int[] queries, int[] points, int dimension, RandomStream random) {
    int count = points.length / dimension;
    for (int i = 0; i < QUERIES; i += 2) {
      int a = random.nextInt(count) * dimension;
      int b = random.nextInt(count) * dimension;
      for (int j = 0; j < dimension; j++) {
        queries[i * dimension + j] = (points[a + j] + points[b + j]) / 2;
      }
    }
  }

  private static boolean feasible(int[] points, int[] query) {
    ExpressionsBasedModel model = mixtures(points, query);
    for (int j = 0; j < query.length; j++) {
      Expression equal = model.addExpression("coordinate " + j).level(query[j]);
      for (int i = 0; i < points.length / query.length; i++) {
        equal.set(i, points[i * query.length + j]);
      }
    }
    return model.minimise().getState().isFeasible();
  }

  private static double distance(int[] points, int[] query) {
    ExpressionsBasedModel model = mixtures(points, query);
    int d = query.length;
    int count = points.length / d;
    Expression squared = model.addExpression("squared distance").weight(BigDecimal.ONE);
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < count; k++) {
        double product = 0;
        for (int j = 0; j < d; j++) {
          product += (points[i * d + j] - query[j]) * (double) (points[k * d + j] - query[j]);
        }
        squared.set(i, k, product);
      }
    }
    Optimisation.Result result = model.minimise();
    double sum = 0;
    for (int j = 0; j < d; j++) {
      double difference = -query[j];
      for (int i = 0; i < count; i++) {
        difference += result.doubleValue(i) * points[i * d + j];
      }
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /** Weights of the points: non-negative, adding up to 1. */
  private static ExpressionsBasedModel mixtures(int[] points, int[] query) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    Expression total = model.addExpression("total").level(1);
    for (int i = 0; i < points.length / query.length; i++) {
      Variable weight = model.addVariable("weight " + i).lower(0);
      total.set(weight, 1);
    }
    return model;
  }
}

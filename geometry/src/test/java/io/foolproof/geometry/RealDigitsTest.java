package io.foolproof.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MNIST digits against distances and shares from an independent implementation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("slow")
class RealDigitsTest {
  private final ImageSet training = RealDigits.training();
  private final ImageSet test = RealDigits.test();

  @Test
  void twoHundredDistancesAndTheirCertificates() throws IOException {
    List<String> lines = Files.readAllLines(RealDigits.reference("hull/mnist-60000-first200.csv"));
    PointSet points = PointSet.of(training);
    PointSet queries = PointSet.of(test.range(0, 200));
    List<Projection> results = Hulls.projectChecked(points, queries);
    assertThat(lines).hasSize(1 + results.size());
    for (Projection result : results) {
      String[] expected = lines.get(1 + result.query()).split(",", -1);
      assertThat(result.query()).isEqualTo(Integer.parseInt(expected[0]));
      assertThat(result.distance())
          .isCloseTo(Double.parseDouble(expected[2]), withinPercentage(1e-7));
      // The reference's neighbour distances were computed in 32-bit floats.
      assertThat(result.neighbourDistance())
          .isCloseTo(Double.parseDouble(expected[3]), withinPercentage(1e-3));
      assertThat(result.nearest().size()).isEqualTo(Integer.parseInt(expected[4]));
      assertThat(result.dualityGap()).isLessThan(1e-9);
      assertThat(result.certificate()).isInstanceOf(IntegerHyperplane.class);
    }
  }

  /** Shares inside among the first 1,000 test digits, in per cent. */
  @ParameterizedTest
  @CsvSource({"pca:10, 34.0", "patch:3, 92.7", "patch:5, 19.3"})
  void sharesInsideAreTheReferences(String space, double percent) {
    ImageSet queries = test.range(0, 1000);
    try (Scope scope = Scope.open();
        Workers workers = new Workers()) {
      Embedding embedding = Space.parse(space).fit(training, workers);
      PointSet points = embedding.apply(training);
      PointSet embedded = embedding.apply(queries);
      List<Projection> results = ConvexHull.of(points).membership(embedded, workers);
      long inside = results.stream().filter(Projection::inside).count();
      assertThat(inside).isEqualTo(Math.round(10 * percent));
      Hulls.requireHolding(points, embedded, results, workers);
    }
  }

  @Test
  void ownClassesAreNearer() {
    ImageSet few = training.range(0, 5000);
    ImageSet digits = test.range(0, 100);
    int[] labels = labels(few);
    PointSet points = PointSet.of(few);
    PointSet queries = PointSet.of(digits);
    List<Projection> whole = Hulls.projectChecked(points, queries);
    int nearer = 0;
    int votes = 0;
    try (Workers workers = new Workers()) {
      for (ClassDistances distances :
          new ClassHulls(points, labels, 10).project(queries, workers)) {
        int label = digits.label(distances.query());
        double other = distances.distances()[distances.nearestOther(label)];
        nearer += distances.own(label) < other ? 1 : 0;
        Projection result = whole.get(distances.query());
        votes += Vote.of(result.nearest(), labels, 10).label() == label ? 1 : 0;
        // A hull of all classes holds each class's hull.
        assertThat(result.distance()).isLessThanOrEqualTo(Math.min(other, distances.own(label)));
      }
    }
    assertThat(nearer).isGreaterThan(90);
    assertThat(votes).isGreaterThan(90);
  }

  private static int[] labels(ImageSet images) {
    int[] labels = new int[images.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = images.label(i);
    }
    return labels;
  }
}

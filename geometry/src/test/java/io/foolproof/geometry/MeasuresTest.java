package io.foolproof.geometry;

import static io.foolproof.geometry.Hulls.reals;
import static io.foolproof.geometry.Hulls.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.geometry.Certificate.IntegerHyperplane;
import io.foolproof.geometry.Certificate.Outside;
import io.foolproof.geometry.Certificate.RealHyperplane;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuresTest {

  @Test
  void classesHaveHullsOfTheirOwn() {
    PointSet points = whole(1, 0, 10, 2, 12, 30);
    int[] labels = {0, 1, 0, 1, 3};
    try (Workers workers = new Workers(1)) {
      List<ClassDistances> distances =
          new ClassHulls(points, labels, 4).project(whole(1, 1, 5, 28), workers);
      assertThat(distances.get(0).distances())
          .containsExactly(new double[] {0, 9, Double.POSITIVE_INFINITY, 29}, within(1e-12));
      assertThat(distances.get(1).own(0)).isCloseTo(3, within(1e-12));
      assertThat(distances.get(1).nearestOther(0)).isEqualTo(1);
      assertThat(distances.get(1).nearestOther(1)).isEqualTo(0);
      assertThat(distances.get(2).nearestOther(3)).isEqualTo(1);
    }
    assertThatThrownBy(() -> new ClassHulls(points, new int[] {0}, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 labels for 5 points");
    assertThatThrownBy(() -> new ClassHulls(points, labels, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("point 4 has label 3");
  }

  @Test
  void mixturesVote() {
    Mixture mixture = new Mixture(new int[] {4, 0, 2}, new double[] {0.4, 0.35, 0.25});
    Vote vote = Vote.of(mixture, new int[] {1, 0, 1, 0, 2}, 4);
    assertThat(vote.label()).isEqualTo(1);
    assertThat(vote.shares()).containsExactly(new double[] {0, 0.6, 0.4, 0}, within(1e-12));
  }

  @Test
  void aValueThatNoPointHasSeparates() {
    PointSet points = whole(2, 0, 5, 4, 1);
    CoordinateRanges ranges = new CoordinateRanges(points);
    PointSet queries = whole(2, 2, 3, 5, 0, 1, 7, 3, 5);
    assertThat(ranges.separated(queries)).isEqualTo(2);
    assertThat(ranges.separating(queries, 0)).isEmpty();
    Outside low = ranges.separating(whole(2, 3, -4), 0).orElseThrow();
    IntegerHyperplane plane = (IntegerHyperplane) low;
    assertThat(plane.weights()).containsExactly(0, -1);
    assertThat(plane.threshold()).isEqualTo(-1);
    CoordinateRanges realRanges = new CoordinateRanges(reals(1, 0.5, 1.5));
    RealHyperplane high = (RealHyperplane) realRanges.separating(reals(1, 1.75), 0).orElseThrow();
    assertThat(high.weights()).containsExactly(1);
    assertThat(high.threshold()).isEqualTo(1.5);
    assertThatThrownBy(() -> ranges.separating(whole(1, 3), 0))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new CoordinateRanges(whole(2)))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void theYardstickRisesWithTheDimension() {
    assertThat(RandomPoints.needed(20)).isCloseTo(51.2, within(1e-9));
    assertThat(RandomPoints.enoughFor(60_000)).isEqualTo(42);
    assertThat(RandomPoints.needed(42)).isLessThan(60_000);
    assertThat(RandomPoints.needed(43)).isGreaterThan(60_000);
  }

  @Test
  void sharesAreCounted() {
    byte[] corners = {0, 0, 0, (byte) 255, 0, 0, 0, 0, (byte) 255, (byte) 255, (byte) 255, 0};
    ImageShape shape = new ImageShape(1, 1, 2);
    List<String> classes = List.of("only");
    ImageSet training = ImageSet.ofLevels("training", shape, corners, new int[6], classes);
    byte[] inner = {1, 1, (byte) 254, (byte) 254, 7, (byte) 200};
    ImageSet queries = ImageSet.ofLevels("queries", shape, inner, new int[3], classes);
    try (Workers workers = new Workers(1)) {
      InsideShare share = InsideShare.measure(new Space.Pixels(), training, queries, workers);
      assertThat(share.inside()).isEqualTo(3);
      assertThat(share.share()).isEqualTo(1);
      assertThat(share.dimension()).isEqualTo(2);
      assertThatThrownBy(
              () -> InsideShare.measure(new Space.Pixels(), training, queries.range(0, 0), workers))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("queries");
    }
  }

  @Test
  void smallestKeysAreFoundAmongMany() {
    float[] keys = new float[20_000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (float) Math.sin(i * 12.9898) * (i % 7 - 3);
    }
    keys[17_000] = -9;
    keys[300] = -9;
    int[] places = Smallest.of(keys, 500);
    assertThat(places).hasSize(500).startsWith(300, 17_000).doesNotHaveDuplicates();
    float limit = keys[places[499]];
    int smaller = 0;
    for (float key : keys) {
      smaller += key < limit ? 1 : 0;
    }
    assertThat(smaller).isLessThanOrEqualTo(499);
    for (int k = 1; k < 500; k++) {
      assertThat(keys[places[k]]).isGreaterThanOrEqualTo(keys[places[k - 1]]);
    }
    assertThat(Smallest.of(new float[] {2, 1}, 5)).containsExactly(1, 0);
  }
}

package io.foolproof.attack.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.Distances;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.Bumps;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What implementations of the square attack are known to get wrong. */
class SquareTrapsTest {

  @ParameterizedTest
  @CsvSource({"1, 6, 5, 0.1", "3, 8, 8, 0.3", "1, 1, 40, 0.2", "2, 3, 50, 0.8", "1, 2, 2, 5"})
  void windowsReachEveryCornerAndAreNeverLargerThanTheImage(
      int channels, int height, int width, double share) {
    PixelGrid grid = PixelGrid.of(InputSpec.unit(channels, height, width));
    RandomStream stream = new RandomStream(1, 0, "windows", 0);
    boolean[][] covered = new boolean[height][width];
    for (int draw = 0; draw < 2000; draw++) {
      PixelGrid.Window window = grid.window(share, 1, stream);
      assertThat(window.top()).isBetween(0, height - window.height());
      assertThat(window.left()).isBetween(0, width - window.width());
      assertThat(window.height() * window.width()).isPositive();
      covered[window.top()][window.left()] = true;
      covered[window.top() + window.height() - 1][window.left() + window.width() - 1] = true;
    }
    assertThat(covered[0][0]).isTrue();
    assertThat(covered[height - 1][width - 1]).isTrue();
  }

  /** The published schedule, over all queries or, as AutoAttack has it, cut off in its middle. */
  @ParameterizedTest
  @CsvSource({
    "square, 5, 0.8",
    "square, 6, 0.4",
    "square, 26, 0.2",
    "square, 4999, 0.0015625",
    "square:schedule=10000, 10, 0.8",
    "square:schedule=10000, 11, 0.4",
    "square:schedule=10000, 51, 0.2",
    "square:schedule=10000, 4999, 0.00625"
  })
  void windowsShrinkOnSchedule(String attack, int query, double share) {
    assertThat(((Square) Attacks.parse(attack)).shareAt(query)).isCloseTo(share, within(1e-12));
  }

  @Test
  void anInputOfOneDimensionIsOneRow() {
    assertThat(PixelGrid.of(InputSpec.unit(784))).isEqualTo(new PixelGrid(1, 1, 784));
    PixelGrid.Window window =
        new PixelGrid(1, 1, 784).window(0.1, 1, new RandomStream(1, 0, "windows", 0));
    assertThat(window.height() * window.width()).isEqualTo(78);
  }

  @Test
  void anInputOfOneColumnIsCoveredAsOneOfOneRow() {
    PixelGrid.Window window =
        new PixelGrid(1, 784, 1).window(0.1, 1, new RandomStream(1, 0, "windows", 0));
    assertThat(window.height() * window.width()).isEqualTo(78);
  }

  /** One draw for the whole batch would move all samples alike. */
  @Test
  void twinsInOneBatchGoTheirOwnWays() {
    LinearClassifier model = LinearClassifier.random(InputSpec.unit(1, 6, 5), 3, 2);
    float[] image = new float[30];
    Arrays.fill(image, 0.5f);
    int label = model.predict(image);
    Samples twins =
        new Samples(new float[][] {image, image}, new int[] {label, label}, new long[] {4, 9});
    for (Norm norm : Norm.withBalls()) {
      var results =
          Attacks.parse("square:queries=5")
              .run(model, twins, ThreatModel.untargeted(norm, 0.01), 0);
      assertThat(results.get(0).image()).isNotEqualTo(results.get(1).image());
    }
  }

  @Test
  void signsSpendAllOfEpsilonOnEveryValue() {
    Square.Proposals proposals = new SquareSigns(new PixelGrid(2, 4, 3), 0.1);
    RandomStream stream = new RandomStream(1, 0, "signs", 0);
    float[] image = new float[24];
    Arrays.fill(image, 0.5f);
    float[] point = proposals.first(image, stream);
    for (int query = 0; query < 20; query++) {
      for (float value : point) {
        assertThat(Math.abs(value - 0.5f)).isCloseTo(0.1f, within(1e-6f));
      }
      point = proposals.next(image, point, 0.3, stream);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void bumpsSpendAllOfEpsilonInTheirNorm(int p) {
    Norm norm = p == 1 ? Norm.L1 : Norm.L2;
    Square.Proposals proposals =
        new SquareBumps(new PixelGrid(1, 12, 11), 2, new Bumps(new PixelGrid(1, 12, 11), p));
    RandomStream stream = new RandomStream(1, 0, "bumps", 0);
    float[] image = new float[132];
    Arrays.fill(image, 0.5f);
    float[] point = projected(image, proposals.first(image, stream), norm, 1, 12, 11);
    for (int query = 0; query < 20; query++) {
      double length = Distances.between(point, image).in(norm);
      assertThat(length).isCloseTo(2, within(1e-4));
      float[] next = projected(image, proposals.next(image, point, 0.1, stream), norm, 1, 12, 11);
      assertThat(next).isNotEqualTo(point);
      point = next;
    }
  }

  /** Otherwise a bump in one of many places of an image in colour would hardly be seen. */
  @Test
  void inL1ANewBumpOutweighsWhatIsElsewhere() {
    float[] image = new float[3 * 12 * 11];
    float[] point = image.clone();
    Arrays.fill(point, 2f / point.length);
    Square.Proposals proposals =
        new SquareBumps(new PixelGrid(3, 12, 11), 2, new Bumps(new PixelGrid(3, 12, 11), 1));
    float[] next = proposals.next(image, point, 1e-3, new RandomStream(1, 0, "bumps", 0));
    float[] changes = projected(image, next, Norm.L1, 3, 12, 11);
    Arrays.sort(changes);
    double ofTheBump = 0;
    for (int i = 0; i < 3 * 9; i++) {
      ofTheBump += changes[changes.length - 1 - i];
    }
    // Two windows of 9 among 132 pixels: without weight, 0.14 of epsilon.
    assertThat(ofTheBump / 2).isGreaterThan(0.3);
  }

  @Test
  void bumpsOfL1ArePointed() {
    float[] image = new float[15 * 15];
    RandomStream stream = new RandomStream(1, 0, "bumps", 0);
    float[] round =
        new SquareBumps(new PixelGrid(1, 15, 15), 1, new Bumps(new PixelGrid(1, 15, 15), 2))
            .next(image, image, 1, stream);
    float[] pointed =
        new SquareBumps(new PixelGrid(1, 15, 15), 1, new Bumps(new PixelGrid(1, 15, 15), 1))
            .next(image, image, 1, stream);
    assertThat(largestOverMean(pointed)).isGreaterThan(2 * largestOverMean(round));
  }

  private static double largestOverMean(float[] changes) {
    Distances of = Distances.between(changes, new float[changes.length]);
    return of.linf() / (of.l1() / changes.length);
  }

  private static float[] projected(
      float[] image, float[] point, Norm norm, int channels, int height, int width) {
    InputSpec box = new InputSpec(new long[] {channels, height, width}, -3, 4);
    try (Scope scope = Scope.open()) {
      Tensor centre = Tensor.of(image, box.batchShape(1));
      return Ball.around(centre, ThreatModel.untargeted(norm, 2), box)
          .project(Tensor.of(point, box.batchShape(1)))
          .toFloats();
    }
  }
}

package io.foolproof.attack.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Flow;
import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.Goal;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Rounding;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.ReferenceFolder;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks that move pixels. */
@Tag("slow")
class FlowTest {
  private static final InputSpec INPUT = InputSpec.unit(2, 6, 5);
  private static final PixelGrid GRID = PixelGrid.of(INPUT);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 2, 11);

  private static float[] image(int index) {
    float[] image = new float[INPUT.elements()];
    new RandomStream(5, index, "images", 0).fillUniform(image, 0, image.length, 0, 1);
    return image;
  }

  private static Samples samples(int count) {
    float[][] images = IntStream.range(0, count).mapToObj(FlowTest::image).toArray(float[][]::new);
    int[] labels = Arrays.stream(images).mapToInt(MODEL::predict).toArray();
    return new Samples(images, labels, LongStream.range(0, count).toArray());
  }

  private static Flow shift(float across, float down) {
    float[] right = new float[30];
    float[] below = new float[30];
    Arrays.fill(right, across);
    Arrays.fill(below, down);
    return new Flow(6, 5, right, below);
  }

  @Test
  void aFlowOfWholePixelsIsAShiftAndWhatComesFromOutsideIsLow() {
    float[] image = image(0);
    float[] bent = shift(1, -2).bend(image, INPUT);
    for (int channel = 0; channel < 2; channel++) {
      for (int row = 0; row < 6; row++) {
        for (int column = 0; column < 5; column++) {
          boolean outside = column == 4 || row < 2;
          float expected = outside ? 0 : image[GRID.at(channel, row - 2, column + 1)];
          assertThat(bent[GRID.at(channel, row, column)]).isEqualTo(expected);
        }
      }
    }
    InputSpec shifted = new InputSpec(new long[] {2, 6, 5}, -0.7, 1);
    float[] empty = shift(1e30f, 0).bend(image, shifted);
    assertThat(empty).containsOnly(Rounding.up(-0.7));
  }

  @Test
  void betweenPixelsIsTheirWeightedMean() {
    float[] image = image(1);
    float[] bent = shift(0.25f, 0.5f).bend(image, INPUT);
    double left = 0.5 * image[GRID.at(1, 2, 3)] + 0.5 * image[GRID.at(1, 3, 3)];
    double right = 0.5 * image[GRID.at(1, 2, 4)] + 0.5 * image[GRID.at(1, 3, 4)];
    assertThat((double) bent[GRID.at(1, 2, 3)]).isCloseTo(0.75 * left + 0.25 * right, within(1e-7));
  }

  @Test
  void aQuarterTurnPutsEveryPixelOfASquareInAnothersPlace() {
    InputSpec square = InputSpec.unit(1, 5, 5);
    PixelGrid grid = PixelGrid.of(square);
    float[] image = Arrays.copyOf(image(2), 25);
    Spatial.Move quarter = new Spatial.Move(Math.PI / 2, 0, 0);
    float[] turned = quarter.flow(grid).bend(image, square);
    for (int row = 0; row < 5; row++) {
      for (int column = 0; column < 5; column++) {
        assertThat(turned[grid.at(0, row, column)])
            .isCloseTo(image[grid.at(0, column, 4 - row)], within(1e-6f));
      }
    }
  }

  /** By the chord of the circle that the corner is on. */
  @Test
  void theCornerMovesFarthestInARotation() {
    Spatial.Move move = new Spatial.Move(0.3, 0, 0);
    double chord = 2 * Math.hypot(2, 2.5) * Math.sin(0.15);
    assertThat(move.length(GRID)).isCloseTo(chord, within(1e-12));
    assertThat(move.flow(GRID).length()).isCloseTo(chord, within(1e-6));
    Spatial.Move both = new Spatial.Move(0.3, 1, -0.5);
    assertThat(both.flow(GRID).length()).isCloseTo(both.length(GRID), within(1e-6));
    assertThat(both.within(0.7, GRID).length(GRID)).isCloseTo(0.7, within(1e-5));
  }

  @Test
  void vectorsAreShortenedToEpsilonAndOthersLeftAlone() {
    float[] across = new float[30];
    float[] down = new float[30];
    new RandomStream(1, 0, "flow", 0).fillUniform(across, 0, 30, -3, 3);
    new RandomStream(1, 1, "flow", 0).fillUniform(down, 0, 30, -3, 3);
    for (double epsilon : new double[] {0, 1e-46, 1e-6, 0.3, 2}) {
      Flow shorter = new Flow(6, 5, across, down).within(epsilon);
      assertThat(shorter.length()).isBetween(epsilon * 0.999 - 1e-44, epsilon);
      for (int i = 0; i < 30; i++) {
        if (Math.hypot(across[i], down[i]) <= epsilon) {
          assertThat(shorter.across()[i]).isEqualTo(across[i]);
        }
      }
    }
  }

  @Test
  void variationAddsUpDifferencesFromBothSides() {
    try (Scope scope = Scope.open()) {
      // One vector of (3, 4) in the middle of nothing: four neighbours, from both sides.
      float[] values = new float[18];
      values[4] = 3;
      values[13] = 4;
      Tensor variation = StAdv.variation(Tensor.of(values, 1, 2, 3, 3));
      assertThat(variation.item()).isCloseTo(2 * 4 * 5, within(1e-2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spatial:angles=7", "spatial:queries=40", "stadv:steps=30"})
  void witnessesAreTheCleanImagesBentByTheirFlowsWithinEpsilon(String name) {
    Samples samples = samples(12);
    for (double epsilon : new double[] {0, 0.05, 0.5, 2}) {
      List<AttackResult> results = run(name, samples, epsilon);
      for (int i = 0; i < samples.size(); i++) {
        AttackResult result = results.get(i);
        Flow flow = result.flow();
        assertThat(flow).isNotNull();
        assertThat(flow.length()).isLessThanOrEqualTo(epsilon);
        assertThat(flow.bend(samples.images()[i], INPUT)).isEqualTo(result.image());
        boolean fooled = MODEL.predict(result.image()) != samples.labels()[i];
        assertThat(result.status() == AttackResult.Status.FOOLED).isEqualTo(fooled);
        assertThat(epsilon == 0 && fooled).isFalse();
      }
    }
    assertThat(run(name, samples, 2))
        .filteredOn(result -> result.status() == AttackResult.Status.FOOLED)
        .hasSizeGreaterThan(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spatial:angles=5", "spatial:queries=20", "stadv:steps=20"})
  void batchesChangeNothing(String name) {
    Samples samples = samples(9);
    Set<AttackResult.Status> seen = EnumSet.noneOf(AttackResult.Status.class);
    for (double epsilon : new double[] {0.05, 0.2, 0.8}) {
      List<AttackResult> together = run(name, samples, epsilon);
      for (int i = 0; i < samples.size(); i++) {
        float[][] image = {samples.images()[i]};
        Samples alone = new Samples(image, new int[] {samples.labels()[i]}, new long[] {i});
        AttackResult result = run(name, alone, epsilon).get(0);
        assertThat(result).usingRecursiveComparison().isEqualTo(together.get(i));
        seen.add(result.status());
      }
    }
    assertThat(seen).hasSize(2);
  }

  /** The flow that follows the gradient finds, pixel by pixel, what no rigid motion does. */
  @Test
  void oneStepOfAFlowMovesEachPixelToWhereALinearModelWantsIt() {
    float[] ramp = new float[INPUT.elements()];
    for (int i = 0; i < ramp.length; i++) {
      // Rises to the right by a tenth a pixel, so that moving by u changes a value by u / 10.
      ramp[i] = 0.3f + 0.1f * (i % 5);
    }
    int label = MODEL.predict(ramp);
    Samples sample = new Samples(new float[][] {ramp}, new int[] {label}, new long[] {0});
    AttackResult result = run("stadv:steps=60:tau=0", sample, 0.3).get(0);
    // A pixel with neighbours on both sides lowers the margin by its weight times 0.03 at most.
    double margin = MODEL.score(ramp, label) - MODEL.score(ramp, 1 - label);
    double inside = 0;
    for (int i = 0; i < ramp.length; i++) {
      if (i % 5 > 0 && i % 5 < 4) {
        float[] one = new float[ramp.length];
        one[i] = 1;
        inside += Math.abs(MODEL.score(one, label) - MODEL.score(one, 1 - label));
      }
    }
    // What comes from outside is zero, so that at the border there is more to gain.
    assertThat(result.margin()).isLessThan(Math.max(0, margin - 0.03 * inside * 0.8));
  }

  @Test
  void whatStandsHasBeenAskedAsOftenAsTheGridIsLarge() {
    float[] flat = new float[INPUT.elements()];
    Samples sample =
        new Samples(new float[][] {flat}, new int[] {MODEL.predict(flat)}, new long[] {0});
    // An image of zeros bends into itself.
    AttackResult grid = run("spatial:angles=3:shifts=3", sample, 2).get(0);
    assertThat(grid.forwards()).isEqualTo(27);
    assertThat(grid.backwards()).isZero();
    assertThat(run("spatial:queries=8", sample, 2).get(0).forwards()).isEqualTo(8);
    AttackResult flow = run("stadv:steps=5", sample, 2).get(0);
    assertThat(flow.forwards()).isEqualTo(6);
    assertThat(flow.backwards()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spatial", "stadv:steps=30"})
  void onlyTheTargetWillDo(String name) {
    LinearClassifier model = LinearClassifier.random(INPUT, 4, 3);
    int reached = 0;
    for (int i = 0; i < 6; i++) {
      float[] image = image(i);
      int label = model.predict(image);
      int target = (label + 1) % 4;
      Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {i});
      ThreatModel threat = new FlowBounded(2.5, new Goal.Targeted(target));
      AttackResult result = Attacks.parse(name).run(model, sample, threat, 1).get(0);
      boolean there = model.predict(result.image()) == target;
      assertThat(result.status() == AttackResult.Status.FOOLED).isEqualTo(there);
      reached += there ? 1 : 0;
    }
    assertThat(reached).isPositive();
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    ThreatModel flow = ThreatModel.flow(1);
    assertRefused("pgd", MODEL, flow, "pgd has no version for flow; it has ");
    ThreatModel linf = ThreatModel.untargeted(Norm.LINF, 1);
    assertRefused("stadv", MODEL, linf, "stadv has no version for L-inf; it has flow");
    LinearClassifier vector = LinearClassifier.random(InputSpec.unit(30), 2, 1);
    assertRefused("spatial", vector, flow, "takes inputs of shape [30], without rows and columns");
    assertThatThrownBy(() -> ThreatModel.of("flow", 1, new Goal.Untargeted(), 256))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("levels cannot be kept with the threat flow");
    assertThatThrownBy(() -> flow.size(Distances.between(new float[2], new float[2])))
        .hasMessageContaining("do not tell how far pixels were moved");
    assertThat(flow.size(Distances.between(new float[2], new float[2]).moved(1.5))).isEqualTo(1.5);
  }

  private static void assertRefused(
      String attack, LinearClassifier model, ThreatModel threat, String message) {
    assertThatThrownBy(() -> Attacks.parse(attack).requireApplicable(model, threat))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  /** Measured: a network that is 99 % right falls to flows, and hardly to rigid motions. */
  @ParameterizedTest
  @CsvSource({"spatial:angles=9, 2, 3, 60", "stadv, 1, 50, 60"})
  void digitsOfARealNetworkAreFooled(String name, double epsilon, int least, int most)
      throws IOException {
    int digits = 60;
    float[][] images = ReferenceFolder.digits(digits).toArray(float[][]::new);
    int[] labels = ReferenceFolder.labels(digits);
    Samples samples = new Samples(images, labels, LongStream.range(0, digits).toArray());
    ThreatModel threat = ThreatModel.flow(epsilon);
    try (OnnxClassifier model =
        OnnxClassifier.load(ReferenceFolder.require().resolve("models/lenet5_clean.onnx"))) {
      assertThat(Attacks.parse(name).run(model, samples, threat, 0))
          .filteredOn(result -> result.status() == AttackResult.Status.FOOLED)
          .allSatisfy(result -> assertThat(result.flow()).isNotNull())
          .hasSizeBetween(least, most);
    }
  }

  private static List<AttackResult> run(String attack, Samples samples, double epsilon) {
    return Attacks.parse(attack).run(MODEL, samples, ThreatModel.flow(epsilon), 1);
  }
}

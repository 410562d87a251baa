package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.ReferenceFolder;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The first MNIST test digits against the closest adversarial examples that all of seven published
 * attacks together found; with fewer steps than those took.
 */
@Tag("slow")
class GoldenTest {

  /**
   * As many digits are fooled as have a known perturbation within a distance; all but the few that
   * one brief attack misses. Without gradients epsilon has to be larger than that distance.
   */
  @ParameterizedTest
  @CsvSource({
    "apgd:steps=50, LINF, 0.1084, 0.1084, 1",
    "apgd-t:targets=2:steps=40, L2, 1.33, 1.33, 2",
    "apgd-t:targets=2:steps=40, L1, 6, 6, 4",
    "square:queries=300, LINF, 0.2, 0.13, 1"
  })
  void asManyAreFooledAsTheBestOfOthersFooled(
      String attack, Norm norm, double epsilon, double distance, int missed) throws IOException {
    int digits = 60;
    double[] smallest = smallest("lenet5_clean", norm, digits);
    long known = Arrays.stream(smallest).filter(d -> d <= distance).count();
    long fooled =
        run(attack, "lenet5_clean", norm, epsilon, digits).stream()
            .filter(result -> result.status() == AttackResult.Status.FOOLED)
            .count();
    assertThat(fooled).isGreaterThanOrEqualTo(known - missed);
  }

  @ParameterizedTest
  @CsvSource({
    "ddn:steps=60, lenet5_clean, L2, 1.05",
    "fmn:steps=60, lenet5_clean, LINF, 1.05",
    "sigmazero:steps=100, lenet5_clean, L0, 1.3",
    "pdpgd:steps=200, convsmall_wong_eps0.1, L2, 1.1",
    "fab:steps=50, convsmall_wong_eps0.1, LINF, 1.1"
  })
  void mediansAreNearTheSmallestKnown(String attack, String model, Norm norm, double factor)
      throws IOException {
    int digits = 20;
    double[] known = smallest(model, norm, digits);
    List<AttackResult> results = run(attack, model, norm, 784, digits);
    float[][] images = ReferenceFolder.digits(digits).toArray(float[][]::new);
    double[] found = new double[digits];
    for (int i = 0; i < digits; i++) {
      AttackResult result = results.get(i);
      found[i] =
          result.status() == AttackResult.Status.FOOLED
              ? Distances.between(images[i], result.image()).in(norm)
              : Double.POSITIVE_INFINITY;
      assertThat(found[i] == 0).as("digit %d is wrong already", i).isEqualTo(known[i] == 0);
    }
    assertThat(median(found)).isLessThanOrEqualTo(median(known) * factor);
  }

  /** What follows the first attack of an epsilon search comes closer, and never farther. */
  @Test
  void severalAttacksTogetherComeCloserThanTheFirst() throws IOException {
    int digits = 4;
    double[] together = distances("closest:by=apgd-t+apgd+stripes", digits);
    double[] first = distances("closest:by=apgd-t", digits);
    for (int i = 0; i < digits; i++) {
      assertThat(together[i]).as("digit %d", i).isLessThanOrEqualTo(first[i]);
    }
  }

  /** In L-inf, from the first digits that a plainly trained net classifies. */
  private static double[] distances(String settings, int digits) throws IOException {
    List<AttackResult> results = run(settings, "lenet5_clean", Norm.LINF, 1, digits);
    float[][] images = ReferenceFolder.digits(digits).toArray(float[][]::new);
    return IntStream.range(0, digits)
        .mapToDouble(i -> Distances.between(images[i], results.get(i).image()).linf())
        .toArray();
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static List<AttackResult> run(
      String settings, String name, Norm norm, double epsilon, int digits) throws IOException {
    Attack attack = Attacks.parse(settings);
    ThreatModel threat = ThreatModel.untargeted(norm, epsilon);
    float[][] images = ReferenceFolder.digits(digits).toArray(float[][]::new);
    int[] labels = ReferenceFolder.labels(digits);
    long[] indices = IntStream.range(0, digits).asLongStream().toArray();
    Path file = ReferenceFolder.require().resolve("models/" + name + ".onnx");
    try (OnnxClassifier model = OnnxClassifier.load(file);
        Workers workers = new Workers()) {
      return workers
          .map(
              digits,
              Workers.MICRO_BATCH,
              (from, to) ->
                  attack.run(
                      model,
                      new Samples(
                          Arrays.copyOfRange(images, from, to),
                          Arrays.copyOfRange(labels, from, to),
                          Arrays.copyOfRange(indices, from, to)),
                      threat,
                      0))
          .stream()
          .flatMap(List::stream)
          .toList();
    }
  }

  /** The smallest distances known, in the order of the test set; 0 for what is wrong already. */
  private static double[] smallest(String model, Norm norm, int digits) throws IOException {
    Path csv = ReferenceFolder.require().resolve(model + "-best.csv");
    List<String> lines = Files.readAllLines(csv);
    int column = Arrays.asList(lines.get(0).split(",", -1)).indexOf(norm.id());
    assertThat(column).as("column %s of %s", norm, csv).isNotNegative();
    return lines.stream()
        .skip(1)
        .limit(digits)
        .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
        .toArray();
  }
}

package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.ReferenceFolder;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first 100 MNIST test digits against what the best of seven published attacks found. */
class GoldenTest {
  private static final int DIGITS = 100;

  /**
   * As many digits are fooled as have a known perturbation within a distance; all but the few that
   * one brief attack misses. Without gradients epsilon has to be larger than that distance.
   */
  @ParameterizedTest
  @CsvSource({
    "apgd, linf, 0.1084, 0.1084, 1",
    "apgd-t:targets=2:steps=50, l2, 1.33, 1.33, 2",
    "apgd-t:targets=2:steps=50, l1, 6, 6, 4",
    "square:queries=500, linf, 0.2, 0.13, 0"
  })
  void asManyAreFooledAsTheBestOfOthersFooled(
      String attack, String norm, double epsilon, double distance, int missed) throws IOException {
    Path reference = ReferenceFolder.require();
    double[] smallest = smallest(reference.resolve("lenet5_clean-best.csv"), norm);
    long known = Arrays.stream(smallest).filter(d -> d <= distance).count();
    try (OnnxClassifier model =
        OnnxClassifier.load(reference.resolve("models/lenet5_clean.onnx"))) {
      ThreatModel threat = ThreatModel.untargeted(Norm.parse(norm), epsilon);
      long fooled =
          run(Attacks.parse(attack), model, threat).stream()
              .filter(result -> result.status() == AttackResult.Status.FOOLED)
              .count();
      assertThat(fooled).isGreaterThanOrEqualTo(known - missed);
    }
  }

  private static List<AttackResult> run(Attack attack, OnnxClassifier model, ThreatModel threat)
      throws IOException {
    float[][] images = ReferenceFolder.digits(DIGITS).toArray(float[][]::new);
    int[] labels = ReferenceFolder.labels(DIGITS);
    long[] indices = IntStream.range(0, DIGITS).asLongStream().toArray();
    try (Workers workers = new Workers()) {
      return workers
          .map(
              DIGITS,
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

  private static double[] smallest(Path csv, String norm) throws IOException {
    List<String> lines = Files.readAllLines(csv);
    int column = Arrays.asList(lines.get(0).split(",", -1)).indexOf(norm);
    assertThat(column).as("column %s of %s", norm, csv).isNotNegative();
    return lines.stream()
        .skip(1)
        .limit(DIGITS)
        .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
        .toArray();
  }
}

package io.foolproof.attack.closest;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.AttackResult.Status;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a model with one boundary, whose distance along a line is known. */
class NearerTest {
  /** Class 1 where the first of two values exceeds 0.5. */
  private static final Classifier HALVES =
      Classifier.of(
          "halves",
          InputSpec.unit(1, 1, 2),
          2,
          images ->
              Arrays.stream(images)
                  .map(image -> new float[] {0, image[0] - 0.5f})
                  .toArray(float[][]::new));

  private static final List<Double> EPSILONS = DoubleStream.of(0.1, 0.2, 0.3, 0.4).boxed().toList();

  @ParameterizedTest
  @EnumSource(
      value = Norm.class,
      names = {"LINF", "L2", "L1"})
  void findsTheSmallestEpsilonAtWhichTheLineCrossesTheBoundary(Norm norm) {
    float[][] clean = {{0.25f, 0.5f}, {0.45f, 0.5f}, {0.15f, 0.5f}};
    float[][] known = {{0.65f, 0.5f}, {0.85f, 0.5f}, {0.51f, 0.5f}};
    Samples samples =
        new Samples(clean, new int[3], new long[] {0, 1, 2})
            .within(new int[] {0, 1, 2}, new double[] {0.4, 0.4, 0.4}, known);
    List<AttackResult> results =
        new Nearer(EPSILONS).run(HALVES, samples, ThreatModel.untargeted(norm, 0.4), 0);
    double[] nearest = {0.3, 0.1, 0.36};
    int[] evaluations = {3, 1, 4};
    for (int i = 0; i < nearest.length; i++) {
      AttackResult result = results.get(i);
      assertThat(result.status()).isEqualTo(Status.FOOLED);
      double distance = result.image()[0] - clean[i][0];
      assertThat(distance).isBetween(nearest[i] * (1 - 1e-5), nearest[i] * (1 + 1e-6));
      assertThat(result.forwards()).isEqualTo(evaluations[i]);
      assertThat(result.backwards()).isZero();
    }
  }
}

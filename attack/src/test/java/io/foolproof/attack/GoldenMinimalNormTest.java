package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.RealData;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Distances on real digits against the smallest that independent implementations found with all
 * their attacks together; with fewer steps than those took.
 */
class GoldenMinimalNormTest {
  private static final int DIGITS = 20;

  @ParameterizedTest
  @CsvSource({
    "lenet5_clean, L2, ddn:steps=60, 1.05",
    "lenet5_clean, LINF, fmn:steps=60, 1.05",
    "lenet5_clean, L0, sigmazero:steps=100, 1.3",
    "convsmall_wong_eps0.1, L2, pdpgd:steps=200, 1.1",
    "convsmall_wong_eps0.1, LINF, fab:steps=50, 1.1"
  })
  void mediansAreNearTheSmallestKnown(String name, Norm norm, String settings, double factor)
      throws IOException {
    double[] known = ReferenceModels.smallestDistances(name, norm, DIGITS);
    try (OnnxClassifier model = ReferenceModels.load(name)) {
      Samples samples = digits();
      ThreatModel threat = ThreatModel.untargeted(norm, model.input().elements());
      List<AttackResult> results = Attacks.parse(settings).run(model, samples, threat, 1);
      double[] found = new double[DIGITS];
      for (int i = 0; i < DIGITS; i++) {
        AttackResult result = results.get(i);
        found[i] =
            result.status() == AttackResult.Status.FOOLED
                ? Distances.between(samples.images()[i], result.image()).in(norm)
                : Double.POSITIVE_INFINITY;
        assertThat(found[i] == 0).as("digit %d is wrong already", i).isEqualTo(known[i] == 0);
      }
      assertThat(median(found)).isLessThanOrEqualTo(median(known) * factor);
    }
  }

  private static Samples digits() {
    ImageSet set = DataSets.open("mnist", Split.TEST, RealData.locations());
    return new Samples(
        IntStream.range(0, DIGITS).mapToObj(set::pixels).toArray(float[][]::new),
        IntStream.range(0, DIGITS).map(set::label).toArray(),
        LongStream.range(0, DIGITS).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    return (sorted[DIGITS / 2 - 1] + sorted[DIGITS / 2]) / 2;
  }
}

package io.foolproof.attack.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.Viewed;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.transform.View;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnealTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 4, 5);
  private static final double EPSILON = 0.1;

  private static float[][] weights() {
    float[][] weights = new float[2][20];
    for (int k = 0; k < 2; k++) {
      new RandomStream(5, k, "weights", 0).fillGaussian(weights[k], 0, 20);
    }
    return weights;
  }

  /** Of two classes, the point that fools most draws of noise is a corner of the ball. */
  @Test
  void behindACameraItHandsOnItsLastPointWhichIsTheBest() {
    float[][] weights = weights();
    Classifier seen =
        Viewed.of(
            new LinearClassifier(INPUT, weights, new float[] {0, 0}),
            View.parse("read-noise:sigma=0..0.05"));
    float[][] images = new float[3][20];
    for (int i = 0; i < images.length; i++) {
      new RandomStream(6, i, "images", 0).fillUniform(images[i], 0, 20, 0.3f, 0.7f);
    }
    Samples samples = new Samples(images, new int[] {0, 1, 0}, new long[] {0, 1, 2});
    List<AttackResult> results =
        Anneal.standard().run(seen, samples, ThreatModel.untargeted(Norm.LINF, EPSILON), 0);
    for (int i = 0; i < images.length; i++) {
      int label = samples.labels()[i];
      AttackResult result = results.get(i);
      for (int j = 0; j < 20; j++) {
        double sign = Math.signum(weights[1 - label][j] - weights[label][j]);
        assertThat(result.image()[j])
            .isCloseTo((float) (images[i][j] + sign * EPSILON), within(1e-6f));
      }
      // Forty gradients, a look, and forty draws that judge the one point that counts.
      assertThat(result.backwards()).isEqualTo(40);
      assertThat(result.forwards()).isEqualTo(40 + 1 + 40);
    }
  }
}

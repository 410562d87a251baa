package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A pixel of a colour image changes all its channels at the cost of one; values cost one each. */
class PixelCountAuditTest {
  private static final int PIXELS = 4;

  /** Class 1 where the first pixel's channels are 1.2 above grey in all: each adds at most 0.5. */
  private static final Classifier MODEL =
      Classifier.of(
          "first pixel",
          InputSpec.unit(3, 2, 2),
          2,
          images -> {
            float[][] logits = new float[images.length][2];
            for (int i = 0; i < images.length; i++) {
              for (int channel = 0; channel < 3; channel++) {
                logits[i][1] += images[i][channel * PIXELS] - 0.5f;
              }
              logits[i][1] -= 1.2f;
            }
            return logits;
          });

  private static AuditResult audit(ThreatModel threat) {
    float[] grey = new float[3 * PIXELS];
    Arrays.fill(grey, 0.5f);
    ImageSet images = ImageSet.of(new float[][] {grey, grey}, new int[2], new ImageShape(3, 2, 2));
    return Audit.of(MODEL, images)
        .against(threat)
        .with(Suite.BLACK_BOX)
        .extent(AuditPlan.Extent.VERDICTS)
        .run();
  }

  @Test
  void onePixelIsEnough() {
    AuditResult result = audit(ThreatModel.l0Pixels(1));
    assertThat(result.samples()).extracting(SampleVerdict::verdict).containsOnly(Verdict.FOOLED);
    SampleVerdict.Witness witness = Objects.requireNonNull(result.samples().get(0).witness());
    assertThat(changed(witness.image())).isEqualTo(3);
  }

  @Test
  void twoValuesAreNotAndThreeAre() {
    assertThat(audit(ThreatModel.l0(2)).samples())
        .extracting(SampleVerdict::verdict)
        .containsOnly(Verdict.UNKNOWN);
    assertThat(audit(ThreatModel.l0(3)).samples())
        .extracting(SampleVerdict::verdict)
        .containsOnly(Verdict.FOOLED);
  }

  private static int changed(float[] image) {
    int changed = 0;
    for (float value : image) {
      changed += value == 0.5f ? 0 : 1;
    }
    return changed;
  }
}

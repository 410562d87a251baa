package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Flow;
import io.foolproof.attack.LinearClassifier;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits whose attacks move pixels: two images do not tell how far, so flows are replayed. */
class MovedPixelsTest {
  private static final InputSpec INPUT = InputSpec.unit(1, 6, 5);
  private static final LinearClassifier MODEL = LinearClassifier.random(INPUT, 3, 11);
  private static final double EPSILON = 0.12;
  private static final ThreatModel THREAT = ThreatModel.flow(EPSILON);
  private static final List<Attack> ATTACKS =
      List.of(Attacks.parse("spatial:angles=5:shifts=3"), Attacks.parse("stadv:steps=20"));

  @TempDir Path folder;

  private static ImageSet data(int count) {
    float[] pixels = new float[count * INPUT.elements()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int from = i * INPUT.elements();
      int to = from + INPUT.elements();
      new RandomStream(5, i, "images", 0).fillUniform(pixels, from, to, 0, 1);
      labels[i] = MODEL.predict(Arrays.copyOfRange(pixels, from, to));
    }
    return ImageSet.ofPixels(
        "noise", new ImageShape(1, 6, 5), pixels, labels, List.of("a", "b", "c"));
  }

  private Audit audit(ImageSet data, String journal) {
    return Audit.of(MODEL, data)
        .against(THREAT)
        .with(ATTACKS.toArray(Attack[]::new))
        .extent(new AuditPlan.Extent(false, 4, true))
        .seed(7)
        .journal(folder.resolve(journal))
        .workers(2)
        .batch(16);
  }

  @Test
  void witnessesSayHowFarPixelsMovedAndTheCurveFallsWithEpsilon() {
    ImageSet data = data(60);
    AuditResult result = audit(data, "j").run();
    assertThat(result.count(Verdict.FOOLED).count()).isBetween(10, 59);
    assertThat(result.attacks()).allMatch(attack -> attack.notReplayed() == 0);
    for (SampleVerdict sample : result.samples()) {
      SampleVerdict.Witness witness = sample.witness();
      if (witness != null) {
        assertThat(THREAT.size(witness.distances())).isPositive().isLessThanOrEqualTo(EPSILON);
        assertThat(MODEL.predict(witness.image())).isNotEqualTo(sample.label());
      }
    }
    List<AuditResult.CurvePoint> curve = result.curve();
    assertThat(curve.get(0).robustAccuracy().count()).isEqualTo(60);
    assertThat(curve.get(4).robustAccuracy()).isEqualTo(result.robustAccuracy());
    assertThat(curve.get(2).robustAccuracy().count())
        .isBetween(result.robustAccuracy().count() + 1, 59);
    assertThat(result.diagnostics())
        .anyMatch(sign -> sign.sentence().contains("Gradient steps have no version for flow"));
  }

  @Test
  void aJournalThatIsCutLeadsToTheSameResult() throws IOException {
    ImageSet data = data(30);
    AuditResult reference = audit(data, "whole").run();
    byte[] whole = Files.readAllBytes(folder.resolve("whole"));
    for (double share : new double[] {0.3, 0.7, 1}) {
      Files.write(folder.resolve("cut"), Arrays.copyOf(whole, (int) (whole.length * share)));
      AuditResult resumed = audit(data, "cut").run();
      assertThat(resumed.samples())
          .usingRecursiveFieldByFieldElementComparator()
          .isEqualTo(reference.samples());
      assertThat(resumed.curve()).isEqualTo(reference.curve());
    }
  }

  @Test
  void aClaimWhoseFlowOrImageWasTamperedWithIsRefused() {
    Replay replay = new Replay(List.of(MODEL));
    ImageSet data = data(30);
    Samples samples = Samples.of(data, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    List<AttackResult> results = ATTACKS.get(1).run(MODEL, samples, THREAT, 1);
    int checked = 0;
    for (int i = 0; i < results.size(); i++) {
      AttackResult found = results.get(i);
      Flow flow = found.flow();
      if (found.status() != AttackResult.Status.FOOLED || flow == null) {
        continue;
      }
      checked++;
      float[] clean = samples.images()[i];
      int label = samples.labels()[i];
      assertThat(replay.confirm(THREAT, clean, label, found).prediction()).isNotNegative();
      float[] other = found.image().clone();
      other[7] = Math.nextUp(other[7]);
      assertRefused(replay, clean, label, claim(other, flow));
      assertRefused(replay, clean, label, claim(found.image(), null));
      float[] across = flow.across().clone();
      across[3] += 0.01f;
      assertRefused(
          replay, clean, label, claim(found.image(), new Flow(6, 5, across, flow.down())));
      across[3] = Float.NaN;
      Flow nowhere = new Flow(6, 5, across, flow.down());
      assertRefused(replay, clean, label, claim(nowhere.bend(clean, INPUT), nowhere));
      ThreatModel tighter = THREAT.withEpsilon(Math.nextDown(flow.length()));
      assertThat(replay.confirm(tighter, clean, label, found)).isEqualTo(Replay.NONE);
    }
    assertThat(checked).isPositive();
  }

  private static AttackResult claim(float[] image, @org.jspecify.annotations.Nullable Flow flow) {
    return new AttackResult(AttackResult.Status.FOOLED, image, -1, 1, 0, flow);
  }

  private static void assertRefused(Replay replay, float[] clean, int label, AttackResult claim) {
    assertThat(replay.confirm(THREAT, clean, label, claim)).isEqualTo(Replay.NONE);
  }
}

package io.foolproof.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.journal.Journal;
import io.foolproof.audit.proof.ImageProofs;
import io.foolproof.audit.proof.ProofFinding;
import io.foolproof.audit.proof.ProofSearch;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvingTest {
  private static final double EPSILON = 0.1;
  private static final int COUNT = 60;

  @TempDir Path folder;

  /** The logits are the two pixels: the distance to the other class is half of their difference. */
  private static OnnxModel model() {
    byte[] bytes =
        new TestGraph()
            .input("x", "batch", "1", "1", "2")
            .integers("shape", 0, -1)
            .floats("w", new float[] {1, 0, 0, 1}, 2, 2)
            .node("Reshape", List.of("x", "shape"), "f")
            .node("Gemm", List.of("f", "w"), "y")
            .output("y", "batch", "2")
            .bytes();
    return OnnxModel.of(bytes, "pixels.onnx");
  }

  /** Differences from -0.59 to 0.59, all of them right. */
  private static ImageSet images() {
    float[][] images = new float[COUNT][];
    int[] labels = new int[COUNT];
    for (int i = 0; i < COUNT; i++) {
      float half = (2 * i - (COUNT - 1)) / 200f;
      images[i] = new float[] {0.5f + half, 0.5f - half};
      labels[i] = half > 0 ? 0 : 1;
    }
    return ImageSet.of(images, labels, new ImageShape(1, 1, 2));
  }

  private static boolean isFar(int i) {
    return Math.abs(2 * i - (COUNT - 1)) / 200.0 > EPSILON;
  }

  private static Audit audit() {
    return audit(images());
  }

  private static Audit audit(ImageSet images) {
    return Audit.of(model(), Preprocessing.NONE, images)
        .against(ThreatModel.linf(EPSILON))
        .with(Suite.FAST)
        .extent(AuditPlan.Extent.VERDICTS);
  }

  @Test
  void whatIsFartherThanEpsilonIsProvedAndTheRestIsFooled() {
    AuditResult result = audit().proving(20).run();
    int far = 0;
    for (int i = 0; i < COUNT; i++) {
      Verdict expected = isFar(i) ? Verdict.PROVED : Verdict.FOOLED;
      assertThat(result.samples().get(i).verdict()).as("image " + i).isEqualTo(expected);
      far += isFar(i) ? 1 : 0;
    }
    Proofs proofs = Objects.requireNonNull(result.proofs());
    assertThat(proofs.proved()).isEqualTo(far);
    assertThat(proofs.fooled()).isEqualTo(COUNT - far);
    assertThat(proofs.contradicted()).isEmpty();
    assertThat(result.provedAccuracy()).isEqualTo(result.robustAccuracy());
    // The others are spared: the first attack sees those that were drawn, and no more.
    assertThat(proofs.controls()).isEqualTo(20);
    assertThat(result.attacks().get(0).tried()).isEqualTo(20);
    assertThat(result.attacks().get(0).robustAccuracy()).isEqualTo(result.robustAccuracy());
  }

  /** Whatever is proved together, certificates and witnesses are the same, byte for byte. */
  @Test
  void whatIsFoundDoesNotDependOnThreads() throws IOException {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path three = Files.createDirectory(folder.resolve("three"));
    audit().proving(20).journal(one.resolve(Journal.FILE)).workers(1).run();
    audit().proving(20).journal(three.resolve(Journal.FILE)).workers(3).run();
    int compared = 0;
    for (Path file : ImageProofs.files(one.resolve(Audit.PROOFS))) {
      Path other = three.resolve(Audit.PROOFS).resolve(String.valueOf(file.getFileName()));
      assertThat(other).hasSameBinaryContentAs(file);
      compared += file.toString().endsWith(".vnnlib.gz") ? 0 : 1;
    }
    assertThat(compared).isEqualTo(COUNT);
    assertThat(ImageProofs.files(three.resolve(Audit.PROOFS)))
        .hasSameSizeAs(ImageProofs.files(one.resolve(Audit.PROOFS)));
  }

  @Test
  void whatIsInTheJournalIsNotProvedAgainAndItsCertificatesAreChecked() throws IOException {
    Path journal = folder.resolve(Journal.FILE);
    AuditResult first = audit().proving(20).journal(journal).run();
    Path proofs = folder.resolve(Audit.PROOFS);
    byte[] before = Files.readAllBytes(proofs.resolve("journal.jsonl"));
    AuditResult second = audit().proving(20).journal(journal).run();
    assertThat(second.proofs()).isEqualTo(first.proofs());
    assertThat(Files.readAllBytes(proofs.resolve("journal.jsonl"))).isEqualTo(before);
    // The certificate of another image is that of another property.
    Files.copy(
        proofs.resolve("image-0.proof"),
        proofs.resolve("image-1.proof"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> audit().proving(20).journal(journal).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the certificate of image 1 proves nothing")
        .hasMessageContaining("another specification");
    assertThatThrownBy(() -> audit().proving(10).journal(journal).run())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("proofs");
    Audit ofFew = audit(images().first(6)).proving(20).journal(journal).startingAfreshIfChanged();
    assertThat(Objects.requireNonNull(ofFew.run().proofs()).proved()).isEqualTo(6);
  }

  /** A prover that lies is found out by what is attacked all the same, and nothing is proved. */
  @Test
  void oneContradictionAndNothingCountsAsProved() {
    List<Long> kept = new ArrayList<>();
    ProofSearch lies =
        new ProofSearch() {
          @Override
          public ProofFinding find(int place) {
            return new ProofFinding(
                place, ProofFinding.Outcome.PROVED, 0, "for certain", 1.0, null);
          }

          @Override
          public void keepWitness(long index, float[] image) {
            kept.add(index);
          }
        };
    AuditedModel model =
        new AuditedModel.Unloaded(model(), new long[] {1, 1, 2}, Preprocessing.NONE);
    try (AuditedModel.Opened opened = model.open(true);
        Workers workers = new Workers(1)) {
      AuditPlan plan = audit().proving(20).plan(opened);
      Stages stages = new Stages(plan, Journal.inMemory(), workers, 16, null, Progress.none());
      AuditResult result = new AuditRun(plan, stages, lies).result();
      assertThat(Objects.requireNonNull(result.proofs()).contradicted())
          .isNotEmpty()
          .isEqualTo(kept);
      assertThat(result.count(Verdict.PROVED).count()).isZero();
      assertThat(result.count(Verdict.FOOLED).count()).isEqualTo(kept.size());
      assertThat(result.warnings()).extracting(Diagnostic::id).contains("proof-contradicted");
      assertThat(result.gate(0).passed()).isFalse();
    }
  }

  @Test
  void whatProofsDoNotCoverIsRefusedInOneLine() {
    Audit counting =
        Audit.of(model(), Preprocessing.NONE, images())
            .against(ThreatModel.l0(3))
            .with(Suite.FAST)
            .proving(20);
    assertThatThrownBy(counting::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L-inf");
    assertThatThrownBy(() -> audit().proving(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("positive");
  }
}

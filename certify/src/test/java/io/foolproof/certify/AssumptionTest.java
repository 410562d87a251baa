package io.foolproof.certify;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.search.BoxProof;
import io.foolproof.certify.search.Deadline;
import io.foolproof.checker.Verdict;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proofs of cases where they happen: of two constraints, at the edge of what a network does. */
@Tag("slow")
class AssumptionTest {
  private static final int NETS = 4;
  private static final int POINTS = 20_000;

  @TempDir Path folder;

  /** The outputs of random points, some of them corners of the box. */
  private static float[][] outputs(byte[] onnx, String name) {
    RandomStream random = new RandomStream(3, 0, name, 0);
    float[][] outputs = new float[POINTS][];
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.of(OnnxModel.of(onnx, "net"), Preprocessing.NONE)) {
      for (int i = 0; i < POINTS; i++) {
        float[] point = new float[3];
        for (int j = 0; j < 3; j++) {
          float x = random.nextInt(2049) / 1024f - 1;
          point[j] = i < POINTS / 10 ? Math.signum(x) : x;
        }
        outputs[i] = runtime.output(point);
      }
    }
    return outputs;
  }

  private static void search(BoxProof search) {
    search.bound(Deadline.in(120));
    if (!search.left().isEmpty()) {
      search.assume(Deadline.in(120));
    }
    if (!search.left().isEmpty()) {
      search.split(40, Deadline.in(120));
    }
  }

  private Verdict verdict(String name, byte[] onnx, float[] limits, double more)
      throws IOException {
    String condition =
        "(and (>= Y_0 %s) (>= Y_1 %s))"
            .formatted(
                new BigDecimal(limits[0] + more).toPlainString(),
                new BigDecimal(limits[1] + more).toPlainString());
    Path own = Files.createDirectory(folder.resolve(name));
    Trial trial = new Trial(own, onnx, Trial.specification(3, 2, "-1", "1", condition));
    Proof proof = trial.searched(2, AssumptionTest::search);
    return trial.check(proof);
  }

  @Test
  void whatHappensIsNeverProvedAndWhatDoesNotMostlyIs() throws IOException {
    int proved = 0;
    for (int n = 0; n < NETS; n++) {
      String name = "assumed " + n;
      byte[] onnx = SmallNets.random(name, 3, 7, 7, 2);
      float[] farthest = {Float.NEGATIVE_INFINITY, 0};
      for (float[] output : outputs(onnx, name)) {
        if (output[0] + output[1] > farthest[0] + farthest[1]) {
          farthest = output;
        }
      }
      assertThat(verdict(name + " within", onnx, farthest, -1e-4).proved()).as(name).isFalse();
      proved += verdict(name + " beyond", onnx, farthest, 0.1).proved() ? 1 : 0;
    }
    assertThat(proved).isGreaterThan(NETS / 2);
  }
}

package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.OnnxModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --penalty}. */
class TrainPenaltyTest {
  @TempDir Path folder;

  @Test
  void theFileSaysWhichPenaltyItWasTrainedWith() {
    Path out = folder.resolve("flat.onnx");
    InProcess train =
        InProcess.run(
            "train",
            "--data",
            "digits",
            "--net",
            "linear",
            "--epochs",
            "1",
            "--penalty",
            "llr:weight=2:steps=2",
            "--out",
            out);
    assertThat(train.exitCode()).isZero();
    assertThat(OnnxModel.read(out).metadata("foolproof.training"))
        .contains("LocalLinearity[lambda=2.0, mu=3.0, epsilon=0.1, steps=2]");
    InProcess again = InProcess.run("train", "--data", "digits", "--net", "linear", "--out", out);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).hasLineCount(1).contains("flat.onnx: is there already");
  }

  @Test
  void whatDoesNotFitTheRecipeIsRefused() {
    InProcess train =
        InProcess.run(
            "train", "--recipe", "trades", "--penalty", "gradient", "--out", folder.resolve("x"));
    assertThat(train.exitCode()).isEqualTo(2);
    assertThat(train.err())
        .contains(
            "the penalty 'gradient' is added to the cross-entropy of images, which the recipe"
                + " 'trades' does not train by: give --recipe plain");
  }
}

package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that is killed writes, when it is continued, the file that it would have written. */
@Tag("slow")
class KilledTrainingTest {
  private static final String[] TRAIN = {
    "train",
    "--data",
    "digits",
    "--recipe",
    "fast",
    "--net",
    "mlp",
    "--epsilon",
    "0.1",
    "--epochs",
    "4",
    "--out",
    "net.onnx"
  };

  @TempDir Path whole;
  @TempDir Path killed;

  @Test
  void continuesAndWritesTheSameFile() throws IOException, InterruptedException {
    Program.Run run = Program.run(whole, TRAIN);
    assertThat(run.err()).contains("epoch 4: loss", "under attack");
    assertThat(run.out()).contains("Test accuracy", "Under PGD (40 steps, L-inf, epsilon 0.1)");
    Path checkpoint = killed.resolve("net.onnx.training.npz");
    for (int kill = 0; kill < 2; kill++) {
      Process process = Program.start(killed, List.of(), TRAIN);
      long before = changed(checkpoint);
      while (process.isAlive() && changed(checkpoint) == before) {
        process.waitFor(10, TimeUnit.MILLISECONDS);
      }
      process.destroyForcibly().waitFor();
      assertThat(checkpoint).exists();
      assertThat(killed.resolve("net.onnx")).doesNotExist();
    }
    assertThat(Program.run(killed, TRAIN).exitCode()).isEqualTo(run.exitCode());
    assertThat(killed.resolve("net.onnx")).hasSameBinaryContentAs(whole.resolve("net.onnx"));
    assertThat(checkpoint).doesNotExist();
  }

  private static long changed(Path file) throws IOException {
    return Files.exists(file) ? Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS) : 0;
  }
}

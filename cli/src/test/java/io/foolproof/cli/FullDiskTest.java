package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that write models, on a disk that is full: what they write first, beside the file that
 * it becomes, is a link to a device that is always full.
 */
class FullDiskTest {
  private static final Path FULL = Path.of("/dev/full");
  private static final String TRAIN =
      "train --recipe fast --net linear --epochs 1 --epsilon 0.05 --data digits";

  @TempDir Path folder;

  private Path linked(String name) throws IOException {
    assumeTrue(Files.exists(FULL), "the system has a device that is always full");
    return Files.createSymbolicLink(folder.resolve(name), FULL);
  }

  private InProcess run(String line) {
    Stream<String> words = Arrays.stream(line.split(" "));
    Stream<String> out = Stream.of("--out", folder.resolve("net.onnx").toString());
    return InProcess.run(Stream.concat(words, out).toArray());
  }

  private void assertRefused(InProcess run, String file) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(folder.resolve(file) + ": ", "No space left on device");
    assertThat(run.err().lines().filter(line -> line.startsWith("foolproof:"))).hasSize(1);
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(folder.resolve("net.onnx")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"defend --with bits", "fit means --data digits"})
  void nothingIsThereWhereAModelDoesNotFit(String line) throws IOException {
    linked("net.onnx.part");
    assertRefused(run(line), "net.onnx");
    assertThat(folder).isEmptyDirectory();
    assertThat(run(line).exitCode()).isZero();
  }

  @Test
  void aModelThatDoesNotFitIsWrittenFromItsCheckpointLater() throws IOException {
    linked("net.onnx.part");
    assertRefused(run(TRAIN), "net.onnx");
    Path checkpoint = folder.resolve("net.onnx.training.npz");
    assertThat(checkpoint).exists();
    InProcess again = run(TRAIN);
    assertThat(again.err()).as("trained already").doesNotContain("epoch 1");
    assertThat(folder.resolve("net.onnx")).exists();
    assertThat(checkpoint).doesNotExist();
  }

  @Test
  void aCheckpointThatDoesNotFitEndsTrainingInOneLine() throws IOException {
    linked("net.onnx.training.npz.part");
    assertRefused(run(TRAIN), "net.onnx.training.npz.part");
    assertThat(folder).isEmptyDirectory();
  }
}

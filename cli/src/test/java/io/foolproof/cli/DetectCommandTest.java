package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class DetectCommandTest {
  @TempDir Path folder;

  @Test
  void aDetectorIsHeldAgainstBothAttacks() throws IOException {
    InProcess run =
        InProcess.run(
            "detect",
            "--detector",
            "squeezing",
            "--detector",
            "mahalanobis",
            "--samples",
            "20",
            "--epsilon",
            "0.2",
            "--attack",
            "pgd:steps=10",
            "--rounds",
            "1",
            "--out",
            folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("squeezing:bits=1:window=2: ", "mahalanobis:in=logits", "False alarms")
        .contains("Plain attack     succeeds on ", "Adaptive attack  succeeds on ", "AUC 0.")
        .doesNotContainIgnoringCase("robust")
        .doesNotContainIgnoringCase("secure");
    List<String> rows = Files.readAllLines(folder.resolve("detectors.csv"));
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1)).startsWith("\"squeezing:bits=1:window=2\",").contains(",20,");
    assertThat(rows).allSatisfy(row -> assertThat(row.split(",", -1)).hasSize(14));
    assertThat(Files.readAllLines(folder.resolve("scores.csv")))
        .filteredOn(row -> row.contains(",clean,"))
        .hasSize(40);
  }

  @Test
  void whatIsLeftOutIsNotMeasured() throws IOException {
    InProcess run =
        InProcess.run(
            "detect",
            "--detector",
            "squeezing",
            "--samples",
            "20",
            "--rounds",
            "0",
            "--attack",
            "fgsm",
            "--out",
            folder);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Adaptive attack  not measured");
    assertThat(Files.readAllLines(folder.resolve("detectors.csv")).get(1)).endsWith(",,,,");
  }

  @Test
  void refusalsComeFirst() {
    assertRefused("'magnet' is no detector", "--detector", "magnet");
    assertRefused(
        "the fraction of false alarms is 1.5", "--false-alarms", "1.5", "--samples", "10");
    assertRefused("within linf, l2 or l1", "--norm", "l0", "--samples", "10");
    assertRefused("--rounds is -1: give 0 or more", "--rounds", "-1");
  }

  /** Behind a layer of steps plain gradients are zero, and every detector would look perfect. */
  @Test
  void attacksPassLayersOfSteps() {
    Path steps = folder.resolve("steps.onnx");
    assertThat(InProcess.run("defend", "--with", "bits", "--out", steps).exitCode()).isZero();
    InProcess run =
        InProcess.run(
            "detect",
            steps,
            "--detector",
            "mahalanobis",
            "--samples",
            "10",
            "--epsilon",
            "0.25",
            "--rounds",
            "1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Gradients of attacks pass where the model rounds or clips images.")
        .doesNotContain("no image misclassified", "Adaptive attack  succeeds on 0.0 %");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void aModelThatDrawsAtRandomIsRefused() {
    Path noisy = folder.resolve("noisy.onnx");
    assertThat(InProcess.run("defend", "--with", "noise", "--out", noisy).exitCode()).isZero();
    assertRefused("noisy draws at random", noisy, "--samples", "5");
  }

  private static void assertRefused(String message, Object... options) {
    Object[] arguments = new Object[options.length + 1];
    arguments[0] = "detect";
    System.arraycopy(options, 0, arguments, 1, options.length);
    InProcess run = InProcess.run(arguments);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.err().strip().lines()).hasSize(1);
  }
}

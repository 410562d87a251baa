package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is no ONNX graph, in the commands that take model files. */
class FittedFileCommandsTest {
  @TempDir Path folder;

  @Test
  void aHullVoteIsFittedInspectedAttackedAndAudited() throws IOException {
    Path hull = folder.resolve("hull.fit");
    InProcess fit = InProcess.run("fit", "hull:points=60", "--data", "digits", "--out", hull);
    assertThat(fit.exitCode()).as(fit.err()).isZero();
    assertThat(fit.out()).contains("47,040 numbers learned").contains("Test accuracy");

    InProcess inspect = InProcess.run("inspect", hull);
    assertThat(inspect.exitCode()).as(inspect.err()).isZero();
    assertThat(inspect.out()).contains("hull:points=60", "[1, 28, 28]", "no second runtime");

    InProcess defend =
        InProcess.run("defend", hull, "--with", "noise:sigma=0.1", "--out", folder.resolve("n"));
    assertThat(defend.exitCode()).isEqualTo(2);
    assertThat(defend.err()).contains("is a fitted model, which is no ONNX graph");

    Path report = folder.resolve("report");
    InProcess audit =
        InProcess.run(
            "audit",
            hull,
            "--samples",
            "10",
            "--epsilon",
            "0.3",
            "--out",
            report,
            "--attacks",
            "fgsm,pgd:steps=5",
            "--surrogate",
            hull);
    assertThat(audit.exitCode()).as(audit.err()).isZero();
    assertThat(report.resolve("index.html"))
        .content()
        .contains("the model alone, in a batch of one")
        .contains("no second runtime replayed its adversarial examples");
    assertThat(report.resolve("report.json")).content().doesNotContain("replayedBy");

    InProcess attack =
        InProcess.run(
            "attack",
            hull,
            "--samples",
            "10",
            "--epsilon",
            "0.3",
            "--out",
            folder.resolve("a"),
            "--attack",
            "pgd:steps=5");
    assertThat(attack.exitCode()).as(attack.err()).isZero();
    assertThat(attack.out().replace("\n", " ")).contains("fooled by pgd");
  }

  @Test
  void whatCannotBeReadTakesOneLine() throws IOException {
    Path hull = folder.resolve("hull.fit");
    assertThat(InProcess.run("fit", "hull:points=60", "--data", "digits", "--out", hull).exitCode())
        .isZero();
    InProcess output = InProcess.run("audit", hull, "--output", "scores", "--samples", "10");
    assertThat(output.exitCode()).isEqualTo(2);
    assertThat(output.err()).contains("hull.fit: --output names an output of an ONNX file");
    byte[] bytes = Files.readAllBytes(hull);
    bytes[bytes.length / 2] ^= 1;
    Files.write(hull, bytes);
    for (String command : new String[] {"audit", "inspect"}) {
      InProcess damaged = InProcess.run(command, hull);
      assertThat(damaged.exitCode()).isEqualTo(2);
      assertThat(damaged.err().strip().lines())
          .singleElement()
          .asString()
          .contains("hull.fit: the checksum is wrong; the file is damaged");
    }
  }
}

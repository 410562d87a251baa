package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hull study that is killed in each of its stages ends as if it had not been. */
@Tag("slow")
class KilledHullTest {
  private static final String MODEL =
      Path.of("src/main/resources/io/foolproof/cli/option/digits.onnx").toAbsolutePath().toString();
  private static final String[] STUDY = {
    "hull",
    "--train",
    "200",
    "--samples",
    "60",
    "--model",
    MODEL,
    "--attack",
    "pgd:steps=10",
    "--out",
    "r"
  };

  @TempDir Path whole;
  @TempDir Path killed;

  @Test
  void resumesAndEndsWithTheSameFigures() throws IOException, InterruptedException {
    Program.Run run = Program.run(whole, STUDY);
    assertThat(run.exitCode()).as(run.err()).isZero();
    for (String stage :
        List.of("journal", "journal-spaces", "journal-classes", "journal-fooling")) {
      Path journal = killed.resolve("r/" + stage + ".jsonl");
      Process process = Program.start(killed, List.of(), STUDY);
      while (process.isAlive() && lines(journal) < 2) {
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
      process.destroyForcibly().waitFor();
      assertThat(journal).exists();
      assertThat(killed.resolve("r/index.html")).doesNotExist();
    }
    assertThat(Program.run(killed, STUDY).exitCode()).isZero();
    same("hull.csv");
    same("fooling.csv");
  }

  private static long lines(Path journal) throws IOException {
    return Files.exists(journal) ? Files.readString(journal).lines().count() : 0;
  }

  /** Field by field: distances may differ in the last digits with the order of the queries. */
  private void same(String file) throws IOException {
    List<String> expected = Files.readAllLines(whole.resolve("r").resolve(file));
    List<String> found = Files.readAllLines(killed.resolve("r").resolve(file));
    assertThat(found).hasSameSizeAs(expected).hasSize(61);
    for (int row = 0; row < expected.size(); row++) {
      String[] wanted = expected.get(row).split(",", -1);
      String[] got = found.get(row).split(",", -1);
      assertThat(got).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i].contains(".")) {
          double value = Double.parseDouble(wanted[i]);
          assertThat(Double.parseDouble(got[i])).isCloseTo(value, within(1e-7));
        } else {
          assertThat(got[i]).as("row %d, field %d", row, i).isEqualTo(wanted[i]);
        }
      }
    }
  }
}

package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit that is killed, however often and wherever, ends as if it had not been. */
class KilledAuditTest {
  private static final String[] AUDIT = {
    "audit", "--samples", "150", "--attacks", "fgsm,pgd:steps=10", "--epsilon", "0.1", "--out", "r"
  };

  @TempDir Path whole;
  @TempDir Path killed;

  @Test
  void resumesAndEndsWithTheSameReport() throws IOException, InterruptedException {
    Program.Run run = Program.run(whole, AUDIT);
    assertThat(run.exitCode()).as(run.err()).isZero();
    Path journal = killed.resolve("r/journal.jsonl");
    long size = Files.size(whole.resolve("r/journal.jsonl"));
    for (double share : new double[] {0.02, 0.3, 0.7}) {
      Process process = Program.start(killed, List.of(), AUDIT);
      while (process.isAlive() && !reached(journal, (long) (size * share))) {
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
      process.destroyForcibly().waitFor();
      assertThat(journal).exists();
      assertThat(killed.resolve("r/index.html")).doesNotExist();
    }
    assertThat(Program.run(killed, AUDIT).exitCode()).isZero();
    assertThat(killed.resolve("r/samples.csv"))
        .hasSameTextualContentAs(whole.resolve("r/samples.csv"));
    assertThat(lasting(killed)).isEqualTo(lasting(whole));
  }

  private static boolean reached(Path journal, long size) throws IOException {
    return Files.exists(journal) && Files.size(journal) > size;
  }

  /** The report without what no two runs share: times and dates. */
  private static String lasting(Path folder) throws IOException {
    return Files.readString(folder.resolve("r/report.json"))
        .replaceAll("\"(seconds|date)\"\\s*:\\s*[^,}]*", "");
  }
}

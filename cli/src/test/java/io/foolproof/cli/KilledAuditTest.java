package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foolproof.cli.terminal.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit that is killed, however often and wherever, ends as if it had not been. */
class KilledAuditTest {
  private static final String[] AUDIT = {
    "audit", "--samples", "150", "--attacks", "fgsm,pgd:steps=10", "--epsilon", "0.1", "--out", "r"
  };

  private static final int INTERRUPT = 2;

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

  /** Ctrl-C at a terminal: one line that is true, and nothing of the progress line. */
  @Test
  void anInterruptionSaysHowToContinue() throws IOException, InterruptedException {
    List<String> atTerminal = List.of("-Dfoolproof.terminal.err=true", "-Dfoolproof.columns=80");
    Process process = Program.start(killed, atTerminal, AUDIT);
    Path journal = killed.resolve("r/journal.jsonl");
    while (process.isAlive() && !reached(journal, 1000)) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    assumeFalse(ignoresInterruptions(process), "started where SIGINT is ignored");
    signal(process, "-INT");
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    Screen screen = new Screen(80);
    screen.write(Files.readString(killed.resolve("err.txt")));
    assertThat(screen.text())
        .containsExactly("foolproof: interrupted; the same command continues where it stopped");
    assertThat(killed.resolve("r/index.html")).doesNotExist();
    long size = Files.size(journal);
    Program.Run run = Program.run(killed, atTerminal, AUDIT);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.size(journal)).isGreaterThan(size);
    assertThat(killed.resolve("r/index.html")).exists();
  }

  /** The first is stopped for a moment, so that it is sure to be at work meanwhile. */
  @Test
  void ofTwoAuditsInOneFolderTheSecondSaysSo() throws IOException, InterruptedException {
    Process process = Program.start(killed, List.of(), AUDIT);
    Path journal = killed.resolve("r/journal.jsonl");
    while (process.isAlive() && !reached(journal, 1000)) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    signal(process, "-STOP");
    byte[] before = Files.readAllBytes(journal);
    String out = killed.resolve("r").toString();
    for (String[] more : new String[][] {{"--out", out}, {"--out", out, "--fresh"}}) {
      String[] second = Arrays.copyOf(AUDIT, AUDIT.length - 2 + more.length);
      System.arraycopy(more, 0, second, AUDIT.length - 2, more.length);
      Program.Run run = Program.run(whole, second);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
      assertThat(run.err())
          .contains("another audit is writing here: wait for it, or use another folder (--out)");
      assertThat(Files.readAllBytes(journal)).isEqualTo(before);
    }
    signal(process, "-CONT");
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(killed.resolve("r/index.html")).exists();
  }

  private static void signal(Process process, String signal)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
  }

  /** As the shell of a background job has it, which all its children inherit. */
  private static boolean ignoresInterruptions(Process process) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    assumeTrue(Files.exists(status), "signals are looked up in /proc");
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring(7).strip())
            .findFirst()
            .orElse("0");
    return (Long.parseUnsignedLong(ignored, 16) & 1L << (INTERRUPT - 1)) != 0;
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

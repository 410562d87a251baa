package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Memory or disk space that runs out is no failed gate and no error of the program. */
class ExhaustionTest {
  @TempDir Path folder;

  /** A command that ends with an error. */
  @Command(name = "failing")
  private record Failing(Throwable error) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      if (error instanceof Exception exception) {
        throw exception;
      }
      throw (Error) error;
    }
  }

  private static String refused(Throwable error) {
    Errors errors = new Errors();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new Failing(error))
            .setExecutionStrategy(errors::run)
            .setExecutionExceptionHandler(errors)
            .setErr(new PrintWriter(err, true))
            .execute();
    assertThat(exitCode).as(err.toString()).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString();
  }

  @Test
  void aFullHeapNamesItsSizeAndALargerOne() {
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;
    assertThat(refused(new OutOfMemoryError("Java heap space")))
        .startsWith("foolproof: out of memory (Java heap space)")
        .contains("%,d MB".formatted(megabytes), "-Xmx%dm".formatted(2 * megabytes), "is kept");
    assertThat(refused(new IllegalStateException(new OutOfMemoryError("Java heap space"))))
        .contains("out of memory");
  }

  @Test
  void aFullDiskIsNamedWithTheFile() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "the system has a device that is always full");
    UncheckedIOException error = null;
    try {
      Files.write(full, new byte[1]);
    } catch (IOException e) {
      error = new UncheckedIOException("r/journal.jsonl: the journal cannot be written", e);
    }
    assertThat(error).isNotNull();
    assertThat(refused(error))
        .contains("r/journal.jsonl: the journal cannot be written (No space left on device)")
        .contains("make room", "is kept");
  }

  @Test
  void otherErrorsAreStillErrorsOfTheProgram() {
    Errors errors = new Errors();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new Failing(new IllegalStateException("\u001b[2J")))
            .setExecutionStrategy(errors::run)
            .setExecutionExceptionHandler(errors)
            .setErr(new PrintWriter(err, true))
            .execute();
    assertThat(exitCode).isEqualTo(3);
    assertThat(err.toString()).contains("internal error", "\\u001b[2J").doesNotContain("\u001b");
  }

  @Test
  void anAuditInAHeapThatIsTooSmall() throws IOException, InterruptedException {
    Program.Run run =
        Program.run(
            folder,
            List.of("-Xmx24m"),
            "audit",
            "--samples",
            "50",
            "--attacks",
            "fgsm",
            "--out",
            "r");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("out of memory", "-Xmx").doesNotContain("\tat ");
  }
}

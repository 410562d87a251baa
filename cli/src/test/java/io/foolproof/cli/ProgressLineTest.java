package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.cli.terminal.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole run at a terminal: its progress is one line, of which nothing is left. */
@Tag("slow")
class ProgressLineTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 200})
  void nothingOfTheProgressIsLeft(int columns) throws IOException, InterruptedException {
    List<String> terminal =
        List.of(
            "-Dfoolproof.terminal.out=true",
            "-Dfoolproof.terminal.err=true",
            "-Dfoolproof.columns=" + columns);
    Program.Run run =
        Program.run(
            folder, terminal, "audit", "--samples", "20", "--attacks", "fgsm", "--out", "r");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("[1/4] clean images  ", "[2/4] fgsm  ", "[3/4] diagnosis");
    Screen screen = new Screen(columns);
    screen.write(run.err());
    assertThat(screen.text()).isEmpty();
    assertThat(screen.wrapped()).isZero();
    assertThat(run.out()).contains("\u001b[");
  }
}

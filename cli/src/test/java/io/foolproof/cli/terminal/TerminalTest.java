package io.foolproof.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.RemoteFile;
import io.foolproof.defense.training.Validation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {
  private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong now = new AtomicLong();

  private Terminal terminal(boolean isTerminal, int columns, Map<String, String> environment) {
    System.setProperty("foolproof.terminal.out", String.valueOf(isTerminal));
    System.setProperty("foolproof.terminal.err", String.valueOf(isTerminal));
    System.setProperty("foolproof.columns", String.valueOf(columns));
    return Terminal.of(err, environment, now::get);
  }

  @AfterEach
  void forget() {
    System.clearProperty("foolproof.terminal.out");
    System.clearProperty("foolproof.terminal.err");
    System.clearProperty("foolproof.columns");
  }

  private void pass(double seconds) {
    now.addAndGet((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
  }

  private Screen screen(int columns) {
    Screen screen = new Screen(columns);
    screen.write(bytes.toString(StandardCharsets.UTF_8));
    return screen;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 20, 40, 80, 200})
  void aRunLeavesNothingBehindAtAnyWidth(int columns) {
    err.println("before");
    try (Terminal terminal = terminal(true, columns, XTERM)) {
      for (int stage = 1; stage <= 9; stage++) {
        terminal.stage(stage, 9);
        terminal.begin("attack-with-a-long-name:steps=100:restarts=" + stage, 1000);
        for (int i = 0; i < 50; i++) {
          pass(0.3);
          terminal.advance(20);
          assertThat(screen(columns).current()).isNotEmpty();
        }
        terminal.end();
      }
    }
    Screen screen = screen(columns);
    assertThat(screen.text()).containsExactly("before");
    assertThat(screen.wrapped()).isZero();
    assertThat(screen.widest()).isLessThan(columns);
  }

  @ParameterizedTest
  @CsvSource({
    "50, '[3/8] apgd-t  120/180, 0:06 left in this part'",
    "80, '[3/8] apgd-t  ################--------  120/180, 0:06 left in this part'"
  })
  void theLineTellsStageSamplesAndTimeLeft(int columns, String expected) {
    try (Terminal terminal = terminal(true, columns, XTERM)) {
      terminal.stage(3, 8);
      terminal.begin("apgd-t", 180);
      for (int i = 0; i < 12; i++) {
        pass(1);
        terminal.advance(10);
      }
      assertThat(screen(columns).current()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"20, 1 min", "170, 3 min", "5000, 83 min", "30000, 8 h"})
  void theTimeLeftOfAllStagesIsToldRoughly(int seconds, String expected) {
    try (Terminal terminal = terminal(true, 80, XTERM)) {
      terminal.stage(3, 20);
      terminal.left(Duration.ofSeconds(seconds));
      terminal.begin("figure 3", 10);
      assertThat(screen(80).current())
          .isEqualTo("[3/20, about " + expected + " left] figure 3  " + "-".repeat(24) + "  0/10");
      terminal.stage(4, 20);
      terminal.begin("figure 4", 10);
      assertThat(screen(80).current()).startsWith("[4/20] figure 4");
    }
  }

  @Test
  void timeLeftIsUnknownRatherThanWrong() {
    try (Terminal terminal = terminal(true, 80, XTERM)) {
      terminal.stage(1, 1);
      terminal.begin("pgd", 1000);
      for (int i = 0; i < 7; i++) {
        pass(1);
        terminal.advance(10);
        assertThat(screen(80).current()).doesNotContain("left");
      }
      pass(1);
      terminal.advance(10);
      assertThat(screen(80).current()).endsWith("80/1000, 1:32 left in this part");
      terminal.begin("fgsm", 10);
      assertThat(screen(80).current()).doesNotContain("left");
    }
  }

  @Test
  void anOverdueStepLeavesTheTimeUnknown() {
    Meter meter = new Meter("pgd", Meter.Unit.PIECES, false, 0, 20, 0);
    for (int i = 1; i <= 16; i++) {
      meter.at(i, TimeUnit.SECONDS.toNanos(i));
    }
    assertThat(meter.secondsLeft(TimeUnit.SECONDS.toNanos(16))).hasValue(4);
    assertThat(meter.secondsLeft(TimeUnit.SECONDS.toNanos(19))).hasValue(1);
    assertThat(meter.secondsLeft(TimeUnit.SECONDS.toNanos(21))).isEmpty();
  }

  @Test
  void whatWasDoneBeforeDoesNotCountForTheRate() {
    Meter meter = new Meter("train", Meter.Unit.BYTES, false, 50_000_000, 100_000_000, 0);
    for (int i = 1; i <= 10; i++) {
      meter.at(50_000_000 + i * 1_000_000L, TimeUnit.SECONDS.toNanos(i));
    }
    long end = TimeUnit.SECONDS.toNanos(10);
    assertThat(meter.text("", 50, end)).isEqualTo("train  60.0/100.0 MB, 0:40 left");
    assertThat(meter.text("", 79, end)).contains("##############----------");
  }

  @Test
  void trainingIsOneLineAndALineForEachEpoch() {
    try (Terminal terminal = terminal(true, 80, XTERM)) {
      for (int epoch = 1; epoch < 3; epoch++) {
        terminal.begin(epoch, 3, 10 * epoch, 30);
        for (int step = 0; step < 10; step++) {
          pass(1);
          terminal.step(0.5);
        }
        assertThat(screen(80).current()).startsWith("[" + (epoch + 1) + "/3] training  ##");
        assertThat(screen(80).current()).contains((10 + 10 * epoch) + "/30, loss 0.5000");
        terminal.end(epoch, 0.5, new Validation.Accuracies(0.75, epoch == 1 ? Double.NaN : 0.5));
      }
    }
    assertThat(screen(80).text())
        .containsExactly(
            "epoch 2: loss 0.5000, validation accuracy 75.00 %",
            "epoch 3: loss 0.5000, validation accuracy 75.00 %, under attack 50.0 %");
  }

  @Test
  void aDownloadIsOneLineThatGoesAway() {
    RemoteFile file = new RemoteFile("images.gz", 9_000_000, "");
    try (Terminal terminal = terminal(true, 80, XTERM)) {
      terminal.at(file, 1_000_000, file.size());
      assertThat(screen(80).current()).startsWith("images.gz").endsWith("1.0/9.0 MB");
      terminal.at(file, file.size(), file.size());
      assertThat(screen(80).text()).isEmpty();
    }
  }

  @Test
  void withoutATerminalThereIsNoLine() {
    work(terminal(false, 80, XTERM));
    work(terminal(true, 80, Map.of("TERM", "dumb")));
    assertThat(bytes.size()).isZero();
    work(terminal(true, 80, XTERM));
    assertThat(bytes.size()).isPositive();
  }

  private static void work(Terminal terminal) {
    try (terminal) {
      terminal.stage(1, 2);
      terminal.begin("pgd", 2);
      terminal.advance(2);
      terminal.end();
    }
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    assertThat(colours(true, XTERM)).isTrue();
    assertThat(colours(false, XTERM)).isFalse();
    assertThat(colours(true, Map.of("TERM", "dumb"))).isFalse();
    assertThat(colours(true, Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
    assertThat(colours(true, Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
  }

  private boolean colours(boolean isTerminal, Map<String, String> environment) {
    try (Terminal terminal = terminal(isTerminal, 80, environment)) {
      return terminal.colours();
    }
  }
}

package io.foolproof.model.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.Layout;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the process that loads a file on trial is one line here. */
class IsolationTest {
  private static final TrialLimits LIMITS = TrialLimits.USUAL;

  @TempDir Path folder;
  private Path cache;
  private Path file;

  @BeforeEach
  void model() throws IOException {
    cache = folder.resolve("cache");
    file = folder.resolve("model.onnx");
    Files.write(file, TestGraph.perceptron().bytes());
  }

  private static OnnxModel read(Isolation isolation, Path file) {
    return isolation.read(file, null, Preprocessing.NONE, null);
  }

  private String refused(TrialLimits limits, Class<?> process) {
    Isolation isolation = new Isolation(cache, "1", limits, process);
    try {
      read(isolation, file);
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).startsWith(file + ": ").doesNotContain("\n");
      assertThat(cache).doesNotExist();
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it was not refused");
  }

  /** As if native code had crashed. */
  static final class Crash {
    private Crash() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      String pid = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-SEGV", pid).start().waitFor();
      Thread.sleep(60_000);
    }
  }

  /** As if the system had ended it. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().halt(137);
    }
  }

  /** As if its own limits did not hold. */
  static final class Hanging {
    private Hanging() {}

    public static void main(String[] arguments) throws InterruptedException {
      Thread.sleep(60_000);
    }
  }

  @Test
  void aFileThatLoadsIsTriedOnce() throws IOException {
    OnnxModel direct = OnnxModel.read(file);
    assertThat(read(new Isolation(cache, "1", LIMITS), file).sha256()).isEqualTo(direct.sha256());
    assertThat(cache.toFile().list()).hasSize(1);
    assertThat(read(new Isolation(cache, "1", LIMITS, Crash.class), file).sha256())
        .isEqualTo(direct.sha256());
    assertThatThrownBy(() -> read(new Isolation(cache, "2", LIMITS, Crash.class), file))
        .hasMessageContaining("crashed");
    Files.write(file, TestGraph.convolutional().bytes());
    assertThatThrownBy(() -> read(new Isolation(cache, "1", LIMITS, Crash.class), file))
        .hasMessageContaining("crashed");
  }

  @Test
  void aCrashIsALineThatNamesTheSignal() {
    assertThat(refused(LIMITS, Crash.class)).contains("crashed that process (SIGSEGV");
    assertThat(refused(LIMITS, Killed.class)).contains("was ended by the system");
  }

  @Test
  void timeAndMemoryAreLimited() {
    TrialLimits brief = new TrialLimits(Duration.ofMillis(1), 4096);
    assertThat(refused(brief, TrialProcess.class)).contains("took more than 0.001 s");
    assertThat(refused(brief, Hanging.class)).contains("took more than 0.001 s");
    TrialLimits small = new TrialLimits(Duration.ofSeconds(60), 1);
    assertThat(refused(small, TrialProcess.class)).contains("took more than 1 MB");
  }

  /** The trial survives, and loading the file is refused as without a trial. */
  @Test
  void aRefusalIsThatOfTheFile() throws IOException {
    Files.write(file, new byte[] {8, 1, 2});
    assertThat(refused(LIMITS, TrialProcess.class)).contains("is not an ONNX model");
  }

  /** The engine refuses the operator, ONNX Runtime the model; neither harms anybody. */
  @Test
  void whatCannotBeRunIsStillRead() throws IOException {
    TestGraph graph = new TestGraph().input("x", "batch", "2");
    graph.node("Unheard", List.of("x"), "y").output("y", "batch", "2");
    Files.write(file, graph.bytes());
    OnnxModel model = read(new Isolation(cache, "1", LIMITS), file);
    assertThat(model.unsupportedOperators()).containsExactly("Unheard");
    assertThat(cache.toFile().list()).hasSize(1);
  }

  @Test
  void theOtherProcessLoadsItTheSameWay() {
    Preprocessing preprocessing =
        new Preprocessing(
            0,
            255,
            new float[] {0.1307f * 255, 1, 2},
            new float[] {0.3081f, 1e-7f, 3},
            Layout.CHANNELS_LAST);
    Trial trial = new Trial(file, "", preprocessing, new long[] {3, 28, 28});
    Trial parsed = Trial.parse(trial.words());
    assertThat(parsed).usingRecursiveComparison().isEqualTo(trial);
    Trial plain = new Trial(file, null, Preprocessing.NONE, null);
    assertThat(Trial.parse(plain.words())).usingRecursiveComparison().isEqualTo(plain);
  }
}

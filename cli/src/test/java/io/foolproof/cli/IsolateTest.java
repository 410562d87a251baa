package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --isolate}: every command that takes a model file loads it elsewhere first. */
class IsolateTest {
  private static final String MODEL =
      Path.of("src/main/resources/io/foolproof/cli/option/digits.onnx").toAbsolutePath().toString();

  /**
   * A folder in which nothing can be made, so that no trial can begin. It has to be there: Java 25
   * warns where it is not.
   */
  private static final List<String> NO_TRIALS = List.of("-Djava.io.tmpdir=/proc");

  @TempDir Path folder;

  @Test
  void aKnownFileCostsNothingAndChangesNothing() throws IOException, InterruptedException {
    Program.Run plain = Program.run(folder, "inspect", MODEL);
    assertThat(Program.run(folder, "inspect", "--isolate", MODEL)).isEqualTo(plain);
    assertThat(folder.resolve("cache/foolproof/isolated").toFile().list()).hasSize(1);
    assertThat(Program.run(folder, NO_TRIALS, "inspect", "--isolate", MODEL)).isEqualTo(plain);
  }

  @Test
  void everyCommandThatTakesAModelTriesItFirst() throws IOException, InterruptedException {
    Path broken = Files.write(folder.resolve("other.onnx"), new byte[] {8, 1});
    for (String command :
        List.of(
            "inspect M",
            "audit M --samples 2 --attacks fgsm",
            "audit D --surrogate M --samples 2 --attacks transfer",
            "attack M --samples 2 --attack fgsm --out o",
            "hull --model M --attack pgd --train 20 --samples 2 --out h")) {
      String[] words =
          (command.replace("D", MODEL).replace("M", broken.toString()) + " --isolate").split(" ");
      Program.Run run = Program.run(folder, NO_TRIALS, words);
      assertThat(run.exitCode()).as(command + run.err()).isEqualTo(2);
      assertThat(run.err())
          .contains("the process that is to load it cannot be started")
          .hasLineCount(1);
    }
  }

  @Test
  void whatIsNoFileIsNotIsolated() {
    assertThat(InProcess.run("audit", "http://127.0.0.1:9/m", "--isolate").err())
        .contains("--isolate is about an ONNX file");
    assertThat(InProcess.run("hull", "--isolate").err())
        .contains("--isolate is about a network, and none is given");
  }
}

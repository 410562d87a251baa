package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts the program. */
class LauncherTest {
  private static final Path SCRIPT = Path.of("..", "foolproof");
  private static final Pattern ON_CRASH = Pattern.compile("(?m)^on_crash='([^']*)'$");

  @TempDir Path folder;

  /** As native code that crashes. */
  static final class Crash {
    private Crash() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      String pid = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-SEGV", pid).start().waitFor();
      Thread.sleep(60_000);
    }
  }

  @Test
  void aCrashOfNativeCodeNamesTheModelAndIsolation() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the script is one of sh");
    Matcher onCrash = ON_CRASH.matcher(Files.readString(SCRIPT));
    assertThat(onCrash.find()).isTrue();
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + folder.resolve("crash"),
            "-XX:OnError=" + onCrash.group(1),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Crash.class.getName());
    builder.environment().put("FOOLPROOF_MODELS", " a \"$(exit 7)\";`exit 7` 100%s.onnx");
    Process process =
        builder
            .redirectOutput(folder.resolve("out.txt").toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor()).isNotZero();
    assertThat(Files.readAllLines(err))
        .singleElement()
        .asString()
        .startsWith("foolproof: crashed in native code")
        .contains("Model: a \"$(exit 7)\";`exit 7` 100%s.onnx.", "--isolate", "is kept");
  }
}

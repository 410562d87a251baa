package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /** Java ends with the code of a failed gate where it does not know an option. */
  @Test
  void aJavaThatIsTooOldIsRefused() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the script is one of sh");
    Path script = Files.copy(SCRIPT, folder.resolve("foolproof"));
    Path home = folder.resolve("java");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho started\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    for (String version : List.of("1.8.0_402", "9.0.4", "11.0.2", "16", "17", "17.0.15", "25")) {
      Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
      ProcessBuilder builder =
          new ProcessBuilder("sh", script.toString(), "--help").redirectErrorStream(true);
      builder.environment().put("JAVA_HOME", home.toString());
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (version.matches("17.*|25")) {
        assertThat(said).isEqualTo("started\n");
      } else {
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).startsWith("foolproof: Java " + version + " is too old: install");
        assertThat(said).hasLineCount(1);
      }
    }
  }

  /** What Windows does without: a terminal, and commands after a crash, which cmd does itself. */
  @Test
  void theScriptOfWindowsStartsJavaAlike() throws IOException {
    String script = Files.readString(SCRIPT);
    String installed = script.substring(script.indexOf("if [ -n \"$installed\" ]; then\n  set --"));
    String windows =
        Files.readString(
            Path.of("..", "dist", "src", "main", "scripts", "foolproof.cmd"),
            StandardCharsets.US_ASCII);
    Matcher option = Pattern.compile("-(D|X|XX:|Xlog:|-)[+\\w.*:-]+").matcher(installed);
    List<String> missing = new ArrayList<>();
    while (option.find()) {
      if (!windows.contains(option.group())) {
        missing.add(option.group());
      }
    }
    assertThat(missing)
        .containsExactlyInAnyOrder(
            "-Dorg.bytedeco.javacpp.cachedir",
            "-XX:OnError",
            "-Dfoolproof.terminal.out",
            "-Dfoolproof.terminal.err",
            "-Dfoolproof.columns");
  }
}

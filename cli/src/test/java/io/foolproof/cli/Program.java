package io.foolproof.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the program as a user does: a process of its own. */
final class Program {

  /** How a run ended. */
  record Run(int exitCode, String out, String err) {}

  private Program() {}

  static Process start(Path folder, List<String> options, String... arguments) throws IOException {
    return start(folder, Map.of(), options, arguments);
  }

  private static Process start(
      Path folder, Map<String, String> environment, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+UseSerialGC");
    if (Runtime.version().feature() >= 23) {
      // As the start script does: without it, Java warns about what protobuf does.
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Foolproof.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Where the loader looks first: what a test puts there stands for a system-wide library.
    builder.environment().put("LD_LIBRARY_PATH", folder.toString());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    builder.environment().put("TERM", "xterm");
    builder.environment().remove("NO_COLOR");
    builder.environment().putAll(environment);
    return builder
        .directory(folder.toFile())
        .redirectOutput(folder.resolve("out.txt").toFile())
        .redirectError(folder.resolve("err.txt").toFile())
        .start();
  }

  static Run run(Path folder, String... arguments) throws IOException, InterruptedException {
    return run(folder, List.of(), arguments);
  }

  static Run run(Path folder, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    return run(start(folder, options, arguments), folder, arguments);
  }

  /** In an environment that has these variables, too. */
  static Run run(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    return run(start(folder, environment, List.of(), arguments), folder, arguments);
  }

  private static Run run(Process process, Path folder, String... arguments)
      throws IOException, InterruptedException {
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("no end after five minutes: " + String.join(" ", arguments));
    }
    return new Run(
        process.exitValue(),
        Files.readString(folder.resolve("out.txt")),
        Files.readString(folder.resolve("err.txt")));
  }
}

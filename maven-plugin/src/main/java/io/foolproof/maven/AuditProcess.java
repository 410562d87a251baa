package io.foolproof.maven;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.logging.Log;

/**
 * An audit in a process of its own: where native code crashes, Maven goes on and says so.
 *
 * @param libraries the jars that it runs on
 * @param natives the folder that native libraries are unpacked to
 * @param root where it runs
 * @param jvmOptions options of Java, after those that every audit has
 */
record AuditProcess(List<File> libraries, File natives, File root, List<String> jvmOptions) {
  static final int DONE = 0;
  static final int GATE_FAILED = 1;

  private static final int FAILED = 3;

  /** Codes above it are those of processes that a signal ended. */
  private static final int BY_SIGNAL = 128;

  /** From this one on, Java warns about what a library does unless it is told to allow it. */
  private static final int WARNS_OF_UNSAFE = 23;

  private static final String PROGRAM = "io.foolproof.cli.Foolproof";
  private static final String SAYS = "foolproof: ";

  /**
   * Freed native memory is kept for the next step of an attack instead of going back to the system,
   * which would cost a third of the speed: as the start script has it.
   */
  private static final Map<String, String> ALLOCATOR =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "33554432",
          "MALLOC_TRIM_THRESHOLD_", "1073741824",
          "MALLOC_TOP_PAD_", "67108864");

  AuditProcess {
    libraries = List.copyOf(libraries);
    jvmOptions = List.copyOf(jvmOptions);
  }

  /**
   * How it ended.
   *
   * @param code 0 done, 1 a gate failed, anything else: it could not be done
   * @param line why it failed, in one line
   */
  record Ending(int code, String line) {}

  /**
   * Runs {@code foolproof audit} and waits for its end.
   *
   * @param arguments a word each
   * @param out the folder of the report, which its settings are written to
   * @throws MojoExecutionException when it cannot be started
   */
  Ending run(List<String> arguments, File out, Log log) throws MojoExecutionException {
    try {
      Path folder = Files.createDirectories(out.toPath().resolve("process"));
      ClassArchive classes = ClassArchive.of(Files.createDirectories(natives.toPath()), libraries);
      // Java reads its own options in the encoding of the system.
      Path java =
          Files.writeString(
              folder.resolve("java.args"),
              quoted(javaOptions(folder, classes)),
              Charset.forName(System.getProperty("native.encoding")));
      Path audit = Files.writeString(folder.resolve("audit.args"), plain(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(executable().toString(), "@" + java, PROGRAM, "audit", "@" + audit)
              .directory(root);
      ALLOCATOR.forEach(builder.environment()::putIfAbsent);
      try {
        Ending ending = follow(builder.start(), log);
        if (ending.code() == DONE || ending.code() == GATE_FAILED) {
          classes.keep();
        }
        return ending;
      } finally {
        classes.drop();
      }
    } catch (IOException e) {
      throw new MojoExecutionException("the audit cannot be started: " + e.getMessage(), e);
    }
  }

  private static Path executable() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private List<String> javaOptions(Path folder, ClassArchive classes) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "-Dorg.bytedeco.javacpp.cachedir=" + natives,
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xlog:cds*=off",
                "-XX:CompileThresholdScaling=5",
                "-XX:ErrorFile=" + folder.resolve("crash-%p.log"),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Dpicocli.useSimplifiedAtFiles=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    if (Runtime.version().feature() >= WARNS_OF_UNSAFE) {
      words.add("--sun-misc-unsafe-memory-access=allow");
    }
    words.addAll(classes.options(libraries, jvmOptions));
    words.addAll(jvmOptions);
    words.add("-cp");
    words.add(
        libraries.stream().map(File::toString).collect(Collectors.joining(File.pathSeparator)));
    return words;
  }

  /** As the java command reads files of arguments: a quoted word a line. */
  private static String quoted(List<String> words) {
    return words.stream()
        .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n")
        .collect(Collectors.joining());
  }

  /** As the program reads them: a word a line, as it is. */
  private static String plain(List<String> words) throws MojoExecutionException {
    for (String word : words) {
      if (word.isBlank() || word.contains("\n") || word.contains("\r") || word.startsWith("#")) {
        throw new MojoExecutionException(
            "'%s' cannot be handed to the audit: give a word that is not empty, has no line break and does not begin with #"
                .formatted(word.strip()));
      }
    }
    return String.join("\n", words) + "\n";
  }

  private static Ending follow(Process process, Log log)
      throws MojoExecutionException, IOException {
    Thread end = new Thread(process::destroy, "foolproof-end");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      List<String> said = new ArrayList<>();
      CompletableFuture<Void> errors =
          CompletableFuture.runAsync(() -> read(process.getErrorStream(), said::add));
      read(process.getInputStream(), log::info);
      errors.join();
      int code = process.waitFor();
      String reason = reason(said);
      // Java ends with the code of a failed gate where it does not start.
      Ending ending =
          reason.isEmpty() && code != DONE
              ? new Ending(code == GATE_FAILED ? FAILED : code, noReason(code))
              : new Ending(code, reason);
      said.stream().filter(line -> !line.equals(SAYS + ending.line())).forEach(log::warn);
      return ending;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("the audit was interrupted: the next one continues it", e);
    } finally {
      process.destroy();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }

  private static void read(InputStream stream, Consumer<String> lines) {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    reader.lines().forEach(lines);
  }

  /** The one line in which the program says why; its last, where it gives two. */
  private static String reason(List<String> said) {
    String reason = "";
    for (String line : said) {
      if (line.startsWith(SAYS)) {
        reason = line.substring(SAYS.length());
      }
    }
    return reason;
  }

  private static String noReason(int code) {
    String crash = ": native code crashed, or it was ended from outside; what was found is kept";
    return "the process that audits ended with code %d and gave no reason%s"
        .formatted(code, code > BY_SIGNAL ? crash : "");
  }
}

package io.foolproof.model.isolation;

import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads model files that nobody vouches for. Before this process touches such a file, another one
 * loads it, within limits of time and memory; whatever happens there, a crash of native code
 * included, is one {@link InvalidInputException} here. A file that was loaded so is remembered, by
 * its bytes, the way it is used and the version of the program, and is not tried again.
 *
 * <pre>{@code
 * OnnxModel model =
 *     new Isolation(cache, "1.0", TrialLimits.USUAL).read(file, null, Preprocessing.NONE, null);
 * }</pre>
 *
 * <p>This guards against files that crash, hang or exhaust a process, not against code that they
 * might bring the process to run: the other process has the rights of this one.
 */
public final class Isolation {
  private static final Pattern SIGNAL = Pattern.compile("(?m)^#\\s+(SIG[A-Z]+|EXCEPTION_\\w+)\\b");
  private static final Pattern LIBRARY = Pattern.compile("(?m)^# \\w\\s+\\[([\\w.+-]+?)\\+0x");

  /** As shells have it: 128 and the number of the signal that cannot be caught. */
  private static final int KILLED = 137;

  /** How long a process that is to end by itself may still take, in seconds. */
  private static final int GRACE = 5;

  /** What says where native libraries are. */
  private static final List<String> SHARED =
      List.of(
          "java.library.path",
          "onnxruntime.native.path",
          "org.bytedeco.javacpp.cachedir",
          "org.bytedeco.javacpp.cacheLibraries",
          "org.bytedeco.javacpp.pathsFirst");

  private final Path cache;
  private final String version;
  private final TrialLimits limits;
  private final String process;

  /**
   * Trials within limits.
   *
   * @param cache folder in which files are remembered; made when needed
   * @param version of the program: what an earlier one loaded is tried again
   * @param limits of each trial
   */
  public Isolation(Path cache, String version, TrialLimits limits) {
    this(cache, version, limits, TrialProcess.class);
  }

  /** Trials in a process that runs another class. */
  Isolation(Path cache, String version, TrialLimits limits, Class<?> process) {
    this.cache = cache;
    this.version = version;
    this.limits = limits;
    this.process = process.getName();
  }

  /**
   * Reads a model that was loaded elsewhere before, now or earlier.
   *
   * @param output which of its outputs has the scores of the classes; null where the file says it
   * @param preprocessing of images before they enter it
   * @param shape of the images it is for, [C, H, W]; null where it is that of the file
   * @throws InvalidInputException when the process that loaded it crashed or took too much, or the
   *     file cannot be read
   */
  public OnnxModel read(
      Path file, @Nullable String output, Preprocessing preprocessing, long @Nullable [] shape) {
    if (!Files.isRegularFile(file)) {
      return OnnxModel.read(file);
    }
    Trial trial = new Trial(file, output, preprocessing, shape);
    Path record = cache.resolve(key(trial));
    String known = remembered(record);
    OnnxModel model = null;
    if (known != null) {
      model = OnnxModel.read(file);
    }
    // Of what lies in other files, the key knows nothing.
    if (model == null || !model.sha256().equals(known)) {
      String tried = run(trial);
      model = OnnxModel.read(file);
      if (!model.sha256().equals(tried)) {
        throw new InvalidInputException(
            file + ": was changed while it was loaded; wait until it is written, and try again");
      }
      remember(record, tried);
    }
    return output == null ? model : model.withOutput(output);
  }

  private String key(Trial trial) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(trial.file()), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      List<String> use = new ArrayList<>(trial.words().subList(1, trial.words().size()));
      use.addAll(
          List.of(
              version,
              System.getProperty("os.name", ""),
              System.getProperty("os.arch", ""),
              limits.toString()));
      digest.update(String.join("\n", use).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new InvalidInputException(
          trial.file() + ": cannot be read (" + InvalidInputException.reason(e) + ")", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static @Nullable String remembered(Path record) {
    try {
      return Files.readString(record);
    } catch (IOException e) {
      return null;
    }
  }

  /** Where that cannot be done, the file is tried again next time. */
  private void remember(Path record, String sha256) {
    try {
      Files.createDirectories(cache);
      Path part = Files.createTempFile(cache, "trial", ".part");
      Files.writeString(part, sha256);
      Files.move(part, record, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      System.getLogger(Isolation.class.getName())
          .log(System.Logger.Level.DEBUG, "the trial of a model cannot be remembered", e);
    }
  }

  /** Loads the model in another process; gives the hash of what that process read. */
  private String run(Trial trial) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("foolproof-trial");
      return run(trial, folder);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: the process that is to load it cannot be started (%s)"
              .formatted(trial.file(), InvalidInputException.reason(e)),
          e);
    } finally {
      if (folder != null) {
        remove(folder);
      }
    }
  }

  private String run(Trial trial, Path folder) throws IOException {
    Path result = folder.resolve("result");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command(trial, folder, result))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(limits.time().toSeconds() + GRACE, TimeUnit.SECONDS)) {
        throw refused(trial, TrialProcess.OUT_OF_TIME, "");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a model was loaded on trial", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != TrialProcess.SURVIVED) {
      throw refused(trial, process.exitValue(), Files.readString(log, StandardCharsets.ISO_8859_1));
    }
    if (!Files.exists(result)) {
      // It was refused before all of it was read, and this reads no further.
      OnnxModel.read(trial.file());
      throw new InvalidInputException(trial.file() + ": was changed while it was loaded");
    }
    return Files.readString(result);
  }

  private List<String> command(Trial trial, Path folder, Path result) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(
        List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder.resolve("crash")));
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    // It ends without tidying up: what ONNX Runtime leaves goes with this folder.
    command.add("-Djava.io.tmpdir=" + folder);
    for (String property : SHARED) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(process);
    command.addAll(
        List.of(
            result.toString(),
            Long.toString(limits.time().toMillis()),
            Long.toString(limits.megabytes())));
    command.addAll(trial.words());
    return command;
  }

  private InvalidInputException refused(Trial trial, int exitCode, String log) {
    String what =
        switch (exitCode) {
          case TrialProcess.OUT_OF_TIME ->
              "took more than %s s, so that it is refused; load it without isolation if you trust it"
                  .formatted(seconds());
          case TrialProcess.OUT_OF_MEMORY ->
              "took more than %,d MB beyond the file itself, or more than Java's heap, so that it is refused; load it without isolation if you trust it"
                  .formatted(limits.megabytes());
          case KILLED ->
              "was ended by the system, which does that when memory runs out; the file is refused";
          default ->
              "crashed that process (%s); the file is refused, and would crash any other"
                  .formatted(cause(exitCode, log));
        };
    return new InvalidInputException(trial.file() + ": loading it in a process of its own " + what);
  }

  private String seconds() {
    return BigDecimal.valueOf(limits.time().toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  /** Which signal, and in which library, as Java's report of the crash has it. */
  private static String cause(int exitCode, String log) {
    Matcher signal = SIGNAL.matcher(log);
    Matcher library = LIBRARY.matcher(log);
    if (!signal.find()) {
      return "exit code " + exitCode;
    }
    return library.find() ? signal.group(1) + " in " + library.group(1) : signal.group(1);
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
    }
  }
}

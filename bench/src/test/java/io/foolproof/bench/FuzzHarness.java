package io.foolproof.bench;

import io.foolproof.data.DataMutants;
import io.foolproof.model.ModelMutants;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hunts for files that end, hang or exhaust the process that loads them: mutants of models through
 * reading, checking, loading, a forward and a backward pass, and ONNX Runtime; damaged data through
 * their readers. Other processes do it, so that each death is counted and its file kept.
 */
final class FuzzHarness {
  private static final int HANG_SECONDS = 20;
  private static final int PATIENCE_SECONDS = 180;
  private static final int KINDS_SHOWN = 12;

  /** So many answers apart, the memory of the process is looked up. */
  private static final int LOOK_UP = 64;

  private final FuzzProcess.Subject subject;
  private final Path folder;
  private final Map<String, Integer> refusals = new TreeMap<>();
  private final Map<String, String> faults = new TreeMap<>();
  private long next;
  private long tried;
  private long accepted;
  private int deaths;
  private int hangs;
  private int errors;
  private double slowest;
  private long slowestMutant;
  private double most;

  private FuzzHarness(FuzzProcess.Subject subject, long first, Path folder) {
    this.subject = subject;
    this.folder = folder;
    this.next = first;
  }

  /**
   * Tries mutants for a time, of which a tenth goes to data.
   *
   * @param seed runs of different seeds try different mutants
   */
  static void run(double seconds, long seed) {
    long first = seed * 1_000_000_000L;
    try {
      Path folder = Files.createTempDirectory("foolproof-fuzz");
      System.out.println("Files that end or hang a process are kept in " + folder);
      new FuzzHarness(FuzzProcess.Subject.DATA, first, folder).run(seconds / 10);
      new FuzzHarness(FuzzProcess.Subject.MODELS, first, folder).run(0.9 * seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(double seconds) throws IOException {
    long end = System.nanoTime() + (long) (1e9 * seconds);
    while (System.nanoTime() < end) {
      tryUntil(end);
    }
    print();
  }

  /** One process, until the time is over or it comes to a bad end. */
  private void tryUntil(long end) throws IOException {
    Process process = start();
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(process, lines), "answers");
    reader.setDaemon(true);
    reader.start();
    long announced = System.nanoTime();
    try {
      while (System.nanoTime() < end) {
        String line = answer(process, lines);
        if (line == null) {
          hangs++;
          fault("hang", "no answer in %d s".formatted(HANG_SECONDS));
          return;
        }
        if (line.isEmpty()) {
          deaths++;
          fault("death", "exit code " + process.waitFor());
          return;
        }
        long now = System.nanoTime();
        if (line.charAt(0) != '?') {
          double took = (now - announced) / 1e9;
          if (took > slowest) {
            slowest = took;
            slowestMutant = next;
          }
          took(line, process);
        }
        announced = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }

  /** The next answer; null where the process computes for too long, or sleeps for far longer. */
  private static @Nullable String answer(Process process, BlockingQueue<String> lines)
      throws InterruptedException {
    Duration before = processorTime(process);
    for (int waited = 0; waited < PATIENCE_SECONDS; waited++) {
      String line = lines.poll(1, TimeUnit.SECONDS);
      if (line != null) {
        return line;
      }
      // On a machine that is busy otherwise, time on the clock says little.
      if (processorTime(process).minus(before).toSeconds() >= HANG_SECONDS) {
        return null;
      }
    }
    return null;
  }

  private static Duration processorTime(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void took(String line, Process process) throws IOException {
    if (tried % LOOK_UP == 0) {
      double now = Resident.mostMegabytes(String.valueOf(process.pid()));
      most = now > most ? now : most;
    }
    switch (line.charAt(0)) {
      case '+' -> accepted++;
      case '-' -> refusals.merge(kind(line.substring(1)), 1, Integer::sum);
      default -> {
        errors++;
        fault("error", line.substring(1));
        return;
      }
    }
    tried++;
    next++;
  }

  /** Keeps the file: of internal errors, which say where they are, one of each kind. */
  private void fault(String what, String how) throws IOException {
    String kind = what.equals("error") ? kind(how) : what + " " + next;
    if (faults.putIfAbsent(kind, what + " of " + next + ": " + how) == null) {
      boolean isModel = subject == FuzzProcess.Subject.MODELS;
      byte[] bytes =
          isModel ? ModelMutants.bytes(next) : new DataMutants(folder.resolve("files")).bytes(next);
      String name = isModel ? "model" : DataMutants.format(next).name().toLowerCase(Locale.ROOT);
      Files.write(folder.resolve(what + "-" + name + "-" + next), bytes);
    }
    tried++;
    next++;
  }

  /** A message without names and numbers. */
  private static String kind(String message) {
    return message
        .replaceFirst("^[^:]*: ", "")
        .replaceAll("'[^']*'", "'…'")
        .replaceAll("\\[[^]]*]", "[…]")
        .replaceAll("-?\\d[\\d.,E]*", "#")
        .replaceAll("(# ?)+", "#")
        .replaceAll("(.{100}).*", "$1");
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:ErrorFile=" + folder.resolve("crash-%p.log"),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-Dorg.bytedeco.javacpp.cachedir="
                + System.getProperty("org.bytedeco.javacpp.cachedir", folder + "/natives"),
            "-cp",
            System.getProperty("java.class.path"),
            FuzzProcess.class.getName(),
            subject.name(),
            String.valueOf(next),
            folder.resolve("files").toString())
        .redirectError(folder.resolve("stderr.txt").toFile())
        .start();
  }

  /** Hands on the answers; an empty one at their end. */
  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isEmpty() && "?+-!".indexOf(line.charAt(0)) >= 0) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      // The process was ended.
    }
    lines.add("");
  }

  private void print() {
    System.out.printf(
        Locale.ROOT,
        "%s: %,d tried, %,d accepted, %,d refused in %d ways, %d internal errors, %d deaths,"
            + " %d hangs over %d s; slowest %.1f s (%d); largest resident memory %,.0f MB%n",
        subject.name().toLowerCase(Locale.ROOT),
        tried,
        accepted,
        refusals.values().stream().mapToInt(Integer::intValue).sum(),
        refusals.size(),
        errors,
        deaths,
        hangs,
        HANG_SECONDS,
        slowest,
        slowestMutant,
        most);
    faults.values().forEach(fault -> System.out.println("  " + fault));
    List<Map.Entry<String, Integer>> usual =
        refusals.entrySet().stream()
            .sorted(Comparator.comparing(entry -> -entry.getValue()))
            .limit(KINDS_SHOWN)
            .toList();
    usual.forEach(entry -> System.out.printf("  %,8d  %s%n", entry.getValue(), entry.getKey()));
  }
}

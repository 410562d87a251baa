package io.foolproof.bench;

import io.foolproof.cli.Foolproof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Commands that are killed at random moments, again and again, and then run to their end: what they
 * write is what a run writes that nobody killed.
 */
final class KillHarness {
  /**
   * A command.
   *
   * @param results the files that must be the same, whatever happened
   */
  private record Command(List<String> words, List<String> results) {
    static Command of(String words, String... results) {
      return new Command(List.of(words.split(" ")), List.of(results));
    }
  }

  private static final List<Command> COMMANDS =
      List.of(
          Command.of(
              "audit --samples 100 --attacks fgsm,pgd:steps=10 --epsilon 0.1 --out r",
              "r/samples.csv"),
          Command.of("hull --train 200 --samples 40 --out r", "r/hull.csv"),
          Command.of("train --data digits --net mlp --epochs 2 --out m.onnx", "m.onnx"),
          Command.of(
              "audit URL --samples 10 --attacks noise:draws=3,square:queries=80 --epsilon 0.2 --out"
                  + " r",
              "r/samples.csv"));

  /** Kills before each run that ends. */
  private static final int KILLS_A_RUN = 4;

  /** Where a model answers, of remote audits. */
  private final String url;

  private KillHarness(String url) {
    this.url = url;
  }

  /** Kills commands so many times. */
  static void run(int count, long seed) throws IOException, InterruptedException {
    try (ScoreServer server = ScoreServer.start()) {
      new KillHarness(server.url()).kill(count, seed);
    }
  }

  private void kill(int count, long seed) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    int kills = 0;
    int runs = 0;
    int different = 0;
    List<Path> whole = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (Command command : COMMANDS) {
      Path folder = Files.createTempDirectory("foolproof-kill");
      long start = System.nanoTime();
      require(start(folder, command));
      times.add((System.nanoTime() - start) / 1_000_000);
      whole.add(folder);
    }
    while (kills < count) {
      int which = runs % COMMANDS.size();
      Command command = COMMANDS.get(which);
      Path folder = Files.createTempDirectory("foolproof-kill");
      for (int i = 0; i < KILLS_A_RUN && kills < count; i++) {
        Process process = start(folder, command);
        boolean ended =
            process.waitFor(random.nextLong(times.get(which) + 1), TimeUnit.MILLISECONDS);
        process.destroyForcibly().waitFor();
        if (ended) {
          break;
        }
        kills++;
      }
      // What training has written is not trained again.
      if (Files.notExists(folder.resolve("m.onnx")) || Files.exists(checkpoint(folder))) {
        require(start(folder, command));
      }
      runs++;
      System.out.printf("%d kills, %d runs to the end%n", kills, runs);
      for (String result : command.results()) {
        if (Files.mismatch(folder.resolve(result), whole.get(which).resolve(result)) >= 0) {
          different++;
          System.out.println(folder.resolve(result) + " differs from the unbroken run's");
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d kills of audit, hull, train and remote audit; %d runs to the end, %d of them with other results%n",
        kills,
        runs,
        different);
  }

  private static Path checkpoint(Path folder) {
    return folder.resolve("m.onnx.training.npz");
  }

  private static void require(Process process) throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException("a run ended with exit code " + process.exitValue());
    }
  }

  private Process start(Path folder, Command command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Foolproof.class.getName()));
    command.words().forEach(word -> words.add(word.equals("URL") ? url : word));
    return new ProcessBuilder(words)
        .directory(folder.toFile())
        .redirectOutput(folder.resolve("out.txt").toFile())
        .redirectError(folder.resolve("err.txt").toFile())
        .start();
  }
}

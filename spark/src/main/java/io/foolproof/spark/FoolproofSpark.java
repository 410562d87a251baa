package io.foolproof.spark;

import io.foolproof.cli.Foolproof;
import io.foolproof.cli.SharedCommand;
import io.foolproof.tensor.Allocator;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/**
 * {@code foolproof audit}, {@code hull} and {@code prove} as an application of Spark, for {@code
 * spark-submit}: with the same arguments, and {@code --shards N}. Executors work on the shards, and
 * the driver merges them as {@code foolproof merge} does. Shards that are done wait in the folder
 * of the report, so that the same command goes on after the driver was stopped.
 */
public final class FoolproofSpark {
  private static final String SHARDS = "--shards";
  private static final String OPTIONS = "spark.executor.extraJavaOptions";
  private static final int USUAL_SHARDS = 16;
  private static final int BAD_INPUT = 2;
  private static final int FAILED = 3;

  private FoolproofSpark() {}

  /** Runs the command, and ends the driver with its exit code where that is not 0. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, List.of(arguments));
    out.flush();
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(PrintWriter out, PrintWriter err, List<String> arguments) {
    List<String> words = new ArrayList<>();
    String shards = String.valueOf(USUAL_SHARDS);
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.equals(SHARDS) && i + 1 < arguments.size()) {
        shards = arguments.get(++i);
      } else if (word.startsWith(SHARDS + "=")) {
        shards = word.substring(SHARDS.length() + 1);
      } else {
        words.add(word);
      }
    }
    String[] given = words.toArray(String[]::new);
    try {
      if (words.contains("--help") || words.contains("-h")) {
        return Foolproof.run(out, err, given);
      }
      return share(SharedCommand.of(given), number(shards), out, err);
    } catch (ParameterException e) {
      // It says what is wrong with these words.
      return Foolproof.run(out, err, given);
    } catch (InvalidInputException e) {
      err.println("foolproof: " + Printable.of(String.valueOf(e.getMessage())));
      return BAD_INPUT;
    }
  }

  private static int number(String shards) {
    if (!shards.matches("[1-9]\\d{0,4}")) {
      throw new InvalidInputException(
          "--shards is '%s': give a positive number, such as 64".formatted(shards));
    }
    return Integer.parseInt(shards);
  }

  private static int share(SharedCommand command, int shards, PrintWriter out, PrintWriter err) {
    Found refused;
    try (JavaSparkContext context = new JavaSparkContext(settings(new SparkConf()))) {
      refused = shared(command, shards, context, err);
    } catch (InvalidInputException e) {
      throw e;
    } catch (Exception e) {
      // Scala declares no exceptions.
      err.printf(
          "foolproof: Spark gave up (%s): shards that are done are kept in the folder of --out; the"
              + " same command goes on with the others%n",
          Printable.of(String.valueOf(e.getMessage()).lines().findFirst().orElse("no message")));
      return FAILED;
    }
    if (refused != null) {
      err.print(refused.said());
      err.flush();
      return refused.exitCode();
    }
    // The executors are free by now.
    return command.merge(shards, out, err);
  }

  private static @Nullable Found shared(
      SharedCommand command, int shards, JavaSparkContext context, PrintWriter err) {
    try {
      Path archives = Files.createTempDirectory("foolproof");
      try {
        new Sending(context.sc(), archives).send(command.files());
        return new Shards(command, shards, err).run(context);
      } finally {
        Folders.remove(archives);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of spark-submit, and what the numeric engine needs. */
  static SparkConf settings(SparkConf settings) {
    settings.setIfMissing("spark.app.name", "foolproof");
    settings.setIfMissing("spark.log.level", "WARN");
    // Results are kept as they come, not held.
    settings.setIfMissing("spark.driver.maxResultSize", "0");
    // Freed native memory is kept for the next step of an attack: a third of the speed.
    Allocator.SETTINGS.forEach(
        (name, value) -> settings.setIfMissing("spark.executorEnv." + name, value));
    String options = settings.get(OPTIONS, "");
    // Java's heap is small; a collector with threads of its own takes the cores from the attacks.
    String collector = options.contains("-XX:+Use") ? "" : " -XX:+UseSerialGC";
    settings.set(OPTIONS, (options + collector + " --enable-native-access=ALL-UNNAMED").strip());
    return settings;
  }
}

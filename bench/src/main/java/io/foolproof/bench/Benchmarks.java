package io.foolproof.bench;

import io.foolproof.attack.Norm;
import io.foolproof.cli.option.ModelFiles;
import io.foolproof.data.DataLocations;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts a benchmark by its name. */
public final class Benchmarks {
  private Benchmarks() {}

  private static final String USAGE =
      "usage: bench/run pgd|black-box|audit|distances|smooth MODEL, bench/run standard MODEL"
          + " EPSILON [SEED], bench/run merge MODEL FOLDER, bench/run strong MODEL EPSILON [SEED]"
          + " [NORM], bench/run rates, bench/run eot MODEL VIEW EPSILON ATTACK..., bench/run"
          + " eot-cost MODEL VIEW, bench/run paper MODEL SET [ROW...], bench/run hull|hull-cost"
          + " SET, bench/run train FOLDER, bench/run flattening FOLDER PENALTY..., bench/run proofs"
          + " FOLDER [PART [SECONDS]], bench/run study SET FOLDER, or bench/run golden [MODEL]"
          + " [NORM] [ATTACK]";

  /**
   * {@code pgd}, {@code black-box}, {@code audit}, {@code distances} or {@code smooth} and a
   * model's file; {@code hull} or {@code hull-cost} and a data set; {@code train} and a folder for
   * a checkpoint; {@code flattening}, a folder and penalties, such as {@code gradient:weight=0.1};
   * {@code standard} and a model's file, epsilon and perhaps a seed; {@code strong} and the same,
   * perhaps with a norm; {@code eot}, a model's file, a view, an epsilon and attacks; {@code
   * eot-cost}, a model's file and a view; {@code study}, a data set and a folder to write to;
   * {@code paper}, a model's file, a data set and perhaps rows; {@code golden [MODEL] [NORM]
   * [ATTACK]}, with the name of a model of the reference figures. Images come from the folder
   * FOOLPROOF_DATA names; those of {@code rates} are noise.
   */
  public static void main(String[] arguments) {
    List<String> given = List.of(arguments);
    if (!given.isEmpty() && given.get(0).equals("golden")) {
      GoldenBenchmark.run(digits(100), given.subList(1, given.size()));
    } else if (given.size() >= 3 && given.get(0).equals("standard")) {
      StandardBenchmark.run(
          OnnxClassifier.load(Path.of(given.get(1))),
          digits(1000),
          Double.parseDouble(given.get(2)),
          given.size() > 3 ? Long.parseLong(given.get(3)) : 0);
    } else if (given.size() >= 3 && given.get(0).equals("strong")) {
      StrongBenchmark.run(
          OnnxClassifier.load(Path.of(given.get(1))),
          digits(1000),
          given.size() > 4 ? Norm.parse(given.get(4)) : Norm.LINF,
          Double.parseDouble(given.get(2)),
          given.size() > 3 ? Long.parseLong(given.get(3)) : 0);
    } else if (given.size() >= 3 && given.get(0).equals("flattening")) {
      FlatteningBenchmark.run(
          open("mnist", Split.TRAIN).range(0, 10_000),
          open("mnist", Split.TEST),
          Path.of(given.get(1)),
          given.subList(2, given.size()));
    } else if (given.size() >= 5 && given.get(0).equals("eot")) {
      EotBenchmark.success(
          OnnxClassifier.load(Path.of(given.get(1))),
          digits(200),
          given.get(2),
          Double.parseDouble(given.get(3)),
          given.subList(4, given.size()));
    } else if (given.size() == 3 && given.get(0).equals("eot-cost")) {
      EotBenchmark.cost(OnnxClassifier.load(Path.of(given.get(1))), digits(200), given.get(2));
    } else if (given.size() >= 3 && given.get(0).equals("paper")) {
      PaperBenchmark.run(
          OnnxClassifier.load(Path.of(given.get(1))),
          open(given.get(2), Split.TRAIN).range(0, 2000),
          open(given.get(2), Split.TEST).range(0, 100),
          given.subList(3, given.size()));
    } else if (given.size() == 3 && given.get(0).equals("study")) {
      String set = given.get(1);
      StudyBenchmark.run(
          open(set, Split.TRAIN),
          open(set, Split.VALIDATION),
          open(set, Split.TEST),
          Path.of(given.get(2)));
    } else if (given.size() >= 2 && given.get(0).equals("proofs")) {
      ProofsBenchmark.run(
          Path.of(given.get(1)),
          given.size() > 2 ? given.get(2) : "",
          given.size() > 3 ? Double.parseDouble(given.get(3)) : Double.POSITIVE_INFINITY);
    } else if (given.size() == 3 && given.get(0).equals("merge")) {
      MergeBenchmark.run(
          OnnxClassifier.load(Path.of(given.get(1))), digits(10_000), Path.of(given.get(2)));
    } else if (given.size() == 1 && given.get(0).equals("rates")) {
      RatesBenchmark.run();
    } else if (given.size() == 2) {
      run(given.get(0), given.get(1));
    } else {
      refuse();
    }
  }

  private static void run(String benchmark, String what) {
    switch (benchmark) {
      case "pgd" -> PgdBenchmark.run(OnnxClassifier.load(Path.of(what)), digits(512));
      case "black-box" -> BlackBoxBenchmark.run(OnnxClassifier.load(Path.of(what)), digits(96));
      case "audit" -> AuditBenchmark.run(Path.of(what), digits(1000));
      case "hull" -> HullBenchmark.run(open(what, Split.TRAIN_ALL), open(what, Split.TEST));
      case "hull-cost" ->
          HullCostBenchmark.run(open(what, Split.TRAIN_ALL), open(what, Split.TEST));
      case "distances" -> {
        ImageSet images = digits(100);
        DistancesBenchmark.run(
            ModelFiles.open(Path.of(what), images.shape(), Preprocessing.NONE), images);
      }
      case "smooth" -> SmoothBenchmark.run(OnnxClassifier.load(Path.of(what)), digits(64));
      case "train" -> TrainingBenchmark.run(digits(1000), Path.of(what));
      default -> refuse();
    }
  }

  private static void refuse() {
    System.err.println(USAGE);
    System.exit(2);
  }

  private static ImageSet digits(int count) {
    return open("mnist", Split.TEST).range(0, count);
  }

  private static ImageSet open(String set, Split split) {
    DataLocations where = DataLocations.of(Optional.empty(), System.getenv(), Optional.empty());
    return DataSets.open(set, split, where);
  }
}

package io.foolproof.bench;

import io.foolproof.data.DataLocations;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import java.nio.file.Path;
import java.util.Optional;

/** Starts a benchmark by its name. */
public final class Benchmarks {
  private Benchmarks() {}

  /**
   * {@code pgd}, {@code black-box} or {@code audit} and a model, {@code hull} or {@code hull-cost}
   * and a data set; images come from the folder FOOLPROOF_DATA names.
   */
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println(
          "usage: bench/run pgd|black-box|audit MODEL, bench/run hull|hull-cost SET");
      System.exit(2);
    }
    String what = arguments[1];
    switch (arguments[0]) {
      case "pgd" -> PgdBenchmark.run(OnnxClassifier.load(Path.of(what)), digits(512));
      case "black-box" -> BlackBoxBenchmark.run(OnnxClassifier.load(Path.of(what)), digits(96));
      case "audit" -> AuditBenchmark.run(Path.of(what), digits(1000));
      case "hull" -> HullBenchmark.run(open(what, Split.TRAIN_ALL), open(what, Split.TEST));
      case "hull-cost" ->
          HullCostBenchmark.run(open(what, Split.TRAIN_ALL), open(what, Split.TEST));
      default -> {
        System.err.println(
            "there is no benchmark '"
                + arguments[0]
                + "': give pgd, black-box, audit, hull or hull-cost");
        System.exit(2);
      }
    }
  }

  private static ImageSet digits(int count) {
    return open("mnist", Split.TEST).range(0, count);
  }

  private static ImageSet open(String set, Split split) {
    DataLocations where = DataLocations.of(Optional.empty(), System.getenv(), Optional.empty());
    return DataSets.open(set, split, where);
  }
}

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
   * {@code pgd}, {@code black-box} or {@code audit}, and a model; images come from the folder
   * FOOLPROOF_DATA names.
   */
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("usage: bench/run pgd|black-box|audit MODEL");
      System.exit(2);
    }
    Path model = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "pgd" -> PgdBenchmark.run(OnnxClassifier.load(model), digits(512));
      case "black-box" -> BlackBoxBenchmark.run(OnnxClassifier.load(model), digits(96));
      case "audit" -> AuditBenchmark.run(model, digits(1000));
      default -> {
        System.err.println(
            "there is no benchmark '" + arguments[0] + "': give pgd, black-box or audit");
        System.exit(2);
      }
    }
  }

  private static ImageSet digits(int count) {
    DataLocations where = DataLocations.of(Optional.empty(), System.getenv(), Optional.empty());
    return DataSets.open("mnist", Split.TEST, where).range(0, count);
  }
}

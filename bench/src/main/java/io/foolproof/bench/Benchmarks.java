package io.foolproof.bench;

import io.foolproof.data.DataLocations;
import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Split;
import io.foolproof.model.OnnxClassifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts a benchmark by its name. */
public final class Benchmarks {
  private Benchmarks() {}

  private static final String USAGE =
      "usage: bench/run pgd MODEL, bench/run audit MODEL, or bench/run golden [MODEL] [NORM]";

  /**
   * {@code pgd MODEL} or {@code audit MODEL}, with a model's file, or {@code golden [MODEL]
   * [NORM]}, with the name of a model of the reference figures; images come from the folder
   * FOOLPROOF_DATA names.
   */
  public static void main(String[] arguments) {
    String name = arguments.length == 0 ? "" : arguments[0];
    if (name.equals("golden")) {
      GoldenBenchmark.run(digits(100), List.of(arguments).subList(1, arguments.length));
    } else if (name.equals("pgd") && arguments.length == 2) {
      PgdBenchmark.run(OnnxClassifier.load(Path.of(arguments[1])), digits(512));
    } else if (name.equals("audit") && arguments.length == 2) {
      AuditBenchmark.run(Path.of(arguments[1]), digits(1000));
    } else {
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static ImageSet digits(int count) {
    DataLocations where = DataLocations.of(Optional.empty(), System.getenv(), Optional.empty());
    return DataSets.open("mnist", Split.TEST, where).range(0, count);
  }
}

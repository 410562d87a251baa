package io.foolproof.cli.option;

import io.foolproof.attack.FeatureEpsilon;
import io.foolproof.attack.FeatureRules;
import io.foolproof.attack.Features;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.CsvTable;
import io.foolproof.data.DataSource;
import io.foolproof.data.FeatureBox;
import io.foolproof.data.Split;
import io.foolproof.data.Table;
import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a table is, and what an attacker may do to its rows. */
@Under(Heading.TABLE)
public final class TableOptions {
  private static final String RANGE = "range";
  private static final String UNITS = "units";

  @Option(
      names = "--label",
      paramLabel = "NAME",
      description = "column of a CSV file that has the labels")
  @Nullable String label;

  @Option(
      names = "--ignore",
      paramLabel = "NAMES",
      split = ",",
      description = "columns to leave out, such as the number of the row")
  List<String> ignored = new ArrayList<>();

  @Option(
      names = "--frozen",
      paramLabel = "NAMES",
      split = ",",
      description = "features that an attacker cannot change")
  List<String> frozen = new ArrayList<>();

  @Option(
      names = "--integer",
      paramLabel = "NAMES",
      split = ",",
      description = "features that are whole numbers")
  List<String> integers = new ArrayList<>();

  @Option(
      names = "--one-hot",
      paramLabel = "NAMES",
      description =
          "features of which exactly one is 1 and the others are 0: a category; can be repeated")
  List<String> oneHot = new ArrayList<>();

  @Option(
      names = "--epsilon-in",
      paramLabel = "UNIT",
      description =
          "range: epsilon is a fraction of each feature's range, from one end of its box to the"
              + " other; units: in each feature's own unit (default: range)")
  @Nullable String epsilonIn;

  /** Whether the data are a table: a CSV file, or arrays with a box for each feature. */
  public boolean isTable(DataOptions data, ModelOptions models) {
    boolean table = isCsv(data) || models.hasFeatureBox();
    if (!table) {
      requireNone(data);
    }
    return table;
  }

  private static boolean isCsv(DataOptions data) {
    return data.data.toLowerCase(Locale.ROOT).endsWith(".csv");
  }

  private void requireNone(DataOptions data) {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--label", label != null);
    given.put("--ignore", !ignored.isEmpty());
    given.put("--frozen", !frozen.isEmpty());
    given.put("--integer", !integers.isEmpty());
    given.put("--one-hot", !oneHot.isEmpty());
    given.put("--epsilon-in", epsilonIn != null);
    given.forEach(
        (option, isGiven) -> {
          if (isGiven) {
            throw new InvalidInputException(
                "%s is about a table, and %s are images: give a CSV file, or say with --box auto that an .npz file is a table"
                    .formatted(option, data.data));
          }
        });
  }

  /** Reads the table. */
  public Table table(DataOptions data) {
    data.requireNoImages();
    if (isCsv(data)) {
      Path file = Path.of(data.data);
      if (!Files.exists(file)) {
        throw new InvalidInputException(file + ": there is no such file");
      }
      return CsvTable.read(data.data, file, label, ignored, data.classNames());
    }
    if (label != null || !ignored.isEmpty()) {
      throw new InvalidInputException(
          (label == null ? "--ignore" : "--label")
              + " names a column of a CSV file, and "
              + data.data
              + " is none: leave it out");
    }
    if (DataSource.of(data.data) instanceof DataSource.NpzFile npz) {
      return npz.table(Split.TEST, data.classNames());
    }
    throw new InvalidInputException(
        data.data + ": a table is a CSV file, or an .npz file of arrays [N, d] and labels");
  }

  /** What the attacker may do to the rows. */
  public Features features(Table table, ModelOptions models, ThreatOptions threats) {
    models.requireNoImages();
    FeatureEpsilon epsilon = threats.epsilon(table, inUnits());
    return Features.of(
        table,
        new FeatureRules(
            box(table, models.featureBox()),
            epsilon,
            frozen,
            integers,
            oneHot.stream().map(group -> Arrays.asList(group.split(","))).toList()));
  }

  private static FeatureBox box(Table table, @Nullable Path file) {
    return file == null ? FeatureBox.of(table) : FeatureBox.read(file, table);
  }

  private boolean inUnits() {
    if (epsilonIn == null || epsilonIn.equals(RANGE)) {
      return false;
    }
    if (!epsilonIn.equals(UNITS)) {
      throw new InvalidInputException(
          "--epsilon-in is '%s': give range or units".formatted(epsilonIn));
    }
    return true;
  }
}

package io.foolproof.bench;

import io.foolproof.attack.Norm;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Minimal distances that other implementations found, as a folder of reference figures has them: a
 * page of tables, one for each model, and for each model a file with the smallest distance of every
 * digit.
 */
final class GoldenTable {
  private static final String PAGE = "golden.md";
  private static final String BEST = "best of the above";

  private static final Pattern MODEL = Pattern.compile("### (\\S+)");
  private static final Pattern ROW =
      Pattern.compile("\\| (l\\w+) \\| \\**([^|*]+?)\\** \\| ([\\d.]+) \\| \\**([\\d.]+)\\** \\|");

  private GoldenTable() {}

  /**
   * One attack's figures.
   *
   * @param model the name of the model's file
   * @param attack its name there and its budget, {@code fmn_1000}
   * @param success per cent of the digits that are correctly classified
   * @param median of their distances, infinite where it failed
   */
  record Row(String model, Norm norm, String attack, double success, double median) {
    boolean isBest() {
      return attack.startsWith(BEST);
    }
  }

  /** All rows, in the order of the page. */
  static List<Row> read(Path folder) {
    List<Row> rows = new ArrayList<>();
    String model = "";
    for (String line : lines(folder.resolve(PAGE))) {
      Matcher heading = MODEL.matcher(line);
      Matcher row = ROW.matcher(line);
      if (heading.matches()) {
        model = heading.group(1);
      } else if (row.matches()) {
        rows.add(
            new Row(
                model,
                Norm.parse(row.group(1)),
                row.group(2),
                Double.parseDouble(row.group(3)),
                Double.parseDouble(row.group(4))));
      }
    }
    return rows;
  }

  /** The smallest distance known of each of the first digits; 0 for what is wrong already. */
  static double[] smallest(Path folder, String model, Norm norm) {
    Path file = folder.resolve(model + "-best.csv");
    List<String> lines = lines(file);
    int column = Arrays.asList(lines.get(0).split(",", -1)).indexOf(norm.id());
    if (column < 0) {
      throw new InvalidInputException(
          file + ": no column '" + norm.id() + "' in '" + lines.get(0) + "'");
    }
    return lines.stream()
        .skip(1)
        .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
        .toArray();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}

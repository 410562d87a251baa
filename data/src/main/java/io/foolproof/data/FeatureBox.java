package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Between which values each feature of a table may lie, in its own unit.
 *
 * @param low the smallest value of each
 * @param high the largest value of each; equal to the smallest where a feature never changes
 * @param fromData whether these are the smallest and largest values of the data, which is an
 *     assumption, and not what somebody knows of the features
 */
public record FeatureBox(float[] low, float[] high, boolean fromData) {

  /** Checks that no box is upside down, and copies the arrays. */
  public FeatureBox {
    if (low.length != high.length) {
      throw new InvalidInputException(
          "a box of %d lower and %d upper ends: give one of each for every feature"
              .formatted(low.length, high.length));
    }
    for (int j = 0; j < low.length; j++) {
      if (!(low[j] <= high[j]) || !Float.isFinite(low[j]) || !Float.isFinite(high[j])) {
        throw new InvalidInputException(
            "the box of feature %d goes from %s to %s: give the smaller number first"
                .formatted(j + 1, low[j], high[j]));
      }
    }
    low = low.clone();
    high = high.clone();
  }

  /** From the smallest to the largest value of each feature. */
  public static FeatureBox of(Table table) {
    float[] low = table.row(0);
    float[] high = table.row(0);
    for (int i = 1; i < table.size(); i++) {
      for (int j = 0; j < low.length; j++) {
        low[j] = Math.min(low[j], table.value(i, j));
        high[j] = Math.max(high[j], table.value(i, j));
      }
    }
    return new FeatureBox(low, high, true);
  }

  /**
   * Reads a CSV file with the columns {@code feature}, {@code low} and {@code high}, and a row for
   * each feature of the table, in any order.
   *
   * @throws InvalidInputException naming the feature, and what to do
   */
  public static FeatureBox read(Path file, Table table) {
    Map<String, float[]> boxes = new LinkedHashMap<>();
    for (List<String> record : CsvTable.records(file, List.of("feature", "low", "high"))) {
      String feature = record.get(0);
      if (!table.features().contains(feature)) {
        throw new InvalidInputException(
            "%s: %s has no feature '%s'%s"
                .formatted(file, table.name(), feature, Suggestion.of(feature, table.features())));
      }
      float low = end(file, feature, record.get(1));
      float high = end(file, feature, record.get(2));
      if (low > high) {
        throw new InvalidInputException(
            "%s: the box of '%s' is upside down, from %s to %s: give the smaller number as low"
                .formatted(file, feature, low, high));
      }
      if (boxes.put(feature, new float[] {low, high}) != null) {
        throw new InvalidInputException(
            "%s: has two boxes of '%s': give one".formatted(file, feature));
      }
    }
    List<String> without = new ArrayList<>(table.features());
    without.removeAll(boxes.keySet());
    if (!without.isEmpty()) {
      throw new InvalidInputException(
          "%s: has no box of %s; give one row for each feature"
              .formatted(file, String.join(", ", without)));
    }
    float[] low = new float[boxes.size()];
    float[] high = new float[boxes.size()];
    IntStream.range(0, low.length)
        .forEach(
            j -> {
              float[] ends = boxes.getOrDefault(table.features().get(j), new float[2]);
              low[j] = ends[0];
              high[j] = ends[1];
            });
    FeatureBox box = new FeatureBox(low, high, false);
    box.requireInside(table);
    return box;
  }

  private static float end(Path file, String feature, String text) {
    float value = CsvTable.isNumber(text) ? Float.parseFloat(text) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw new InvalidInputException(
          "%s: an end of the box of '%s' is '%s', expected a number"
              .formatted(file, feature, text));
    }
    return value;
  }

  /**
   * Refuses rows that have a value outside the box.
   *
   * @throws InvalidInputException naming row, feature, value and box
   */
  public void requireInside(Table table) {
    if (low.length != table.features().size()) {
      throw new InvalidInputException(
          "boxes of %d features, but %s has %d: give one for each"
              .formatted(low.length, table.name(), table.features().size()));
    }
    for (int i = 0; i < table.size(); i++) {
      for (int j = 0; j < low.length; j++) {
        float value = table.value(i, j);
        if (value < low[j] || value > high[j]) {
          throw new InvalidInputException(
              "%s: row %,d, '%s' is %s, outside its box [%s, %s]; widen the box or leave the row out"
                  .formatted(table.name(), i + 1, table.features().get(j), value, low[j], high[j]));
        }
      }
    }
  }
}

package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes a table of two arrays: rows {@code [N, d]} of any numbers, and labels. */
final class ArrayTable {
  private ArrayTable() {}

  /**
   * Makes the table, whose features are called f0, f1, and so on.
   *
   * @param rowsFrom what to call the rows in messages
   * @param labelsFrom what to call the labels in messages
   * @param classNames the names of the classes; null where they have none
   */
  static Table of(
      String name,
      NpyArray rows,
      String rowsFrom,
      NpyArray labels,
      String labelsFrom,
      @Nullable List<String> classNames) {
    int[] sizes = rows.shape();
    if (sizes.length != 2 || sizes[1] < 1) {
      throw new InvalidInputException(
          "%s: an array of shape %s is no table, expected [N, d], a row of features for each label"
              .formatted(rowsFrom, Arrays.toString(sizes)));
    }
    float[][] values = new float[sizes[0]][sizes[1]];
    for (int k = 0; k < rows.size(); k++) {
      values[k / sizes[1]][k % sizes[1]] = (float) rows.real(k);
    }
    int[] classes = ArrayImages.labels(labels, labelsFrom);
    List<String> features = IntStream.range(0, sizes[1]).mapToObj(j -> "f" + j).toList();
    return new Table(name, features, values, classes, classNames);
  }
}

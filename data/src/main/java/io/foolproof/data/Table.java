package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of numbers, such as measurements of patients or of flowers, with a label each.
 *
 * <p>Values are 32-bit numbers of any range, each feature in a unit of its own. Immutable; safe for
 * use by several threads.
 */
public final class Table {
  private final String name;
  private final List<String> features;
  private final float[][] rows;
  private final int[] labels;
  private final List<String> classNames;
  private final boolean namesAllClasses;

  /**
   * Takes the arrays as its own: the caller must not keep them.
   *
   * @param classNames null where classes are called by their numbers
   */
  Table(
      String name,
      List<String> features,
      float[][] rows,
      int[] labels,
      @Nullable List<String> classNames) {
    this.name = name;
    this.features = List.copyOf(features);
    this.rows = rows;
    this.labels = labels;
    this.namesAllClasses = classNames != null;
    this.classNames =
        classNames == null ? Labels.numberedClasses(labels, name) : List.copyOf(classNames);
    requireDistinctNames();
    requireWhole();
    Labels.requireInRange(labels, this.classNames.size(), name);
  }

  /**
   * A program's own table.
   *
   * @param name what to call it in reports and messages
   * @param features the names of the columns
   * @param rows {@code [N][features]}; copied
   * @param labels the class of each row, an index into the names; copied
   * @param classNames the names of all classes, in the order of the model's outputs
   * @throws InvalidInputException if a size, a value or a label does not fit, or two features have
   *     one name
   */
  public static Table of(
      String name, List<String> features, float[][] rows, int[] labels, List<String> classNames) {
    float[][] copies = rows.clone();
    for (int i = 0; i < copies.length; i++) {
      copies[i] = rows[i].clone();
    }
    return new Table(name, features, copies, labels.clone(), classNames);
  }

  private void requireDistinctNames() {
    Set<String> seen = new HashSet<>();
    for (String feature : features) {
      if (!seen.add(feature)) {
        throw new InvalidInputException(
            "%s: two columns are called '%s': give each a name of its own"
                .formatted(name, feature));
      }
    }
  }

  private void requireWhole() {
    if (rows.length == 0 || features.isEmpty()) {
      throw new InvalidInputException(
          "%s: has %,d rows of %,d features, expected at least one of each"
              .formatted(name, rows.length, features.size()));
    }
    if (rows.length != labels.length) {
      throw new InvalidInputException(
          "%s: has %,d rows and %,d labels: give one label a row"
              .formatted(name, rows.length, labels.length));
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != features.size()) {
        throw new InvalidInputException(
            "%s: row %,d has %,d values, expected %,d, one for each feature"
                .formatted(name, i + 1, rows[i].length, features.size()));
      }
      for (int j = 0; j < rows[i].length; j++) {
        if (!Float.isFinite(rows[i][j])) {
          throw new InvalidInputException(
              "%s: row %,d, column '%s' is %s, expected a finite number; leave the row out or fill"
                      .formatted(name, i + 1, features.get(j), rows[i][j])
                  + " the value in, as for training");
        }
      }
    }
  }

  /** What the table is called in reports and messages. */
  public String name() {
    return name;
  }

  /** The names of the columns, without that of the labels. */
  public List<String> features() {
    return features;
  }

  /** How many rows there are. */
  public int size() {
    return rows.length;
  }

  /** Row {@code i}, one value a feature, as a new array. */
  public float[] row(int i) {
    return rows[i].clone();
  }

  /** The value of feature {@code j} in row {@code i}. */
  public float value(int i, int j) {
    return rows[i][j];
  }

  /** The class of row {@code i}, an index into {@link #classNames()}. */
  public int label(int i) {
    return labels[i];
  }

  /** The names of the classes, in the order of the model's outputs. */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Whether the names are those of all classes, so that a model with another number of outputs is
   * another task's. Otherwise classes are what the labels show.
   */
  public boolean namesAllClasses() {
    return namesAllClasses;
  }

  @Override
  public String toString() {
    return "%s: %,d rows of %,d features, %d classes"
        .formatted(name, size(), features.size(), classNames.size());
  }
}

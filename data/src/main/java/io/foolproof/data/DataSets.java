package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;

/** The way in: from what a user calls a data set to its images. */
public final class DataSets {
  private DataSets() {}

  /**
   * Opens the test images of a data set, looked for in the {@linkplain DataLocations#usual usual
   * places}.
   *
   * @param spec {@code digits}, {@code mnist}, {@code fashion-mnist}, or a path; see {@link
   *     DataSource#of}
   * @throws InvalidInputException if there is no such set, or its images cannot be had or used
   */
  public static ImageSet open(String spec) {
    return open(spec, Split.TEST);
  }

  /** As {@link #open(String)}, of another split. */
  public static ImageSet open(String spec, Split split) {
    return open(spec, split, DataLocations.usual());
  }

  /**
   * Opens a split of a data set.
   *
   * @param spec {@code digits}, {@code mnist}, {@code fashion-mnist}, or a path; see {@link
   *     DataSource#of}
   * @param where where published sets are looked for
   * @throws InvalidInputException if there is no such set, or its images cannot be had or used
   */
  public static ImageSet open(String spec, Split split, DataLocations where) {
    return open(spec, split, where, Reading.PLAIN);
  }

  /**
   * As {@link #open(String, Split, DataLocations)}.
   *
   * @param reading what the data do not say themselves, such as the names of the classes
   */
  public static ImageSet open(String spec, Split split, DataLocations where, Reading reading) {
    return DataSource.of(spec).open(split, where, reading);
  }
}

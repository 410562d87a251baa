package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.stream.IntStream;

/** What the readers of labels have in common. */
final class Labels {
  /** Beyond this a label is more likely a damaged file than a class. */
  private static final int MOST_CLASSES = 100_000;

  private Labels() {}

  static int[] fromBytes(byte[] values) {
    int[] labels = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      labels[i] = Byte.toUnsignedInt(values[i]);
    }
    return labels;
  }

  static void requireInRange(int[] labels, int classes, String where) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new InvalidInputException(
            "%s: label %d is %d, expected 0 to %d".formatted(where, i, labels[i], classes - 1));
      }
    }
  }

  /** The classes 0, 1, ... up to the highest label. */
  static List<String> numberedClasses(int[] labels, String where) {
    requireInRange(labels, MOST_CLASSES, where);
    int highest = IntStream.of(labels).max().orElse(0);
    return IntStream.rangeClosed(0, highest).mapToObj(Integer::toString).toList();
  }
}

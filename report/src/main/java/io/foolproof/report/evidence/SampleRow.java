package io.foolproof.report.evidence;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code samples.csv}.
 *
 * @param prediction of the clean image; -1 where there is none
 * @param attack what found the witness; empty where there is none
 * @param witness null where there is none
 */
record SampleRow(
    long index,
    int label,
    int prediction,
    String status,
    String attack,
    @Nullable Measured witness) {
  private static final String HEADER =
      "index,label,prediction,status,attack,prediction_after,l0,l1,l2,linf,flow,survives_rounding";
  private static final int FIELDS = 12;

  /** What the row says of the witness. */
  record Measured(
      int prediction, int l0, double l1, double l2, double linf, boolean survivesRounding) {}

  boolean isFooled() {
    return status.equals("fooled");
  }

  /** Not fooled, which proves nothing, or proved. */
  boolean isNotFooled() {
    return status.equals("unknown") || status.equals("proved");
  }

  /** Whether the clean image is correctly classified; errors count as wrong. */
  boolean isCorrect() {
    return isFooled() || isNotFooled();
  }

  /**
   * The rows of a file.
   *
   * @throws IllegalArgumentException when it is not what the program writes
   */
  static List<SampleRow> parse(byte[] csv) {
    List<String> lines = new String(csv, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException("another header");
    }
    List<SampleRow> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      rows.add(row(line.split(",", -1)));
    }
    return rows;
  }

  private static SampleRow row(String[] fields) {
    if (fields.length != FIELDS || !fields[10].isEmpty()) {
      throw new IllegalArgumentException("another number of fields");
    }
    boolean none = fields[4].isEmpty();
    if (!none && !fields[11].equals("true") && !fields[11].equals("false")) {
      throw new IllegalArgumentException(fields[11]);
    }
    return new SampleRow(
        Long.parseLong(fields[0]),
        Integer.parseInt(fields[1]),
        fields[2].isEmpty() ? -1 : Integer.parseInt(fields[2]),
        fields[3],
        fields[4],
        none
            ? null
            : new Measured(
                Integer.parseInt(fields[5]),
                Integer.parseInt(fields[6]),
                Double.parseDouble(fields[7]),
                Double.parseDouble(fields[8]),
                Double.parseDouble(fields[9]),
                Boolean.parseBoolean(fields[11])));
  }
}

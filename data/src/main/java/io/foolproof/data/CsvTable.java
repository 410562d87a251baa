package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table from comma-separated values with a header, as RFC 4180 has it (Shafranovich, 2005),
 * in UTF-8.
 *
 * <p>Messages count rows from 1, without the header.
 */
public final class CsvTable {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern WHOLE = Pattern.compile("\\d{1,9}(\\.0*)?");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d+,\\d+");

  /** How data sets write that a value is not known. */
  private static final Set<String> MISSING =
      Set.of("", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "?", "-", ".");

  private static final int SHOWN = 120;

  private final String name;
  private final Path file;
  private final List<String> header;
  private final List<CSVRecord> records;

  private CsvTable(String name, Path file) {
    this.name = name;
    this.file = file;
    String text = text(file);
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setIgnoreEmptyLines(true)
            .setIgnoreSurroundingSpaces(true)
            .get();
    List<CSVRecord> all;
    try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
      all = parser.getRecords();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new InvalidInputException(
          "%s: is not comma-separated text (%s); put quotes around a text with a comma or a quote in it, and write a quote inside as two"
              .formatted(file, String.valueOf(e.getMessage())),
          e);
    }
    if (all.isEmpty()) {
      throw new InvalidInputException(
          file + ": the file is empty; expected a header with the names of the columns, then rows");
    }
    this.header = all.get(0).toList();
    this.records = all.subList(1, all.size());
    requireHeader();
    requireRows();
  }

  /**
   * Reads a table.
   *
   * @param name what to call it
   * @param label the column with the labels: whole numbers, which are class indices, or the
   *     classes' names; null, which is refused with the names of the columns, where nobody said
   * @param ignored columns to leave out, such as a row's number
   * @param classNames the names of the classes, in the order of the model's outputs; null where
   *     they have none
   * @throws InvalidInputException naming row and column, and what to do
   */
  public static Table read(
      String name,
      Path file,
      @Nullable String label,
      List<String> ignored,
      @Nullable List<String> classNames) {
    return new CsvTable(name, file).table(label, ignored, classNames);
  }

  /**
   * The records of a file with a header, each a value for each of these columns, in any order
   * there.
   *
   * @throws InvalidInputException if the file has other columns, or is no such file
   */
  static List<List<String>> records(Path file, List<String> columns) {
    CsvTable csv = new CsvTable(file.toString(), file);
    if (!Set.copyOf(csv.header).equals(Set.copyOf(columns))) {
      throw new InvalidInputException(
          "%s: has the columns %s, expected %s".formatted(file, csv.header, columns));
    }
    int[] places = columns.stream().mapToInt(csv.header::indexOf).toArray();
    return csv.records.stream()
        .map(record -> IntStream.of(places).mapToObj(record::get).toList())
        .toList();
  }

  /** Whether a text is a number in plain notation. */
  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  private static String text(Path file) {
    byte[] bytes = ExactReader.explain(file, () -> Files.readAllBytes(file));
    if (bytes.length >= 2 && (bytes[0] & 0xff) + (bytes[1] & 0xff) == 0xff + 0xfe) {
      throw new InvalidInputException(
          file + ": is in UTF-16; save it in UTF-8 (in a spreadsheet: \"CSV UTF-8\")");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // Spreadsheets put a byte order mark before UTF-8.
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          file + ": is not in UTF-8; save it in UTF-8 (in a spreadsheet: \"CSV UTF-8\")", e);
    }
  }

  private void requireHeader() {
    if (header.size() == 1) {
      for (String other : List.of(";", "\t", "|")) {
        if (header.get(0).contains(other)) {
          throw new InvalidInputException(
              "%s: columns are separated by %s, expected commas; save it with commas, and with a point in decimal numbers"
                  .formatted(
                      file,
                      switch (other) {
                        case ";" -> "semicolons";
                        case "|" -> "vertical bars";
                        default -> "tabs";
                      }));
        }
      }
    }
    Set<String> seen = new HashSet<>();
    for (int column = 0; column < header.size(); column++) {
      String title = header.get(column);
      if (title.isBlank()) {
        throw new InvalidInputException(
            "%s: column %d has no name in the header; give it one".formatted(file, column + 1));
      }
      if (!seen.add(title)) {
        throw new InvalidInputException(
            "%s: two columns are called '%s'; give each a name of its own".formatted(file, title));
      }
    }
    if (header.stream().allMatch(CsvTable::isNumber)) {
      throw new InvalidInputException(
          "%s: the first line is '%s', expected the names of the columns; put a header before the rows"
              .formatted(file, shown(String.join(",", header))));
    }
  }

  private void requireRows() {
    if (records.isEmpty()) {
      throw new InvalidInputException(file + ": has a header, but no rows");
    }
    for (int row = 0; row < records.size(); row++) {
      int found = records.get(row).size();
      if (found != header.size()) {
        throw new InvalidInputException(
            "%s: row %,d has %,d values, but the header has %,d columns; put quotes around a text that has a comma in it"
                .formatted(file, row + 1, found, header.size()));
      }
    }
  }

  private Table table(
      @Nullable String label, List<String> ignored, @Nullable List<String> classNames) {
    if (label == null) {
      throw new InvalidInputException(
          "%s: which column has the labels is not known; give it (--label NAME), one of %s"
              .formatted(file, shown(String.join(", ", header))));
    }
    Set<String> features = new LinkedHashSet<>(header);
    for (String column : ignored) {
      requireColumn(column);
      features.remove(column);
    }
    requireColumn(label);
    features.remove(label);
    int[] columns = features.stream().mapToInt(header::indexOf).toArray();
    float[][] rows = new float[records.size()][columns.length];
    for (int row = 0; row < rows.length; row++) {
      for (int j = 0; j < columns.length; j++) {
        rows[row][j] = number(row, columns[j]);
      }
    }
    List<String> labels =
        IntStream.range(0, records.size())
            .mapToObj(row -> present(row, header.indexOf(label)))
            .toList();
    int[] classes = classes(label, labels, classNames);
    return new Table(name, new ArrayList<>(features), rows, classes, classNames);
  }

  private void requireColumn(String column) {
    if (!header.contains(column)) {
      throw new InvalidInputException(
          "%s: has no column '%s'%s; its columns are %s"
              .formatted(
                  file, column, Suggestion.of(column, header), shown(String.join(", ", header))));
    }
  }

  private String present(int row, int column) {
    String text = records.get(row).get(column).strip();
    if (MISSING.contains(text.toLowerCase(Locale.ROOT))) {
      throw new InvalidInputException(
          "%s: row %,d, column '%s' has no value (%s); leave the row out or fill the value in, as for training"
              .formatted(
                  file,
                  row + 1,
                  header.get(column),
                  text.isEmpty() ? "it is empty" : "'" + text + "'"));
    }
    return text;
  }

  private float number(int row, int column) {
    String text = present(row, column);
    if (isNumber(text)) {
      float value = Float.parseFloat(text);
      if (Float.isFinite(value)) {
        return value;
      }
    }
    String advice =
        DECIMAL_COMMA.matcher(text).matches()
            ? "write decimal numbers with a point"
            : "encode the column as numbers, as for training, or leave it out (--ignore "
                + header.get(column)
                + ")";
    throw new InvalidInputException(
        "%s: row %,d, column '%s' is '%s', expected a number of 32 bits; %s"
            .formatted(file, row + 1, header.get(column), shown(text), advice));
  }

  private int[] classes(String column, List<String> labels, @Nullable List<String> classNames) {
    if (classNames != null && classNames.containsAll(labels)) {
      return labels.stream().mapToInt(classNames::indexOf).toArray();
    }
    int[] classes = new int[labels.size()];
    for (int row = 0; row < classes.length; row++) {
      String text = labels.get(row);
      if (!WHOLE.matcher(text).matches()) {
        throw new InvalidInputException(
            "%s: row %,d, the label '%s' in column '%s' is %s"
                .formatted(
                    file,
                    row + 1,
                    shown(text),
                    column,
                    classNames == null
                        ? "no class index (0, 1, ...); give the classes' names in the order of the model's outputs, one a line (--class-names FILE)"
                        : "none of the classes' names " + shown(String.join(", ", classNames))));
      }
      classes[row] = Integer.parseInt(text.replaceFirst("\\..*", ""));
      if (classNames != null && classes[row] >= classNames.size()) {
        throw new InvalidInputException(
            "%s: row %,d, the label in column '%s' is %d, but there are names for the classes 0 to %d"
                .formatted(file, row + 1, column, classes[row], classNames.size() - 1));
      }
    }
    return classes;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}

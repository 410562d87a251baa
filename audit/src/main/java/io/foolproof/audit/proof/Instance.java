package io.foolproof.audit.proof;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code instances.csv}, as the competitions of verifiers have them: a model, a property
 * and a time limit.
 *
 * @param line in the file, from 1
 * @param text the row as it is there
 * @param model the file; null where the row cannot be used
 * @param property the file; null where the row cannot be used
 * @param seconds that it may take
 * @param problem why it cannot be used, in one line; empty where it can
 */
public record Instance(
    int line,
    String text,
    @Nullable Path model,
    @Nullable Path property,
    double seconds,
    String problem) {
  /** What the file is called in a folder, perhaps behind a name and an underscore. */
  private static final String FILE = "instances.csv";

  private static final int FIELDS = 3;

  private static final CSVFormat ROW =
      CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).setTrim(true).get();

  /**
   * The rows of a file.
   *
   * @param folders in which its files are looked for, by their paths in the row or by their names
   * @throws InvalidInputException when the file cannot be read or has no rows
   */
  public static List<Instance> read(Path file, List<Path> folders) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(
          file + ": there is no such file: rows of model, property and seconds are wanted", e);
    } catch (MalformedInputException e) {
      throw new InvalidInputException(file + ": is no text in UTF-8", e);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": " + InvalidInputException.reason(e), e);
    }
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      // Editors of Windows begin files with a mark of the byte order.
      line = i == 0 && line.startsWith("\uFEFF") ? line.substring(1).strip() : line;
      if (!line.isEmpty()) {
        instances.add(of(i + 1, line, folders));
      }
    }
    if (instances.isEmpty()) {
      throw new InvalidInputException(
          file + ": has no rows, such as net.onnx,property.vnnlib,120: add one");
    }
    return instances;
  }

  /**
   * The rows of the file in a folder: {@code instances.csv}, or the only {@code *_instances.csv}.
   *
   * @param folders in which its files are looked for, by their paths in the row or by their names
   * @throws InvalidInputException when there is no such file, or there are several, or it cannot be
   *     read or has no rows
   */
  public static List<Instance> in(Path folder, List<Path> folders) {
    Path file = folder.resolve(FILE);
    List<Path> others = List.of();
    if (Files.notExists(file)) {
      try (Stream<Path> files = Files.list(folder)) {
        others = files.filter(other -> other.toString().endsWith("_" + FILE)).sorted().toList();
      } catch (IOException e) {
        throw new InvalidInputException(folder + ": " + InvalidInputException.reason(e), e);
      }
    }
    if (others.size() > 1) {
      throw new InvalidInputException(
          "%s: has both %s and %s: name the one that is wanted %s"
              .formatted(folder, others.get(0).getFileName(), others.get(1).getFileName(), FILE));
    }
    return read(others.isEmpty() ? file : others.get(0), folders);
  }

  private static Instance of(int line, String text, List<Path> folders) {
    List<String> fields = fields(text);
    if (fields.size() != FIELDS) {
      return unusable(
          line,
          text,
          "has %d fields, expected 3: model, property and seconds".formatted(fields.size()));
    }
    Path model = find(fields.get(0), folders);
    Path property = find(fields.get(1), folders);
    if (model == null || property == null) {
      String missing = fields.get(model == null ? 0 : 1);
      return unusable(
          line,
          text,
          missing.isEmpty()
              ? "names no " + (model == null ? "model" : "property")
              : missing + ": there is no such file");
    }
    double seconds = seconds(fields.get(2));
    return seconds > 0
        ? new Instance(line, text, model, property, seconds, "")
        : unusable(line, text, "the time is '" + fields.get(2) + "', expected seconds above 0");
  }

  /** The fields of the row, without quotes and spaces around them. */
  public List<String> fields() {
    return fields(text);
  }

  private static List<String> fields(String text) {
    try (CSVParser row = CSVParser.parse(text, ROW)) {
      return row.getRecords().get(0).toList();
    } catch (IOException | UncheckedIOException e) {
      // A quote that is not closed, or text behind one: no row, and not of three fields.
      return List.of(text);
    }
  }

  private static double seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      return Double.isFinite(seconds) ? seconds : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static Instance unusable(int line, String text, String problem) {
    return new Instance(line, text, null, null, 0, problem);
  }

  /** A file, perhaps compressed; null where there is none. */
  private static @Nullable Path find(String path, List<Path> folders) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (Path folder : folders) {
      for (String each : List.of(path, path + ".gz", name, name + ".gz")) {
        if (!name.isEmpty()
            && path.indexOf('\0') < 0
            && Files.isRegularFile(folder.resolve(each))) {
          return folder.resolve(each);
        }
      }
    }
    return null;
  }
}

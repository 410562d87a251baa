package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file or folder of images does not say itself.
 *
 * @param classNames the names of the classes, in the order of the model's outputs; null where they
 *     are what the data say
 * @param range of the values in arrays of images; null for pixels in [0, 1], and levels from 0 to
 *     255 where they are whole numbers
 */
public record Reading(@Nullable List<String> classNames, @Nullable PixelRange range) {
  /** The data say everything. */
  public static final Reading PLAIN = new Reading(null, null);

  /** Checks and copies the names. */
  public Reading {
    if (classNames != null) {
      classNames = List.copyOf(classNames);
      Set<String> seen = new HashSet<>();
      for (String name : classNames) {
        if (!seen.add(name)) {
          throw new InvalidInputException(
              "the class names have '" + name + "' twice: give each class a name of its own");
        }
      }
    }
  }

  /**
   * Reads the names of classes, one a line, in the order of the model's outputs.
   *
   * @throws InvalidInputException when the file cannot be read, or has an empty line or a name
   *     twice
   */
  public static List<String> classNames(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": the class names cannot be read; expected a text file with one name a line", e);
    }
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isEmpty()) {
        throw new InvalidInputException(
            "%s: line %d is empty, expected the name of class %d".formatted(file, i + 1, i));
      }
    }
    if (lines.isEmpty()) {
      throw new InvalidInputException(file + ": is empty, expected one class name a line");
    }
    return Objects.requireNonNull(new Reading(lines, null).classNames);
  }

  /** Refuses a range for images that have 8-bit levels in any case. */
  void requireNoRange(String where) {
    if (range != null) {
      throw new InvalidInputException(
          where
              + ": a range of pixels is given ("
              + range
              + "), but these are 8-bit images, which need none: leave it out");
    }
  }
}

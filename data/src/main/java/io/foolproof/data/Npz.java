package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** NumPy's file format for several named arrays: a ZIP archive of {@link Npy} files. */
public final class Npz {
  private static final String SUFFIX = ".npy";

  private Npz() {}

  /** The names of the arrays in a file, in its order. */
  static List<String> names(Path file) {
    return open(
        file,
        zip -> {
          List<String> names = new ArrayList<>();
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(SUFFIX))
              .forEach(name -> names.add(name.substring(0, name.length() - SUFFIX.length())));
          return names;
        });
  }

  /**
   * Reads one array.
   *
   * @throws InvalidInputException if the file or the array is missing, damaged, or not supported
   */
  public static NpyArray read(Path file, String name) {
    return open(
        file,
        zip -> {
          ZipEntry entry = zip.getEntry(name + SUFFIX);
          if (entry == null) {
            throw new InvalidInputException("%s: has no array %s".formatted(file, name));
          }
          return readEntry(zip, entry, file);
        });
  }

  /**
   * Reads all arrays, in the order of the file.
   *
   * @throws InvalidInputException if the file is missing, damaged, or has an array that is not
   *     supported
   */
  public static Map<String, NpyArray> read(Path file) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    for (String name : names(file)) {
      arrays.put(name, read(file, name));
    }
    return arrays;
  }

  /**
   * Writes arrays under their names, compressed; the same arrays give the same bytes.
   *
   * @throws InvalidInputException if the file cannot be written
   */
  public static void write(Path file, Map<String, NpyArray> arrays) {
    try (ZipOutputStream out =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        out.putNextEntry(entry);
        Npy.write(out, array.getValue());
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s)".formatted(file, InvalidInputException.reason(e)), e);
    }
  }

  private static NpyArray readEntry(ZipFile zip, ZipEntry entry, Path file) throws IOException {
    String where = file + " (" + entry.getName() + ")";
    CRC32 found = new CRC32();
    try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), found)) {
      NpyArray array = Npy.read(in, where);
      if (found.getValue() != entry.getCrc()) {
        throw new InvalidInputException(
            where + ": the checksum is wrong; the file is damaged, copy or make it again");
      }
      return array;
    } catch (EOFException e) {
      throw new InvalidInputException(
          where + ": the array is cut short; copy or make the file again", e);
    }
  }

  private static <T> T open(Path file, ZipBody<T> body) {
    return ExactReader.explain(
        file,
        () -> {
          try (ZipFile zip = new ZipFile(file.toFile())) {
            return body.read(zip);
          } catch (IllegalArgumentException | IllegalStateException e) {
            // How the ZIP reader meets some damaged directories.
            throw new IOException("damaged ZIP directory", e);
          }
        });
  }

  private interface ZipBody<T> {
    T read(ZipFile zip) throws IOException;
  }
}

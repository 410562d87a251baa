package io.foolproof.data;

import io.foolproof.tensor.InvalidInputException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.zip.ZipInputStream;
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
   * Reads all arrays of a file in memory that nobody vouches for. Memory grows with the values that
   * are really there.
   *
   * @param file the bytes of the file
   * @param where what to call it in messages
   * @param most how many bytes the arrays may have together, unpacked
   * @throws InvalidInputException if the file is damaged, has an array that is not supported, or is
   *     larger than that
   */
  public static Map<String, NpyArray> read(byte[] file, String where, long most) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      long left = most;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] bytes = zip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left + 1));
        left -= bytes.length;
        String name = entry.getName();
        if (left < 0 || !name.endsWith(SUFFIX) || arrays.containsKey(name)) {
          throw new InvalidInputException(
              "%s: %s, expected arrays of at most %,d bytes together"
                  .formatted(where, left < 0 ? "unpacks to more" : "holds " + name, most));
        }
        arrays.put(
            name.substring(0, name.length() - SUFFIX.length()),
            Npy.read(new ByteArrayInputStream(bytes), where + " (" + name + ")"));
      }
      return arrays;
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidInputException(where + ": is damaged, or is no NPZ file", e);
    }
  }

  /** As {@link #write(Path, Map)}, in memory. */
  public static byte[] bytes(Map<String, NpyArray> arrays) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(bytes, arrays);
    } catch (IOException e) {
      throw new IllegalStateException("memory has room", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes arrays under their names, compressed; the same arrays give the same bytes.
   *
   * @throws InvalidInputException if the file cannot be written
   */
  public static void write(Path file, Map<String, NpyArray> arrays) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(out, arrays);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s)".formatted(file, InvalidInputException.reason(e)), e);
    }
  }

  private static void write(OutputStream to, Map<String, NpyArray> arrays) throws IOException {
    ZipOutputStream out = new ZipOutputStream(to);
    for (Map.Entry<String, NpyArray> array : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
      entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
      out.putNextEntry(entry);
      Npy.write(out, array.getValue());
      out.closeEntry();
    }
    out.finish();
    out.flush();
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

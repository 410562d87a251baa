package io.foolproof.cli;

import io.foolproof.report.OutputFolder;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/** A file that a command writes: whole, or not at all. */
record WholeFile(Path path) {

  /**
   * A file that can be written.
   *
   * @throws InvalidInputException when it cannot, before any work is done
   */
  static WholeFile writable(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new InvalidInputException(
          path + ": the folder " + folder + " is not there or cannot be written to");
    }
    if (Files.isDirectory(path)) {
      throw new InvalidInputException(path + ": is a folder; give the name of a file");
    }
    return new WholeFile(path);
  }

  /**
   * A file that can be written and replaces nothing.
   *
   * @throws InvalidInputException otherwise
   */
  static WholeFile absent(Path path) {
    WholeFile file = writable(path);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidInputException(path + ": is there already; give another name, or remove it");
    }
    return file;
  }

  /**
   * Writes it where nothing is there, or the same.
   *
   * @throws InvalidInputException when another file is there
   */
  void writeIfAbsentOrEqual(byte[] content) {
    try {
      if (Files.exists(path) && !Arrays.equals(Files.readAllBytes(path), content)) {
        throw new InvalidInputException(
            path + ": is there already, and is another; give another name, or remove it");
      }
    } catch (IOException e) {
      throw new InvalidInputException(path + ": " + InvalidInputException.reason(e), e);
    }
    write(content);
  }

  /** Writes it, in place of what was there. */
  void write(byte[] content) {
    write(partial -> Files.write(partial, content));
  }

  /**
   * As {@link #write(byte[])}.
   *
   * @param content writes all of it to a path beside it; where that throws, nothing is written
   */
  void write(OutputFolder.Writing content) {
    Path partial = path.resolveSibling(path.getFileName() + ".part");
    try {
      try {
        content.to(partial);
        Files.move(partial, path, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          path + ": cannot be written (" + InvalidInputException.reason(e) + ")", e);
    }
  }
}

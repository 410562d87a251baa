package io.foolproof.report;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A folder whose files are only ever seen whole: each is written under a temporary name, then
 * renamed.
 */
public record OutputFolder(Path folder) {

  /**
   * Creates the folder where it is missing, and a file in it that is removed again.
   *
   * @throws InvalidInputException if either cannot be done
   */
  public void checkWritable() {
    try {
      Files.createDirectories(folder);
      Path probe = temporary("probe");
      Files.write(probe, new byte[0], StandardOpenOption.CREATE);
      Files.delete(probe);
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
  }

  /**
   * Writes a file, in place of what was there.
   *
   * @throws InvalidInputException if it cannot be written; what was there then still is
   */
  public void write(String name, byte[] content) {
    Path file = folder.resolve(name);
    Path temporary = temporary(name);
    try {
      Files.createDirectories(folder);
      try {
        Files.write(temporary, content);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** Not Files.createTempFile, whose files nobody but their owner may read. */
  private Path temporary(String name) {
    return folder.resolve("." + name + "." + ProcessHandle.current().pid() + ".tmp");
  }

  private static InvalidInputException notWritable(Path path, IOException cause) {
    return new InvalidInputException(
        path
            + ": cannot be written ("
            + InvalidInputException.reason(cause)
            + "), expected a folder to write the report to: give another one, or make room and allow"
            + " writing there",
        cause);
  }
}

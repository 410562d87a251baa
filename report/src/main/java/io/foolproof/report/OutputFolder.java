package io.foolproof.report;

import io.foolproof.data.Hashes;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder whose files are only ever seen whole: each is written under a temporary name, then
 * renamed.
 *
 * <p>What was written is recorded there, in {@value #RECORD}, with the SHA-256 of each file, as
 * {@code sha256sum} does: a later run removes that before it begins, and nothing else.
 */
public record OutputFolder(Path folder) {
  static final String RECORD = ".foolproof-files";

  private static final Pattern RECORDED = Pattern.compile("([0-9a-f]{64})  (.+)");

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Writing {
    /** Writes all of it to this path. */
    void to(Path file) throws IOException;
  }

  /**
   * Creates the folder where it is missing, and a file in it that is removed again.
   *
   * @throws InvalidInputException if either cannot be done
   */
  public void checkWritable() {
    try {
      Files.createDirectories(folder);
      Path probe = temporary(folder.resolve("probe"));
      Files.write(probe, new byte[0], StandardOpenOption.CREATE);
      Files.delete(probe);
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
  }

  /**
   * Checks that the program wrote here before, where files of these names are there: what is
   * somebody else's is not replaced.
   *
   * @throws InvalidInputException naming such a file
   */
  public void requireOwn(String... names) {
    try {
      boolean own = Files.exists(folder.resolve(RECORD)) || hasJournal();
      for (String name : names) {
        if (!own && Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          throw new InvalidInputException(
              folder.resolve(name)
                  + ": is there already, in a folder that no run has written to: give another --out,"
                  + " or remove it");
        }
      }
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
  }

  private boolean hasJournal() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(
          file -> String.valueOf(file.getFileName()).matches("journal.*\\.jsonl"));
    }
  }

  /**
   * Writes a file, in place of what was there.
   *
   * @throws InvalidInputException if it cannot be written; what was there then still is
   */
  public void write(String name, byte[] content) {
    write(name, file -> Files.write(file, content));
  }

  /**
   * As {@link #write(String, byte[])}.
   *
   * @param name relative to the folder; folders in it are created
   */
  public void write(String name, Writing content) {
    Path file = folder.resolve(name);
    Path temporary = temporary(file);
    try {
      Files.createDirectories(parent(file));
      try {
        content.to(temporary);
        record(name, temporary);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw notWritable(file, e);
    }
  }

  /** Before the file is there: one that is there and not recorded would never be removed. */
  private void record(String name, Path content) throws IOException {
    Files.writeString(
        folder.resolve(RECORD),
        new Recorded(Hashes.ofFile(content), name).line() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Removes what earlier runs wrote here, so that nobody takes it for what the run that begins
   * finds. A file that was changed since, and any that the program did not write, is left alone.
   *
   * @throws InvalidInputException if a file cannot be removed
   */
  public void removeFormer() {
    try {
      for (Recorded file : recorded()) {
        removeUnchanged(file);
      }
      Files.deleteIfExists(folder.resolve(RECORD));
    } catch (IOException e) {
      throw notRemovable(e);
    }
  }

  /**
   * Writes files in place of what earlier runs wrote here. Once all are written, what was not
   * written again is removed, as {@link #removeFormer} does; where one cannot be written, the
   * others stay.
   *
   * @throws InvalidInputException if a file cannot be written or removed
   */
  public void replaceFormer(Runnable writing) {
    try {
      List<Recorded> former = recorded();
      writing.run();
      List<Recorded> all = recorded();
      List<Recorded> now = all.subList(former.size(), all.size());
      Set<String> names = now.stream().map(Recorded::name).collect(Collectors.toSet());
      for (Recorded file : former) {
        if (!names.contains(file.name)) {
          removeUnchanged(file);
        }
      }
      rewrite(now);
    } catch (IOException e) {
      throw notRemovable(e);
    }
  }

  private void rewrite(List<Recorded> files) throws IOException {
    Path record = folder.resolve(RECORD);
    Path temporary = temporary(record);
    Files.writeString(
        temporary, files.stream().map(file -> file.line() + "\n").collect(Collectors.joining()));
    Files.move(
        temporary, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** A file that was written, in the order of writing. */
  private record Recorded(String hash, String name) {
    String line() {
      return hash + "  " + name;
    }
  }

  private List<Recorded> recorded() throws IOException {
    Path record = folder.resolve(RECORD);
    return Files.exists(record)
        ? Files.readAllLines(record).stream()
            .map(RECORDED::matcher)
            .filter(Matcher::matches)
            .map(line -> new Recorded(line.group(1), line.group(2)))
            .toList()
        : List.of();
  }

  private InvalidInputException notRemovable(IOException cause) {
    return new InvalidInputException(
        folder
            + ": the files of the run before cannot be removed ("
            + InvalidInputException.reason(cause)
            + "): use another folder (--out), or allow writing there",
        cause);
  }

  private void removeUnchanged(Recorded recorded) throws IOException {
    Path file = root().resolve(recorded.name).normalize();
    if (file.startsWith(root())
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Hashes.ofFile(file).equals(recorded.hash)) {
      Files.delete(file);
      removeIfEmpty(parent(file));
    }
  }

  private void removeIfEmpty(Path inner) throws IOException {
    if (inner.equals(root())) {
      return;
    }
    boolean empty;
    try (Stream<Path> files = Files.list(inner)) {
      empty = files.findAny().isEmpty();
    }
    if (empty) {
      Files.delete(inner);
    }
  }

  /** Not Files.createTempFile, whose files nobody but their owner may read. */
  private static Path temporary(Path file) {
    return file.resolveSibling(
        "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
  }

  private Path root() {
    return folder.toAbsolutePath().normalize();
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file in a folder has one");
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

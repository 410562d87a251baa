package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Findings that are only ever appended to, so that work that was stopped goes on from there.
 *
 * @param <T> a finding: a record of numbers, text, arrays and other such records
 */
public interface LineJournal<T> extends AutoCloseable {

  /**
   * A journal in a file, new or begun: a line that says what work it belongs to, then a line for
   * each finding. A process that is killed leaves at most a last line that is cut short, which is
   * dropped when the journal is opened again. Every line has a checksum, which covers the lines
   * before it too: what was changed, moved or left out is refused.
   *
   * <p>The file is locked until the journal is closed. A program must not open the file in another
   * way meanwhile: closing that would unlock it for other processes.
   *
   * @param work what the work is called in messages, such as {@code audit}
   * @param identity everything that the findings depend on, by name
   * @param type what a line holds
   * @param fresh whether to drop what is there; never what another process is writing
   * @param begin what to do once the file is locked and known to belong to this work, before
   *     anything in it changes
   * @throws InvalidInputException when the file belongs to other work, is written by another
   *     process, does not match its checksums, or cannot be written
   */
  static <T> LineJournal<T> open(
      Path file,
      String work,
      Map<String, String> identity,
      Class<T> type,
      boolean fresh,
      Runnable begin) {
    return FileJournal.open(file, work, identity, type, fresh, begin);
  }

  /** A journal that is on no disk, and empty. */
  static <T> LineJournal<T> inMemory() {
    return new LineJournal<>() {
      @Override
      public List<T> found() {
        return List.of();
      }

      @Override
      public void append(List<T> findings) {}

      @Override
      public InvalidInputException refusal(int finding, String why) {
        throw new IllegalArgumentException("a journal in memory has no earlier findings");
      }

      @Override
      public void close() {}
    };
  }

  /** What earlier runs found, in the order in which they found it. */
  List<T> found();

  /**
   * That an earlier run's finding cannot be used, in one line: where it is, why, and what to do.
   *
   * @param finding its place in {@link #found}
   * @param why such as "its image has 3 values, expected 784"
   */
  InvalidInputException refusal(int finding, String why);

  /** Adds findings; once this returns, a killed process has not lost what is on disk. */
  void append(List<T> findings);

  @Override
  void close();
}

package io.foolproof.audit.hull;

import io.foolproof.audit.journal.LineJournal;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The journals of a hull study: a file for each kind of finding, all in one folder. Each names what
 * it depends on, so that none is taken up by another study.
 *
 * @param folder where they are; null for findings that are kept in memory alone
 * @param fresh whether to drop what an earlier study found
 * @param begin what to do once the journals are known to be this study's to write, before anything
 *     in them changes
 */
public record HullJournals(@Nullable Path folder, boolean fresh, Runnable begin) {
  /** What the journal of fooling is called. */
  public static final String FOOLING = "journal-fooling.jsonl";

  private static final String WORK = "hull study";

  /** A kind of finding. */
  enum Kind {
    /**
     * Where the queries lie: the first that a study opens, and the last that it closes, so that its
     * lock is that of the folder.
     */
    QUERIES("journal.jsonl"),
    /** How many lie inside in smaller spaces. */
    SPACES("journal-spaces.jsonl"),
    /** How far they are from the hull of each class. */
    CLASSES("journal-classes.jsonl"),
    /** Where fooling takes them. */
    FOOLING(HullJournals.FOOLING);

    private final String file;

    Kind(String file) {
      this.file = file;
    }
  }

  /** Of a study that begins with nothing and leaves nothing. */
  public static HullJournals inMemory() {
    return new HullJournals(null, false, () -> {});
  }

  /** Of a study that begins in a folder, or goes on there. */
  public static HullJournals in(Path folder) {
    return new HullJournals(folder, false, () -> {});
  }

  /**
   * Opens one of them, which is made where there is none.
   *
   * @param identity everything that the findings depend on, by name
   * @param type of a finding
   * @throws InvalidInputException if it belongs to another study, or cannot be used
   */
  <T> LineJournal<T> open(Kind kind, Map<String, String> identity, Class<T> type) {
    Path in = folder;
    if (in == null) {
      return LineJournal.inMemory();
    }
    Path file = in.resolve(kind.file);
    return kind == Kind.QUERIES
        ? LineJournal.open(file, WORK, identity, type, fresh, () -> start(in))
        : LineJournal.open(file, WORK, identity, type, false, () -> {});
  }

  /**
   * Does what comes before all else, once the first journal is locked: no study writes the others.
   */
  private void start(Path folder) {
    if (fresh) {
      for (Kind kind : EnumSet.complementOf(EnumSet.of(Kind.QUERIES))) {
        remove(folder.resolve(kind.file));
      }
    }
    begin.run();
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          file + ": cannot be removed (" + InvalidInputException.reason(e) + ")", e);
    }
  }
}

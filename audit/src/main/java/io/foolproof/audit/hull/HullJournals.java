package io.foolproof.audit.hull;

import io.foolproof.audit.journal.LineJournal;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The journals of a hull study: a file for each kind of finding, all in one folder. Each names what
 * it depends on, so that none is taken up by another study.
 *
 * @param folder where they are; null for findings that are kept in memory alone
 */
public record HullJournals(@Nullable Path folder) {
  private static final String WORK = "hull study";

  /** A kind of finding. */
  enum Kind {
    /** Where the queries lie. */
    QUERIES("journal.jsonl"),
    /** How many lie inside in smaller spaces. */
    SPACES("journal-spaces.jsonl"),
    /** How far they are from the hull of each class. */
    CLASSES("journal-classes.jsonl"),
    /** Where fooling takes them. */
    FOOLING("journal-fooling.jsonl");

    private final String file;

    Kind(String file) {
      this.file = file;
    }
  }

  /** Of a study that begins with nothing and leaves nothing. */
  public static HullJournals inMemory() {
    return new HullJournals(null);
  }

  /**
   * Opens one of them, which is made where there is none.
   *
   * @param identity everything that the findings depend on, by name
   * @param type of a finding
   * @throws InvalidInputException if it belongs to another study, or cannot be used
   */
  <T> LineJournal<T> open(Kind kind, Map<String, String> identity, Class<T> type) {
    return folder == null
        ? LineJournal.inMemory()
        : LineJournal.open(folder.resolve(kind.file), WORK, identity, type, false);
  }

  /**
   * Removes them, so that the study starts afresh.
   *
   * @throws InvalidInputException if one cannot be removed
   */
  public void remove() {
    if (folder == null) {
      return;
    }
    for (Kind kind : Kind.values()) {
      Path file = folder.resolve(kind.file);
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new InvalidInputException(
            file + ": cannot be removed (" + InvalidInputException.reason(e) + ")", e);
      }
    }
  }
}

package io.foolproof.audit.hull;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The journals of a hull study: one file a kind of finding, all in one folder. Each names what it
 * depends on, so that none is taken up by another study.
 *
 * @param folder where they are
 */
public record HullJournals(Path folder) {

  /** Where the queries lie. */
  Path findings() {
    return folder.resolve("journal.jsonl");
  }

  /** How many lie inside in smaller spaces. */
  Path shares() {
    return folder.resolve("journal-spaces.jsonl");
  }

  /** How far they are from the hull of each class. */
  Path classes() {
    return folder.resolve("journal-classes.jsonl");
  }

  /** Where fooling takes them. */
  Path fooling() {
    return folder.resolve("journal-fooling.jsonl");
  }

  /**
   * Removes them, so that the study begins anew.
   *
   * @throws InvalidInputException if one cannot be removed
   */
  public void remove() {
    for (Path file : List.of(findings(), shares(), classes(), fooling())) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new InvalidInputException(
            file + ": cannot be removed (" + InvalidInputException.reason(e) + ")", e);
      }
    }
  }
}

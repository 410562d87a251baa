package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a classifier comes from, for reports and journals.
 *
 * @param name what to call it in reports
 * @param identity what tells it from every other, such as the SHA-256 of its file in hexadecimal;
 *     empty where nothing does, and then no journal can be kept on disk
 * @param preprocessing what is done to images before they enter it, in words; empty for nothing
 * @param notes what a reader of its figures must know, in sentences
 */
public record Origin(String name, String identity, String preprocessing, List<String> notes) {

  /** Copies the notes. */
  public Origin {
    notes = List.copyOf(notes);
  }

  /** Of a classifier that takes images as they are. */
  public Origin(String name, String identity, List<String> notes) {
    this(name, identity, "", notes);
  }

  /** Of a classifier that does not say what identifies it. */
  public static Origin unknown(String name) {
    return new Origin(name, "", List.of());
  }

  /** What all results depend on: the identity, and what is done to images before. */
  public String identityInUse() {
    return preprocessing.isEmpty() || identity.isEmpty()
        ? identity
        : identity + " (" + preprocessing + ")";
  }

  /** Whether something tells it from every other. */
  public boolean isKnown() {
    return !identity.isEmpty();
  }

  /**
   * Checks that a journal on disk can name this classifier as what its findings belong to.
   *
   * @throws InvalidInputException when nothing tells it from others
   */
  public void requireKnown(Path journal) {
    if (!isKnown()) {
      throw new InvalidInputException(
          ("%s: a journal names its models, but nothing tells %s from others: let its origin() give"
                  + " an identity, or give no journal")
              .formatted(journal, name));
    }
  }
}

package io.foolproof.physical.photo;

/** Why nothing is read from a photograph, in words for its line in the report. */
final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableException(String message) {
    super(message);
  }
}

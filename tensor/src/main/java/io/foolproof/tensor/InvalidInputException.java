package io.foolproof.tensor;

/**
 * What a user handed in cannot be used: a file, a number, a model that does not fit its data.
 *
 * <p>The message is one line, meant to be shown as it is: what is wrong, where, what was found,
 * what was expected and what to do. Anything else that is thrown is a failure of the program
 * itself.
 */
public final class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A one-line message for the user. */
  public InvalidInputException(String message) {
    super(oneLine(message));
  }

  /** A one-line message for the user, and what led to it. */
  public InvalidInputException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    return message.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}

package io.foolproof.tensor;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * What a user handed in cannot be used: a file, a number, a model that does not fit its data.
 *
 * <p>The message is one line, {@linkplain Printable printable} whatever names it quotes, meant to
 * be shown as it is: what is wrong, where, what was found, what was expected and what to do.
 * Anything else that is thrown is a failure of the program itself.
 */
public class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A one-line message for the user. */
  public InvalidInputException(String message) {
    super(oneLine(message));
  }

  /** A one-line message for the user, and what led to it. */
  public InvalidInputException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Why a file operation failed, in words for a message. */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "a file of that name is in the way";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return failure.getMessage() == null ? "reason unknown" : oneLine(failure.getMessage());
  }

  private static String oneLine(String message) {
    return Printable.of(message.replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }
}

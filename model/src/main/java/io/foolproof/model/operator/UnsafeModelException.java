package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;

/**
 * A model asks for what would crash the process, or take more memory or time than {@link
 * SizeLimits} allows. It is refused for every runtime: what one of them does not survive is not
 * offered to another.
 */
public final class UnsafeModelException extends InvalidInputException {
  private static final long serialVersionUID = 1;

  /** One line: what is asked for, the limit, and what to do. */
  public UnsafeModelException(String message) {
    super(message);
  }

  private UnsafeModelException(String message, UnsafeModelException cause) {
    super(message, cause);
  }

  /** The same with the place in front: the file or the node. */
  public UnsafeModelException at(Object place) {
    return new UnsafeModelException(place + ": " + getMessage(), this);
  }
}

package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;

/** That a journal belongs to other work: another model, other data, or other settings. */
public final class OtherWorkException extends InvalidInputException {
  OtherWorkException(String message) {
    super(message);
  }
}

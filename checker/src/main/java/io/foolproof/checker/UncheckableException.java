package io.foolproof.checker;

/**
 * A network, a specification or a certificate that cannot be used: what is wrong, in one line. It
 * says nothing about the network.
 */
public final class UncheckableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UncheckableException(String message) {
    super(message.replaceAll("\\s+", " "));
  }
}

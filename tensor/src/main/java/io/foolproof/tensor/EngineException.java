package io.foolproof.tensor;

/**
 * The numeric engine refused an operation; the message is its first line, without native stacks.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error in one line. */
  public EngineException(String message) {
    super(message);
  }

  private EngineException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Wraps what the native binding threw. Its message carries the C++ stack behind the first line (2
   * to 5 KB), so the cause is dropped and the Java stack of the failing call kept.
   */
  static EngineException from(RuntimeException nativeError) {
    if (nativeError instanceof EngineException own) {
      return own;
    }
    String message = String.valueOf(nativeError.getMessage());
    String firstLine = message.lines().findFirst().orElse("no message");
    EngineException translated = new EngineException("numeric engine: " + firstLine.strip());
    translated.setStackTrace(nativeError.getStackTrace());
    return translated;
  }

  /** The engine's libraries could not be loaded on this machine. */
  static EngineException notLoaded(String platform, Throwable cause) {
    return new EngineException(
        "the numeric engine could not be loaded on "
            + platform
            + " ("
            + String.valueOf(cause.getMessage()).lines().findFirst().orElse("no message")
            + "); it runs on linux-x86_64, macosx-arm64 and windows-x86_64",
        cause);
  }
}

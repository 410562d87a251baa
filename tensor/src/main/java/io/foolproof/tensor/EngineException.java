package io.foolproof.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numeric engine refused an operation; the message is its first line, without native stacks.
 */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How the native allocators say that there is no memory left. */
  private static final List<String> NO_MEMORY = List.of("DefaultCPUAllocator", "std::bad_alloc");

  private final boolean outOfMemory;

  /** An error in one line. */
  public EngineException(String message) {
    this(message, null, false);
  }

  private EngineException(String message, @Nullable Throwable cause, boolean outOfMemory) {
    super(message, cause);
    this.outOfMemory = outOfMemory;
  }

  /** There is not enough memory for what was asked: the message says what to do. */
  static EngineException outOfMemory(String message) {
    return new EngineException(message, null, true);
  }

  /** Whether there was not enough memory, so that the same may succeed with more. */
  public boolean isOutOfMemory() {
    return outOfMemory;
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
    boolean noMemory = NO_MEMORY.stream().anyMatch(firstLine::contains);
    EngineException translated =
        new EngineException("numeric engine: " + firstLine.strip(), null, noMemory);
    translated.setStackTrace(nativeError.getStackTrace());
    return translated;
  }
}

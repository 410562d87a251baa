package io.foolproof.cli;

import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** That memory or disk space ran out, which is no fault of the program: what to do about it. */
final class Exhaustion {
  private static final String KEPT =
      "; what a command with a journal has found is kept, and the same command goes on from there";

  private Exhaustion() {}

  /** One line for the user; null where the error is another. */
  static @Nullable String message(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return outOfHeap(cause);
      }
      if (cause instanceof EngineException engine && engine.isOutOfMemory()) {
        return "out of memory: " + Printable.of(String.valueOf(engine.getMessage())) + KEPT;
      }
      if (cause instanceof UncheckedIOException unchecked) {
        return notWritten(unchecked);
      }
    }
    return null;
  }

  private static String outOfHeap(Throwable error) {
    long megabytes = Math.max(1, Runtime.getRuntime().maxMemory() >> 20);
    return "out of memory (%s): Java's heap may have %,d MB, and more is needed: give it twice as much (JAVA_TOOL_OPTIONS=-Xmx%dm), or give the command less to do, such as fewer samples%s"
        .formatted(
            Printable.of(String.valueOf(error.getMessage())), megabytes, 2 * megabytes, KEPT);
  }

  /** A file that cannot be written or read any more: on a full disk, for example. */
  private static String notWritten(UncheckedIOException error) {
    IOException cause = Objects.requireNonNull(error.getCause(), "it wraps what went wrong");
    String what = String.valueOf(error.getMessage());
    String place = what.equals(cause.toString()) ? "a file cannot be written or read" : what;
    return Printable.of(place)
        + " ("
        + Printable.of(InvalidInputException.reason(cause))
        + "): make room there, or use another folder"
        + KEPT;
  }
}

package io.foolproof.bench;

import io.foolproof.data.DataMutants;
import io.foolproof.model.ModelMutants;
import io.foolproof.tensor.EngineException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The process that tries mutants, one after the other, until it is ended. It announces each by its
 * number before it tries it ({@code ?}), and says what became of it: it was accepted ({@code +}),
 * refused in one line ({@code -}), or an internal error ({@code !}).
 */
final class FuzzProcess {
  private FuzzProcess() {}

  /** What is damaged. */
  enum Subject {
    MODELS,
    DATA
  }

  /**
   * Tries mutants.
   *
   * @param arguments what is damaged, the first number, and a folder for files
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // What native code prints must not be taken for an answer.
    System.setOut(System.err);
    Subject subject = Subject.valueOf(arguments[0]);
    DataMutants data = subject == Subject.DATA ? new DataMutants(Path.of(arguments[2])) : null;
    for (long seed = Long.parseLong(arguments[1]); ; seed++) {
      out.println("?" + seed);
      try {
        String refused = data == null ? ModelMutants.refused(seed) : data.refused(seed);
        out.println(refused == null ? "+" : "-" + refused);
      } catch (RuntimeException | Error e) {
        out.println((isOutOfMemory(e) ? "-" : "!") + text(e));
      }
    }
  }

  /** What the program answers with exit code 2, and not as an internal error. */
  private static boolean isOutOfMemory(Throwable error) {
    return error instanceof OutOfMemoryError
        || (error instanceof EngineException engine && engine.isOutOfMemory());
  }

  private static String text(Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    return "%s: %s at %s"
        .formatted(
            error.getClass().getSimpleName(),
            firstLine(error.getMessage()),
            trace.length == 0 ? "nowhere" : trace[0]);
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}

package io.foolproof.tensor;

/**
 * Text from files and servers, made fit for a terminal: names in a model may hold escape sequences
 * that move the cursor, erase or forge lines, or change the terminal's settings.
 */
public final class Printable {
  private Printable() {}

  /**
   * The same text with every control character, line or paragraph separator, invisible formatting
   * character (such as those that reverse the direction of writing) and unpaired surrogate written
   * out, as a backslash, a {@code u} and its number. Line feeds too: a name has one line.
   */
  public static String of(String text) {
    if (text.codePoints().allMatch(Printable::isPlain)) {
      return text;
    }
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (isPlain(point)) {
                printable.appendCodePoint(point);
              } else {
                printable.append((point <= 0xffff ? "\\u%04x" : "\\U%08x").formatted(point));
              }
            });
    return printable.toString();
  }

  private static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}

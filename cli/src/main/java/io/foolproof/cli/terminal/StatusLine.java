package io.foolproof.cli.terminal;

import java.io.PrintStream;

/**
 * A line that is rewritten in place, below all that was printed before, and leaves nothing behind.
 *
 * <p>The cursor stays at its beginning, and it is erased to the end of the screen: so it goes away
 * even where a terminal has wrapped it because its window became narrower. A line that is longer
 * than the window is cut, not wrapped.
 */
final class StatusLine {
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final String ERASE_BELOW = "\u001b[J";

  private final PrintStream out;
  private final int columns;
  private boolean shown;

  /**
   * A line, not shown yet.
   *
   * @param columns the width of the terminal
   */
  StatusLine(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /** The most characters that it can show; the last column stays free. */
  int width() {
    return columns - 1;
  }

  void show(String text) {
    String cut = text.length() <= width() ? text : text.substring(0, width());
    out.print(NO_WRAP + cut + ERASE_BELOW + "\r" + WRAP);
    out.flush();
    shown = true;
  }

  void erase() {
    if (shown) {
      out.print("\r" + ERASE_BELOW);
      out.flush();
      shown = false;
    }
  }
}

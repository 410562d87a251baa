package io.foolproof.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A terminal of some width that understands what the program sends to it. */
public final class Screen {
  private static final int ROWS = 24;

  private final int columns;
  private final List<char[]> lines = new ArrayList<>();
  private int row;
  private int column;
  private boolean wrap = true;
  private int wrapped;
  private int widest;

  public Screen(int columns) {
    this.columns = columns;
    lines.add(blank());
  }

  private char[] blank() {
    char[] line = new char[columns];
    Arrays.fill(line, ' ');
    return line;
  }

  /** How often a line was too long and went on in the next. */
  public int wrapped() {
    return wrapped;
  }

  /** The most columns that were ever written in a line. */
  public int widest() {
    return widest;
  }

  /** Lines that scrolled out of the screen, and those on it but for blank ones at its end. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    lines.forEach(line -> text.add(new String(line).stripTrailing()));
    while (!text.isEmpty() && text.get(text.size() - 1).isEmpty()) {
      text.remove(text.size() - 1);
    }
    return text;
  }

  /** What is shown in the row of the cursor. */
  public String current() {
    return new String(lines.get(row)).stripTrailing();
  }

  public void write(String output) {
    int i = 0;
    while (i < output.length()) {
      char c = output.charAt(i++);
      if (c == '\u001b') {
        int end = i + 1;
        while (!Character.isLetter(output.charAt(end))) {
          end++;
        }
        escape(output.substring(i, end + 1));
        i = end + 1;
      } else if (c == '\r') {
        column = 0;
      } else if (c == '\n') {
        column = 0;
        down();
      } else {
        put(c);
      }
    }
  }

  private void escape(String sequence) {
    switch (sequence) {
      case "[?7l" -> wrap = false;
      case "[?7h" -> wrap = true;
      case "[J" -> {
        Arrays.fill(lines.get(row), Math.min(column, columns - 1), columns, ' ');
        while (lines.size() > row + 1) {
          lines.remove(row + 1);
        }
      }
      default -> throw new IllegalArgumentException("not a sequence of this screen: " + sequence);
    }
  }

  private void put(char c) {
    if (column == columns) {
      if (wrap) {
        wrapped++;
        column = 0;
        down();
      } else {
        column--;
      }
    }
    lines.get(row)[column++] = c;
    widest = Math.max(widest, column);
  }

  private void down() {
    row++;
    if (row == lines.size()) {
      lines.add(blank());
    }
    if (row < lines.size() - ROWS) {
      throw new IllegalStateException("the cursor left the screen");
    }
  }
}

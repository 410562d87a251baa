package io.foolproof.report;

import io.foolproof.tensor.Printable;
import java.util.ArrayList;
import java.util.List;

/** Plain text in lines of a limited width. */
public final class TextWrap {
  private TextWrap() {}

  /**
   * The lines of a text, broken at spaces. A word that is longer than a line is broken after a
   * colon, comma or slash, or anywhere if it has none. Every character is made {@linkplain
   * Printable printable}.
   *
   * @param width the most characters a line has, at least 1
   */
  public static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = Printable.of(text).strip();
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : insideWord(rest, width);
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }

  private static int insideWord(String word, int width) {
    for (int end = width; end > 1; end--) {
      if (":,/".indexOf(word.charAt(end - 1)) >= 0) {
        return end;
      }
    }
    return width;
  }

  /** As {@link #lines}; all lines but the first are indented, and count their indentation. */
  public static List<String> hanging(String text, int width, int indent) {
    List<String> first = lines(text, width);
    if (first.size() == 1) {
      return first;
    }
    List<String> lines = new ArrayList<>();
    lines.add(first.get(0));
    String rest = Printable.of(text).strip().substring(first.get(0).length());
    for (String line : lines(rest, width - indent)) {
      lines.add(" ".repeat(indent) + line);
    }
    return lines;
  }
}

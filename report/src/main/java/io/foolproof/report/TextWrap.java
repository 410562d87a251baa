package io.foolproof.report;

import io.foolproof.tensor.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Plain text in lines of a limited width. */
public final class TextWrap {
  /** Characters in a line of a terminal that does not say how many it has. */
  public static final int COLUMNS = 80;

  /** Spaces inside "94.2 to 97.1 %". */
  private static final Pattern INSIDE_FIGURES =
      Pattern.compile("(?<=\\d) (?=%|to \\d)|(?<=\\d to) (?=\\d)");

  /** Stands for such a space; {@link Printable} text has no such character. */
  private static final char GLUE = '\0';

  private TextWrap() {}

  /**
   * The lines of a text, broken at spaces, those inside an interval only if there is no other. A
   * word that is longer than a line is broken after a colon, comma or slash, or anywhere if it has
   * none. Every character is made {@linkplain Printable printable}.
   *
   * @param width the most characters a line has, at least 1
   */
  public static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest =
        INSIDE_FIGURES.matcher(Printable.of(text).strip()).replaceAll(String.valueOf(GLUE));
    while (rest.length() > width) {
      int end = end(rest, width);
      lines.add(rest.substring(0, end).replace(GLUE, ' ').stripTrailing());
      rest = rest.substring(rest.charAt(end) == GLUE ? end + 1 : end).stripLeading();
    }
    lines.add(rest.replace(GLUE, ' '));
    return lines;
  }

  private static int end(String text, int width) {
    int space = text.lastIndexOf(' ', width);
    int end = space > 0 ? space : text.lastIndexOf(GLUE, width);
    return end > 0 ? end : insideWord(text, width);
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

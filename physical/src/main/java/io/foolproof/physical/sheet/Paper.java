package io.foolproof.physical.sheet;

import io.foolproof.tensor.InvalidInputException;
import java.util.Locale;

/** Sizes of paper, upright. */
public enum Paper {
  A4(0, 210, 297),
  LETTER(4, 215.9, 279.4);

  private final int firstMarker;
  private final double width;
  private final double height;

  Paper(int firstMarker, double width, double height) {
    this.firstMarker = firstMarker;
    this.width = width;
    this.height = height;
  }

  /** The number of the marker in its upper left corner; the other three have the next. */
  public int firstMarker() {
    return firstMarker;
  }

  /** In millimetres. */
  public double width() {
    return width;
  }

  /** In millimetres. */
  public double height() {
    return height;
  }

  /**
   * The size of this name, in any case.
   *
   * @throws InvalidInputException for another name
   */
  public static Paper parse(String name) {
    for (Paper paper : values()) {
      if (paper.name().equals(name.toUpperCase(Locale.ROOT))) {
        return paper;
      }
    }
    throw new InvalidInputException("there is no paper '" + name + "': give a4 or letter");
  }
}

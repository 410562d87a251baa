package io.foolproof.data;

import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Map;

/**
 * Capitals and numerals of 5 x 7 pixels: a machine without any font installed, as servers often
 * are, can label pictures too.
 */
final class TinyFont {
  static final int HEIGHT = 7;

  /** From one character to the next. */
  static final int ADVANCE = 6;

  private static final int WIDTH = 5;

  /** Stands for every character that has no glyph. */
  private static final String UNKNOWN = "vhhhhhv";

  /**
   * A glyph is seven rows from the top, each a digit to base 32 whose highest bit is on the left.
   */
  private static final Map<Character, String> GLYPHS =
      Map.ofEntries(
          Map.entry('A', "ehhvhhh"),
          Map.entry('B', "uhhuhhu"),
          Map.entry('C', "ehggghe"),
          Map.entry('D', "uhhhhhu"),
          Map.entry('E', "vgguggv"),
          Map.entry('F', "vgguggg"),
          Map.entry('G', "ehgnhhe"),
          Map.entry('H', "hhhvhhh"),
          Map.entry('I', "e44444e"),
          Map.entry('J', "72222ic"),
          Map.entry('K', "hikokih"),
          Map.entry('L', "ggggggv"),
          Map.entry('M', "hrllhhh"),
          Map.entry('N', "hhpljhh"),
          Map.entry('O', "ehhhhhe"),
          Map.entry('P', "uhhuggg"),
          Map.entry('Q', "ehhhlid"),
          Map.entry('R', "uhhukih"),
          Map.entry('S', "fgge11u"),
          Map.entry('T', "v444444"),
          Map.entry('U', "hhhhhhe"),
          Map.entry('V', "hhhhha4"),
          Map.entry('W', "hhhllla"),
          Map.entry('X', "hha4ahh"),
          Map.entry('Y', "hha4444"),
          Map.entry('Z', "v1248gv"),
          Map.entry('0', "ehjlphe"),
          Map.entry('1', "4c4444e"),
          Map.entry('2', "eh1248v"),
          Map.entry('3', "v2421he"),
          Map.entry('4', "26aiv22"),
          Map.entry('5', "vgu11he"),
          Map.entry('6', "68guhhe"),
          Map.entry('7', "v124888"),
          Map.entry('8', "ehhehhe"),
          Map.entry('9', "ehhf12c"),
          Map.entry('-', "000e000"),
          Map.entry('_', "000000v"),
          Map.entry('.', "00000cc"),
          Map.entry('/', "01248g0"),
          Map.entry(' ', "0000000"));

  private TinyFont() {}

  /** Writes as much of the text as fits between {@code left} and {@code right}, in capitals. */
  static void write(BufferedImage target, String text, int left, int right, int top, int rgb) {
    String capitals = text.toUpperCase(Locale.ROOT);
    int x = left;
    for (int k = 0; k < capitals.length() && x + WIDTH <= right; k++, x += ADVANCE) {
      String glyph = GLYPHS.getOrDefault(capitals.charAt(k), UNKNOWN);
      for (int row = 0; row < HEIGHT; row++) {
        int bits = Character.digit(glyph.charAt(row), 32);
        for (int column = 0; column < WIDTH; column++) {
          if ((bits >> (WIDTH - 1 - column) & 1) != 0) {
            target.setRGB(x + column, top + row, rgb);
          }
        }
      }
    }
  }
}

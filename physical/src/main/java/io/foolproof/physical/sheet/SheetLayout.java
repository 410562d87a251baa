package io.foolproof.physical.sheet;

/**
 * Where everything is on a printed sheet: markers in the corners, between the upper two a QR code
 * and a strip of tones, between the lower two a ruler, and in the middle cells in rows, each an
 * image with white around it and a frame around that.
 *
 * <p>The white is where a photograph shows how bright paper is at that place; the frame is how it
 * is known that the image is where it should be, and that nothing covers it.
 *
 * @param paper its size
 * @param height of an image, in pixels
 * @param width of an image, in pixels
 */
public record SheetLayout(Paper paper, int height, int width) {
  /** The black squares of ArUco MIP 25h7, without the white around them. */
  public static final double MARKER = 20;

  /** Corners: upper left, upper right, lower right, lower left. */
  public static final int CORNERS = 4;

  /** Steps of the tone strip, from ink to paper. */
  public static final int TONES = 11;

  /** The length of the ruler. */
  public static final double RULER = 100;

  /** The width of the line that frames a cell. */
  public static final double LINE = 0.8;

  /** White between an image and its frame. */
  public static final double WHITE = 1.6;

  /** The longer side of an image. */
  static final double IMAGE = 21.5;

  /** White between the frames of two cells. */
  private static final double BETWEEN = 1.6;

  /** From the edge of the paper to the markers: printers leave out less than this. */
  private static final double MARGIN = 10;

  private static final double CODE = 26;
  private static final double TONE_WIDTH = 8;
  private static final double TONE_HEIGHT = 10;

  /** From a marker to what is next to it. */
  private static final double GAP = 6;

  /** The edge of the code and the tones that is next to the cells. */
  private static final double HEAD = MARGIN + CODE;

  /** White below the code, as QR codes need it: four of its modules. */
  private static final double QUIET = 5;

  private static final double PITCH = IMAGE + 2 * WHITE + 2 * LINE + BETWEEN;

  /** A marker's square. */
  public Area marker(int corner) {
    double x = corner == 1 || corner == 2 ? paper.width() - MARGIN - MARKER : MARGIN;
    double y = corner >= 2 ? paper.height() - MARGIN - MARKER : MARGIN;
    return new Area(x, y, MARKER, MARKER);
  }

  /** The number of a marker in its dictionary: each paper has its own four. */
  public static int markerId(Paper paper, int corner) {
    return paper.firstMarker() + corner;
  }

  /** The QR code, without the white around it. */
  public Area code() {
    return new Area(MARGIN + MARKER + GAP, MARGIN, CODE, CODE);
  }

  /** A step of the tone strip. */
  public Area tone(int step) {
    double left = code().right() + GAP + 2;
    return new Area(left + step * TONE_WIDTH, MARGIN + 4, TONE_WIDTH, TONE_HEIGHT);
  }

  /** All of the tone strip. */
  public Area tones() {
    Area first = tone(0);
    return new Area(first.x(), first.y(), TONES * TONE_WIDTH, TONE_HEIGHT);
  }

  /** The grey of a step, as PDF counts: 0 is ink, 1 is paper. */
  public static double grey(int step) {
    return step / (TONES - 1.0);
  }

  /** The ruler: its baseline is the lower edge. */
  public Area ruler() {
    return new Area((paper.width() - RULER) / 2, paper.height() - MARGIN - 14, RULER, 6);
  }

  /** Cells in a row. */
  public int columns() {
    return (int) ((paper.width() - 2 * MARGIN + BETWEEN) / PITCH);
  }

  /** Rows of cells. */
  public int rows() {
    return (int) ((foot() - HEAD - QUIET + BETWEEN) / PITCH);
  }

  /** Cells on a sheet. */
  public int cells() {
    return columns() * rows();
  }

  /** The frame of a cell: the outer edge of its line. Cells count row by row. */
  public Area frame(int cell) {
    double side = PITCH - BETWEEN;
    double left = (paper.width() - columns() * PITCH + BETWEEN) / 2;
    int row = cell / columns();
    double x = left + cell % columns() * PITCH;
    double y = HEAD + QUIET + row * PITCH;
    return new Area(x, y, side, side);
  }

  /** The image of a cell, in the middle of its frame. */
  public Area image(int cell) {
    Area frame = frame(cell);
    double w = width * pixel();
    double h = height * pixel();
    return new Area(
        frame.x() + (frame.width() - w) / 2, frame.y() + (frame.height() - h) / 2, w, h);
  }

  /** The side of an image's pixel. */
  public double pixel() {
    return IMAGE / Math.max(height, width);
  }

  private double foot() {
    return paper.height() - MARGIN - MARKER - GAP / 2;
  }
}

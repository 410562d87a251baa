package io.foolproof.physical.sheet;

import io.foolproof.data.Hashes;
import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that is printed at one time, in its order: the key to the sheets, kept beside the PDF.
 *
 * @param paper of all sheets
 * @param shape of the images
 * @param inkIsOne whether ink is the pixel 1 and paper 0, as for white digits on black, rather than
 *     the other way around
 * @param source where the images come from, in words
 * @param target the class that attacked images are to be taken for; null where there is none
 * @param cells sheet by sheet, row by row
 */
public record PrintRun(
    Paper paper,
    ImageShape shape,
    boolean inkIsOne,
    String source,
    @Nullable Integer target,
    List<Cell> cells) {

  /** The version of sheets and run files: sheets of others are not read. */
  static final int VERSION = 1;

  private static final int ID_DIGITS = 10;

  /** The QR code has two digits for the number of a sheet. */
  private static final int MOST_PAGES = 99;

  /** Checks the number of sheets, and copies the list. */
  public PrintRun {
    cells = List.copyOf(cells);
    if (cells.isEmpty()) {
      throw new InvalidInputException("there are no images to print: give one or more");
    }
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new InvalidInputException(
          "images of %d channels cannot be printed, expected 1 (grey) or 3 (colour)"
              .formatted(shape.channels()));
    }
    int most = MOST_PAGES * new SheetLayout(paper, shape.height(), shape.width()).cells();
    if (cells.size() > most) {
      throw new InvalidInputException(
          "%,d images are more than %d sheets hold: print at most %,d"
              .formatted(cells.size(), MOST_PAGES, most));
    }
  }

  /** Whether an image that is printed has a pixel that is not grey. */
  public boolean isInColour() {
    int plane = shape.height() * shape.width();
    return shape.channels() == 3
        && cells.stream()
            .map(Cell::levels)
            .anyMatch(
                levels ->
                    IntStream.range(0, 2 * plane).anyMatch(i -> levels[i] != levels[i + plane]));
  }

  /** Where things are on its sheets. */
  public SheetLayout layout() {
    return new SheetLayout(paper, shape.height(), shape.width());
  }

  /** How many sheets there are. */
  public int pages() {
    int each = layout().cells();
    return (cells.size() + each - 1) / each;
  }

  /** The cells of a sheet, from 1. */
  public List<Cell> page(int page) {
    int each = layout().cells();
    return cells.subList((page - 1) * each, Math.min(cells.size(), page * each));
  }

  /** Names the run: the same for the same images in the same order, and for no other. */
  public String id() {
    byte[] content = RunFile.content(this).getBytes(StandardCharsets.UTF_8);
    byte[] digest = Hashes.sha256().digest(content);
    return HexFormat.of().withUpperCase().formatHex(digest).substring(0, ID_DIGITS);
  }

  /** What the QR code of a sheet says: version, run and page. */
  public SheetCode code(int page) {
    return new SheetCode(VERSION, id(), page);
  }

  /**
   * Reads a run file.
   *
   * @throws InvalidInputException if it is missing, not a run file, of another version, or changed
   */
  public static PrintRun read(Path file) {
    return RunFile.read(file);
  }

  /** The run file, as JSON. */
  public String json() {
    return RunFile.json(this);
  }

  /** The pixel that a grey on paper stands for. */
  public double pixel(double grey) {
    return inkIsOne ? 1 - grey : grey;
  }

  /** The grey of a pixel on paper, as PDF counts: 0 is ink, 1 is paper. */
  public double grey(double pixel) {
    return inkIsOne ? 1 - pixel : pixel;
  }
}

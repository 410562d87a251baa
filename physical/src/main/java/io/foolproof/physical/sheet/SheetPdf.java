package io.foolproof.physical.sheet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/**
 * Sheets as a PDF file of their true size. Pixels are rectangles, so that no viewer smooths them;
 * greys are DeviceGray, so that no colour management changes them. Nothing in the file tells which
 * image is of which kind.
 */
public final class SheetPdf {
  private static final float TEXT_POINTS = 8;
  private static final double TICK = 0.3;

  private final PrintRun run;
  private final SheetLayout layout;

  private SheetPdf(PrintRun run) {
    this.run = run;
    layout = run.layout();
  }

  /** The bytes of the file; the same run gives the same. */
  public static byte[] of(PrintRun run) {
    SheetPdf sheets = new SheetPdf(run);
    try (PDDocument document = new PDDocument()) {
      for (int page = 1; page <= run.pages(); page++) {
        sheets.addPage(document, page);
      }
      // Viewers may heed it: the sheet itself says how large it came out.
      COSDictionary preferences = new COSDictionary();
      preferences.setName("PrintScaling", "None");
      document.getDocumentCatalog().getCOSObject().setItem(COSName.VIEWER_PREFERENCES, preferences);
      document.setDocumentId(Long.parseLong(run.id(), 16));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addPage(PDDocument document, int number) throws IOException {
    Paper paper = layout.paper();
    PDPage page =
        new PDPage(new PDRectangle(Ink.points(paper.width()), Ink.points(paper.height())));
    document.addPage(page);
    try (Ink ink = new Ink(document, page, paper)) {
      for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
        mark(ink, layout.marker(corner), Marks.marker(SheetLayout.markerId(paper, corner)));
      }
      mark(ink, layout.code(), Marks.code(run.code(number).toString()));
      for (int step = 0; step < SheetLayout.TONES; step++) {
        ink.grey(SheetLayout.grey(step));
        ink.fill(layout.tone(step));
      }
      words(ink, number);
      ruler(ink);
      List<Cell> cells = run.page(number);
      for (int cell = 0; cell < cells.size(); cell++) {
        frame(ink, layout.frame(cell));
        image(ink, layout.image(cell), cells.get(cell).levels());
      }
    }
  }

  private static void mark(Ink ink, Area where, List<Marks.Tile> tiles) throws IOException {
    for (Marks.Tile tile : tiles) {
      Area area = tile.area();
      ink.grey(tile.grey());
      ink.fill(
          new Area(
              where.x() + area.x() * where.width(),
              where.y() + area.y() * where.height(),
              area.width() * where.width(),
              area.height() * where.height()));
    }
  }

  private void words(Ink ink, int number) throws IOException {
    PDType1Font font = new PDType1Font(FontName.HELVETICA);
    Area tones = layout.tones();
    ink.grey(0);
    ink.text(
        font,
        TEXT_POINTS,
        tones.x(),
        tones.bottom() + 9,
        "Foolproof sheet %s, page %d of %d".formatted(run.code(number), number, run.pages()));
    Area ruler = layout.ruler();
    ink.text(
        font,
        TEXT_POINTS,
        ruler.x(),
        ruler.bottom() + 5,
        "100 mm. Print at 100 %, not fitted to the page. Photograph the whole sheet.");
  }

  private void ruler(Ink ink) throws IOException {
    Area ruler = layout.ruler();
    ink.grey(0);
    ink.fill(new Area(ruler.x(), ruler.bottom() - TICK, ruler.width(), TICK));
    for (int centimetre = 0; centimetre <= 10; centimetre++) {
      double height = centimetre % 5 == 0 ? ruler.height() : ruler.height() / 2;
      double x = ruler.x() + 10 * centimetre - (centimetre == 10 ? TICK : 0);
      ink.fill(new Area(x, ruler.bottom() - height, TICK, height));
    }
  }

  private static void frame(Ink ink, Area outer) throws IOException {
    double line = SheetLayout.LINE;
    ink.grey(0);
    ink.fill(new Area(outer.x(), outer.y(), outer.width(), line));
    ink.fill(new Area(outer.x(), outer.bottom() - line, outer.width(), line));
    ink.fill(new Area(outer.x(), outer.y(), line, outer.height()));
    ink.fill(new Area(outer.right() - line, outer.y(), line, outer.height()));
  }

  /**
   * Each rectangle goes on below the next to its right and the next below it: between rectangles
   * that only touch, viewers show lines.
   */
  private void image(Ink ink, Area where, int[] levels) throws IOException {
    int height = layout.height();
    int width = layout.width();
    double side = layout.pixel();
    for (int row = 0; row < height; row++) {
      double tall = Math.min(2, height - row) * side;
      for (int from = 0, to; from < width; from = to) {
        to = from + 1;
        while (to < width && sameColour(levels, row * width + from, row * width + to)) {
          to++;
        }
        colour(ink, levels, row * width + from);
        double wide = (Math.min(width, to + 1) - from) * side;
        ink.fill(new Area(where.x() + from * side, where.y() + row * side, wide, tall));
      }
    }
  }

  private boolean sameColour(int[] levels, int a, int b) {
    int plane = layout.height() * layout.width();
    for (int c = 0; c < run.shape().channels(); c++) {
      if (levels[c * plane + a] != levels[c * plane + b]) {
        return false;
      }
    }
    return true;
  }

  private void colour(Ink ink, int[] levels, int pixel) throws IOException {
    int plane = layout.height() * layout.width();
    if (run.shape().channels() == 1) {
      ink.grey(run.grey(levels[pixel] / 255.0));
    } else {
      ink.colour(
          run.grey(levels[pixel] / 255.0),
          run.grey(levels[plane + pixel] / 255.0),
          run.grey(levels[2 * plane + pixel] / 255.0));
    }
  }
}

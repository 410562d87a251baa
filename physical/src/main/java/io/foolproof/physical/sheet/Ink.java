package io.foolproof.physical.sheet;

import java.io.IOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDFont;

/** Draws on a page of a PDF in millimetres from its upper left corner. */
final class Ink implements AutoCloseable {
  private static final double POINTS_PER_MILLIMETRE = 72 / 25.4;

  private final PDPageContentStream stream;
  private final Paper paper;

  Ink(PDDocument document, PDPage page, Paper paper) throws IOException {
    stream = new PDPageContentStream(document, page);
    this.paper = paper;
  }

  static float points(double millimetres) {
    return (float) (millimetres * POINTS_PER_MILLIMETRE);
  }

  /** Of what is drawn next, in DeviceGray: 0 is ink, 1 is paper. */
  void grey(double level) throws IOException {
    stream.setNonStrokingColor((float) level);
  }

  /** Of what is drawn next, in DeviceRGB. */
  void colour(double red, double green, double blue) throws IOException {
    stream.setNonStrokingColor((float) red, (float) green, (float) blue);
  }

  void fill(Area area) throws IOException {
    stream.addRect(
        points(area.x()),
        points(paper.height() - area.bottom()),
        points(area.width()),
        points(area.height()));
    stream.fill();
  }

  /** A line of text that begins here, on its baseline. */
  void text(PDFont font, float size, double x, double baseline, String text) throws IOException {
    stream.beginText();
    stream.setFont(font, size);
    stream.newLineAtOffset(points(x), points(paper.height() - baseline));
    stream.showText(text);
    stream.endText();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}

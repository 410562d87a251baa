package io.foolproof.physical.sheet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SheetPdfTest {
  private static final int DPI = 600;
  private static final double DOTS = DPI / 25.4;

  @ParameterizedTest
  @EnumSource(Paper.class)
  void everyLengthIsTrueToATenthOfAMillimetre(Paper paper) throws IOException {
    PrintRun run = ExampleRuns.digits(paper, new SheetLayout(paper, 28, 28).cells());
    SheetLayout layout = run.layout();
    BufferedImage page = rendered(run, ImageType.GRAY);
    assertThat(page.getWidth() / DOTS).isCloseTo(paper.width(), within(0.1));
    assertThat(page.getHeight() / DOTS).isCloseTo(paper.height(), within(0.1));
    for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
      Area marker = layout.marker(corner);
      // The border of a marker is black all along.
      assertEdges(page, marker, 1);
    }
    for (int cell = 0; cell < layout.cells(); cell += 5) {
      assertEdges(page, layout.frame(cell), 0.4);
    }
    assertRuler(page, layout.ruler());
    for (int step = 0; step < SheetLayout.TONES; step++) {
      Area tone = layout.tone(step);
      assertThat(level(page, tone.x() + tone.width() / 2, tone.y() + tone.height() / 2))
          .isCloseTo((int) Math.round(255 * SheetLayout.grey(step)), within(1));
    }
  }

  /** Black begins and ends where the area does, along lines a little inside of its edges. */
  private static void assertEdges(BufferedImage page, Area area, double inside) {
    double y = area.y() + inside;
    assertThat(firstDark(page, area.x() - 1.5, y, 1, 0)).isCloseTo(1.5, within(0.1));
    assertThat(firstDark(page, area.right() + 1.5, y, -1, 0)).isCloseTo(1.5, within(0.1));
    double x = area.x() + inside;
    assertThat(firstDark(page, x, area.y() - 1.5, 0, 1)).isCloseTo(1.5, within(0.1));
    assertThat(firstDark(page, x, area.bottom() + 1.5, 0, -1)).isCloseTo(1.5, within(0.1));
  }

  private static void assertRuler(BufferedImage page, Area ruler) {
    double y = ruler.y() + 1;
    double left = firstDark(page, ruler.x() - 3, y, 1, 0) - 3;
    double right = firstDark(page, ruler.right() + 3, y, -1, 0) - 3;
    assertThat(ruler.width() - left - right).isCloseTo(100, within(0.1));
  }

  /** How far it is from a place to the first dark pixel in a direction, in millimetres. */
  private static double firstDark(BufferedImage page, double x, double y, int dx, int dy) {
    for (int step = 0; step < 10 * DOTS; step++) {
      if (level(page, x + step * dx / DOTS, y + step * dy / DOTS) < 128) {
        return step / DOTS;
      }
    }
    return Double.NaN;
  }

  private static int level(BufferedImage page, double x, double y) {
    return page.getRaster().getSample((int) (x * DOTS), (int) (y * DOTS), 0);
  }

  @Test
  void pixelsHaveTheirGreysAndNoLinesBetweenThem() throws IOException {
    PrintRun run = ExampleRuns.digits(Paper.A4, 3);
    SheetLayout layout = run.layout();
    BufferedImage page = rendered(run, ImageType.GRAY);
    for (int cell = 0; cell < 3; cell++) {
      int[] levels = run.cells().get(cell).levels();
      Area image = layout.image(cell);
      for (int k = 0; k < levels.length; k++) {
        double x = image.x() + (k % 28 + 0.5) * layout.pixel();
        double y = image.y() + (Math.floorDiv(k, 28) + 0.5) * layout.pixel();
        assertThat(level(page, x, y)).isCloseTo(255 - levels[k], within(1));
      }
      // Across an edge between two pixels there is no level but theirs and a mix of both.
      for (int k = 300; k < 320; k++) {
        double y = image.y() + (Math.floorDiv(k, 28) + 0.5) * layout.pixel();
        double x = image.x() + (k % 28 + 1) * layout.pixel();
        int a = 255 - levels[k];
        int b = 255 - levels[k + 1];
        for (int dot = -3; dot <= 3 && k % 28 < 27; dot++) {
          assertThat(level(page, x + dot / DOTS, y))
              .isBetween(Math.min(a, b) - 1, Math.max(a, b) + 1);
        }
      }
    }
  }

  @Test
  void coloursArePrintedAsTheyAre() throws IOException {
    PrintRun run = ExampleRuns.run(Paper.A4, new ImageShape(3, 8, 8), false, 1);
    BufferedImage page = rendered(run, ImageType.RGB);
    int[] levels = run.cells().get(0).levels();
    Area image = run.layout().image(0);
    for (int k = 0; k < 64; k++) {
      int x = (int) ((image.x() + (k % 8 + 0.5) * run.layout().pixel()) * DOTS);
      int y = (int) ((image.y() + (Math.floorDiv(k, 8) + 0.5) * run.layout().pixel()) * DOTS);
      int expected = levels[k] << 16 | levels[64 + k] << 8 | levels[128 + k];
      assertThat(page.getRGB(x, y) & 0xffffff).isEqualTo(expected);
    }
  }

  @Test
  void theSameRunGivesTheSameFileWhichDoesNotTellTheKinds() throws IOException {
    PrintRun run = ExampleRuns.digits(Paper.A4, 4);
    byte[] pdf = SheetPdf.of(run);
    assertThat(Arrays.equals(SheetPdf.of(run), pdf)).isTrue();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(document.getDocumentCatalog().getViewerPreferences().getPrintScaling())
          .isEqualTo("None");
      assertThat(document.getDocumentInformation().getCreationDate()).isNull();
      String drawn =
          new String(document.getPage(0).getContents().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(drawn).contains("Foolproof sheet");
      for (Kind kind : Kind.values()) {
        assertThat(drawn).doesNotContainIgnoringCase(kind.word());
      }
    }
  }

  private static BufferedImage rendered(PrintRun run, ImageType type) throws IOException {
    try (PDDocument document = Loader.loadPDF(SheetPdf.of(run))) {
      return new PDFRenderer(document).renderImageWithDPI(0, DPI, type);
    }
  }
}

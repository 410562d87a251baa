package io.foolproof.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.report.Axis;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Chart.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class DrawingTest {
  private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final float[] DIAGONAL = {1, 0, 0, 1};

  private static Document read(Drawing drawing) throws Exception {
    byte[] svg = drawing.svg().getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  private static int pixel(Document svg, int image, int x, int y) throws Exception {
    Element element = (Element) svg.getElementsByTagName("image").item(image);
    String png = element.getAttribute("href").substring("data:image/png;base64,".length());
    byte[] bytes = Base64.getDecoder().decode(png);
    return ImageIO.read(new ByteArrayInputStream(bytes)).getRGB(x, y) & 0xffffff;
  }

  @Test
  void imagesInARowHaveTheNamesOfTheirClasses() throws Exception {
    ImageSet images = ImageSet.of(new float[][] {DIAGONAL, {0, 1, 0, 0}}, new int[] {1, 0}, SHAPE);
    Document svg = read(Strip.of("two images", images));
    assertThat(svg.getDocumentElement().getAttribute("aria-label")).isEqualTo("two images");
    assertThat(svg.getElementsByTagName("text").item(0).getTextContent()).isEqualTo("1");
    assertThat(svg.getElementsByTagName("text").item(1).getTextContent()).isEqualTo("0");
    assertThat(pixel(svg, 0, 0, 0)).isEqualTo(0xffffff);
    assertThat(pixel(svg, 1, 0, 0)).isZero();
    assertThat(pixel(svg, 1, 1, 0)).isEqualTo(0xffffff);
  }

  @Test
  void signsAreColours() throws Exception {
    Document svg =
        read(Strip.of(SHAPE).signed(new float[] {-0.2f, 0, 0.1f, 0.2f}, "gradient").titled("one"));
    assertThat(pixel(svg, 0, 1, 0)).isEqualTo(0xffffff);
    assertThat(pixel(svg, 0, 1, 1)).isEqualTo(0xb2182b);
    assertThat(pixel(svg, 0, 0, 0)).isEqualTo(0x2166ac);
    assertThat(pixel(svg, 0, 0, 1)).isEqualTo(0xd98c95);
  }

  @Test
  void aChartIsAsLargeAsItWasDrawnAndStylesNothingElse() throws Exception {
    Chart chart =
        Chart.of("Lines", new Plot(Axis.linear("x", 1), Axis.percent("y")))
            .series(Series.FIRST, new double[] {0, 1}, new double[] {0, 1}, "a line")
            .saying("It grows.");
    Document svg = read(chart);
    Element root = svg.getDocumentElement();
    assertThat(root.getAttribute("width")).isEqualTo("740");
    assertThat(root.getAttribute("height")).isEqualTo("372");
    assertThat(root.getAttribute("aria-label")).isEqualTo("It grows.");
    Element line = (Element) svg.getElementsByTagName("polyline").item(0);
    assertThat(line.getAttribute("points")).isEqualTo("0.0,250.0 600.0,0.0");
    assertThat(svg.getElementsByTagName("style").item(0).getTextContent().lines())
        .allMatch(rule -> rule.isBlank() || rule.startsWith(".drawing"));
  }

  @Test
  void textBesideASignCoversNoOther() {
    Plot plot = new Plot(Axis.linear("x", 600), Axis.linear("y", 250));
    Chart chart =
        Chart.of("Signs", plot)
            .mark(Series.FIRST, 100, 100, "one")
            .note(100, 100, "1")
            .mark(Series.FIRST, 117, 117, "to its right and a little up")
            .mark(Series.FIRST, 83, 117, "to its left and a little up")
            .note(83, 117, "2")
            .saying("Three signs.");
    assertThat(chart.notes())
        .containsExactly(
            new Chart.Note("110.0", "170.0", "start", "1"),
            new Chart.Note("93.0", "127.0", "start", "2"));
  }
}

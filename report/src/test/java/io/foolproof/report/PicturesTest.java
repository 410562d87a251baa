package io.foolproof.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Verdict;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.report.audit.ExampleAudits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PicturesTest {
  private static final int WHITE = 0xffffff;
  private static final int RED = 0xb2182b;
  private static final int BLUE = 0x2166ac;

  @Test
  void greyLevelsAreKept() throws IOException {
    Pictures pictures = pictures(new ImageShape(1, 2, 3));
    float[] pixels = {0, 1, 0.5f, 64 / 255f, 1, 0};
    assertThat(colours(pictures.image(pixels)))
        .containsExactly(0, WHITE, 0x808080, 0x404040, WHITE, 0);
  }

  @Test
  void threeChannelsAreRedGreenBlue() throws IOException {
    Pictures pictures = pictures(new ImageShape(3, 1, 2));
    float[] pixels = {1, 0, 0, 1, 0, 0.2f};
    assertThat(colours(pictures.image(pixels))).containsExactly(0xff0000, 0x00ff33);
  }

  @Test
  void otherChannelsAreShownAsTheirMean() throws IOException {
    Pictures pictures = pictures(new ImageShape(2, 1, 1));
    assertThat(colours(pictures.image(new float[] {0.2f, 0.6f}))).containsExactly(0x666666);
  }

  @Test
  void changeIsRedUpBlueDownAndWhiteWhereThereIsNone() throws IOException {
    Pictures pictures = pictures(new ImageShape(1, 1, 4));
    float[] from = {0.5f, 0.5f, 0.5f, 0.5f};
    float[] to = {0.75f, 0.25f, 0.5f, 0.625f};
    // Half of the full change is half-way from white to red.
    assertThat(colours(pictures.difference(from, to, 0.25)))
        .containsExactly(RED, BLUE, WHITE, 0xd98c95);
  }

  @Test
  void noChangeAtAllIsWhite() throws IOException {
    Pictures pictures = pictures(new ImageShape(1, 1, 1));
    assertThat(colours(pictures.difference(new float[1], new float[1], 0))).containsExactly(WHITE);
  }

  @Test
  void ofSeveralChannelsTheLargestChangeShows() throws IOException {
    Pictures pictures = pictures(new ImageShape(3, 1, 1));
    float[] to = {0.1f, -0.5f, 0.2f};
    assertThat(colours(pictures.difference(new float[3], to, 0.5))).containsExactly(BLUE);
  }

  @Test
  void smallPicturesGrowByAWholeNumberAndKeepTheirProportions() {
    Pictures.Picture picture = pictures(new ImageShape(1, 14, 28)).image(new float[14 * 28]);
    assertThat(picture.width()).isEqualTo(112);
    assertThat(picture.height()).isEqualTo(56);
    assertThat(picture.coarse()).isTrue();
  }

  @Test
  void largePicturesAreAveraged() throws IOException {
    // 500 x 2 pixels in blocks of three: columns 0 and 1 of the first block are white.
    Pictures pictures = pictures(new ImageShape(1, 2, 500));
    float[] pixels = new float[1000];
    pixels[0] = pixels[1] = pixels[500] = pixels[501] = 1;
    Pictures.Picture picture = pictures.image(pixels);
    assertThat(colours(picture)).hasSize(167).startsWith(0xaaaaaa, 0);
    assertThat(picture.width()).isEqualTo(112);
    assertThat(picture.height()).isEqualTo(1);
    assertThat(picture.coarse()).isFalse();
  }

  private static Pictures pictures(ImageShape shape) {
    ImageSet data =
        ImageSet.ofPixels("one", shape, new float[shape.pixels()], new int[1], List.of("a"));
    AuditResult result = ExampleAudits.of(data, ExampleAudits.LINF, Verdict.UNKNOWN);
    return new Pictures(result, Pictures.SMALL);
  }

  private static List<Integer> colours(Pictures.Picture picture) throws IOException {
    String base64 = picture.uri().substring("data:image/png;base64,".length());
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return Arrays.stream(pixels).map(rgb -> rgb & WHITE).boxed().toList();
  }
}

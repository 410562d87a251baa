package io.foolproof.defense.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.tensor.RandomStream;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The layer against the JDK's encoder and decoder, in levels from 0 to 255. */
class JpegTest {
  private static final double MOST = 0.25;
  private static final int COLOURED = 8;

  @ParameterizedTest
  @ValueSource(ints = {20, 50, 75, 90})
  void greyImagesAreThoseOfTheJdk(int quality) throws IOException {
    ImageSet digits = DataSets.open("digits").first(30);
    float[] images = new float[30 * digits.pixels()];
    double difference = 0;
    for (int i = 0; i < 30; i++) {
      digits.copyPixels(i, images, i * digits.pixels());
    }
    float[] layer = LayersTest.made(new Jpeg(quality), images, 1, 28, 28)[0];
    double lost = 0;
    for (int i = 0; i < 30; i++) {
      BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
      for (int k = 0; k < 784; k++) {
        image.getRaster().setSample(k % 28, k / 28, 0, Math.round(255 * images[784 * i + k]));
      }
      BufferedImage back = compressed(image, quality);
      for (int k = 0; k < 784; k++) {
        int level = back.getRaster().getSample(k % 28, k / 28, 0);
        difference += Math.abs(level - 255 * layer[784 * i + k]);
        lost += Math.abs(level - 255 * images[784 * i + k]);
      }
    }
    assertThat(difference / images.length).isLessThan(MOST);
    assertThat(lost / images.length).isGreaterThan(2 * MOST);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 50, 75, 90})
  void colourImagesAreThoseOfTheJdkWithoutSubsampling(int quality) throws IOException {
    int height = 29;
    int width = 42;
    int pixels = height * width;
    float[] images = new float[COLOURED * 3 * pixels];
    for (int k = 0; k < COLOURED; k++) {
      System.arraycopy(colours(k, height, width), 0, images, k * 3 * pixels, 3 * pixels);
    }
    float[] layer = LayersTest.made(new Jpeg(quality), images, 3, height, width)[0];
    double difference = 0;
    double lost = 0;
    for (int k = 0; k < COLOURED; k++) {
      BufferedImage levels = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      int from = k * 3 * pixels;
      for (int i = 0; i < 3 * pixels; i++) {
        int place = i % pixels;
        int level = Math.round(255 * images[from + i]);
        levels.getRaster().setSample(place % width, place / width, i / pixels, level);
      }
      BufferedImage back = compressed(levels, quality);
      for (int i = 0; i < 3 * pixels; i++) {
        int place = i % pixels;
        int level = back.getRaster().getSample(place % width, place / width, i / pixels);
        difference += Math.abs(level - 255 * layer[from + i]);
        lost += Math.abs(level - 255 * images[from + i]);
      }
    }
    assertThat(difference / images.length).isLessThan(MOST);
    assertThat(lost / images.length).isGreaterThan(2 * MOST);
  }

  /** Slopes and waves of other colours in each channel, with some noise, in whole levels. */
  private static float[] colours(int seed, int height, int width) {
    float[] image = new float[3 * height * width];
    new RandomStream(1, seed, "colours", 0).fillUniform(image, 0, image.length, -0.05f, 0.05f);
    for (int channel = 0; channel < 3; channel++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int at = (channel * height + row) * width + column;
          double wave =
              Math.sin(seed + (channel + 1) * row / 5.0) * Math.cos(column / (3.0 + channel));
          double value = 0.5 + 0.3 * wave + 0.2 * (column - row) / width + image[at];
          image[at] = Math.round(255 * Math.max(0, Math.min(1, value))) / 255f;
        }
      }
    }
    return image;
  }

  private static BufferedImage compressed(BufferedImage image, int quality) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / 100f);
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), parameters);
    if (image.getRaster().getNumBands() == 3) {
      String format = "javax_imageio_jpeg_image_1.0";
      Element root = (Element) metadata.getAsTree(format);
      NodeList components = root.getElementsByTagName("componentSpec");
      for (int i = 0; i < components.getLength(); i++) {
        ((Element) components.item(i)).setAttribute("HsamplingFactor", "1");
        ((Element) components.item(i)).setAttribute("VsamplingFactor", "1");
      }
      metadata.setFromTree(format, root);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, metadata), parameters);
    } finally {
      writer.dispose();
    }
    return ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
  }
}

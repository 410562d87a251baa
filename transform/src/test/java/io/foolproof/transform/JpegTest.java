package io.foolproof.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG against the encoder and decoder of the JDK. */
class JpegTest {

  /** Smooth shapes, edges and noise, in levels. */
  private static int[] picture(int channels, int height, int width, int number) {
    RandomStream stream = new RandomStream(number, 0, "picture", 0);
    int[] levels = new int[channels * height * width];
    for (int channel = 0; channel < channels; channel++) {
      double across = stream.nextDouble();
      double down = stream.nextDouble();
      int edge = stream.nextInt(width);
      for (int i = 0; i < height * width; i++) {
        int row = i / width;
        double wave = 127 + 100 * Math.sin(across * (i % width) + down * row);
        double noise = 12 * stream.nextGaussian();
        double value = i % width < edge ? wave + noise : 255 - wave / 4 + noise;
        levels[channel * height * width + i] = (int) Math.max(0, Math.min(255, Math.rint(value)));
      }
    }
    return levels;
  }

  private static int[] ofJdk(int[] levels, int channels, int height, int width, int quality)
      throws IOException {
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(width, height, type);
    int pixels = height * width;
    for (int i = 0; i < levels.length; i++) {
      image.getRaster().setSample(i % width, i % pixels / width, i / pixels, levels[i]);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam settings = writer.getDefaultWriteParam();
    settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    settings.setCompressionQuality(quality / 100f);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageOutputStream stream = ImageIO.createImageOutputStream(file);
    writer.setOutput(stream);
    writer.write(null, new IIOImage(image, null, null), settings);
    stream.flush();
    writer.dispose();
    BufferedImage back = ImageIO.read(new ByteArrayInputStream(file.toByteArray()));
    int[] result = new int[levels.length];
    for (int i = 0; i < levels.length; i++) {
      result[i] = back.getRaster().getSample(i % width, i % pixels / width, i / pixels);
    }
    return result;
  }

  private static int[] ours(int[] levels, int channels, int height, int width, int quality) {
    try (Scope scope = Scope.open()) {
      double[] pixels = new double[levels.length];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = levels[i] / 255.0;
      }
      Tensor x = Tensor.of(pixels, 1, channels, height, width).to(DType.FLOAT32);
      Draw draw = Draw.of(0, new int[] {0}, "jpeg", 0);
      float[] seen = Jpeg.of(Range.of(quality)).apply(x, draw).toFloats();
      int[] result = new int[levels.length];
      for (int i = 0; i < seen.length; i++) {
        result[i] = Math.round(seen[i] * 255);
      }
      return result;
    }
  }

  private static void compare(int channels, int height, int width, int quality) throws IOException {
    long different = 0;
    double sum = 0;
    long count = 0;
    for (int number = 0; number < 5; number++) {
      int[] levels = picture(channels, height, width, number);
      int[] theirs = ofJdk(levels, channels, height, width, quality);
      int[] ours = ours(levels, channels, height, width, quality);
      for (int i = 0; i < ours.length; i++) {
        different += ours[i] == theirs[i] ? 0 : 1;
        sum += Math.abs(ours[i] - theirs[i]);
        count++;
      }
    }
    double mean = sum / count;
    assertThat(mean).isLessThanOrEqualTo(channels == 1 ? 0.25 : 1);
    assertThat((double) different / count).isLessThanOrEqualTo(0.1);
  }

  @ParameterizedTest
  @CsvSource({"28,28", "64,64", "17,30", "8,3", "1,1"})
  void greyIsWhatTheJdkMakesOfIt(int height, int width) throws IOException {
    for (int quality : new int[] {1, 10, 20, 50, 75, 90, 100}) {
      compare(1, height, width, quality);
    }
  }

  @ParameterizedTest
  @CsvSource({"32,32", "64,48", "17,30", "28,28", "30,3", "2,5"})
  void colourAtHalfTheResolutionIsWhatTheJdkMakesOfIt(int height, int width) throws IOException {
    for (int quality : new int[] {20, 50, 75, 90}) {
      compare(3, height, width, quality);
    }
  }

  @Test
  void theIdentityPassesGradientsOnUnchanged() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.full(0.3, DType.FLOAT64, 2, 3, 9, 8).variable();
      Tensor seen = Jpeg.of(Range.of(30)).apply(x, Draw.of(0, new int[] {0, 1}, "jpeg", 0));
      assertThat(Gradients.of(seen.sum(), x).toDoubles()).containsOnly(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theCubicHasTheGradientOfCentralDifferences(int channels) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(noise(channels * 90), 1, channels, 9, 10);
      Tensor slopes = Tensor.of(noise(channels * 90), 1, channels, 9, 10).sub(0.4);
      Tensor variable = x.variable();
      int[] quality = {40};
      Jpeg jpeg = new Jpeg(Range.of(40), Jpeg.Chroma.HALF, Jpeg.Backward.CUBIC);
      double[] gradient =
          Gradients.of(
                  jpeg.apply(variable, Draw.of(0, new int[] {0}, "", 0)).mul(slopes).sum(),
                  variable)
              .toDoubles();
      double h = 1e-6;
      for (int i = 0; i < gradient.length; i++) {
        double up = smooth(x, i, h, slopes, quality);
        double down = smooth(x, i, -h, slopes, quality);
        assertThat(gradient[i]).isCloseTo((up - down) / (2 * h), within(1e-5));
      }
    }
  }

  private static double smooth(Tensor x, int at, double change, Tensor slopes, int[] quality) {
    double[] pixels = x.toDoubles();
    pixels[at] += change;
    return SmoothJpeg.compressed(Tensor.of(pixels, x.shape()), quality, true)
        .mul(slopes)
        .sum()
        .item();
  }

  private static double[] noise(int count) {
    RandomStream stream = new RandomStream(1, 0, "noise", 0);
    double[] noise = new double[count];
    for (int i = 0; i < count; i++) {
      noise[i] = 0.05 + 0.9 * stream.nextDouble();
    }
    return noise;
  }
}

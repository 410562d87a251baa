package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  private final Path folder;

  ImageFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void greyLevelsAreReadAsStored() throws IOException {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int level = 0; level < 256; level++) {
      image.getRaster().setSample(level % 16, level / 16, 0, level);
    }
    write(image, "b/one.png");
    write(image, "a/two.PNG");
    write(image, "a/three.png");
    ImageSet images = ImageFolder.read("set", folder, null);
    byte[] levels = new byte[256];
    images.copyLevels(2, levels, 0);

    assertThat(images.classNames()).containsExactly("a", "b");
    assertThat(new int[] {images.label(0), images.label(1), images.label(2)})
        .containsExactly(0, 0, 1);
    assertThat(images.shape()).containsExactly(1, 16, 16);
    assertThat(levels).isEqualTo(TestFiles.counting(256));
  }

  @Test
  void coloursAreThreeChannels() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x010203);
    image.setRGB(1, 0, 0x040506);
    write(image, "a/one.png");
    byte[] levels = new byte[6];
    ImageFolder.read("set", folder, null).copyLevels(0, levels, 0);

    assertThat(levels).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void opaqueAlphaIsFineAndSeeThroughIsNot() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xff102030);
    image.setRGB(1, 0, 0xff405060);
    Path file = write(image, "a/one.png");
    assertThat(ImageFolder.read("set", folder, null).shape()).containsExactly(3, 1, 2);

    image.setRGB(1, 0, 0xfe405060);
    write(image, "a/one.png");
    assertRefused(file + ": the pixel at column 1, row 0 is see-through");
  }

  @Test
  void allSizesMustAgree() throws IOException {
    write(new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY), "a/one.jpg");
    Path odd = write(new BufferedImage(2, 3, BufferedImage.TYPE_BYTE_GRAY), "b/two.jpeg");
    assertRefused(odd + ": an image of 1 x 3 x 2");

    write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "b/two.jpeg");
    assertRefused(odd + ": an image of 3 x 2 x 3");
  }

  @Test
  void emptyFoldersAreRefused() throws IOException {
    assertRefused(folder + ": has no subfolders");
    Files.createDirectories(folder.resolve("a"));
    TestFiles.write(folder.resolve("a/.hidden.png"), new byte[3]);
    TestFiles.write(folder.resolve("a/notes.txt"), new byte[3]);
    assertRefused(folder.resolve("a") + ": has no images");
  }

  @Test
  void damagedImagesAreNamed() throws IOException {
    Path text = folder.resolve("a/one.png");
    Files.createDirectories(folder.resolve("a"));
    TestFiles.write(text, new byte[30]);
    assertRefused(text + ": not an image that can be read");

    for (String name : new String[] {"a/one.png", "a/one.jpg"}) {
      Files.delete(text);
      Path file = write(noise(), name);
      byte[] whole = Files.readAllBytes(file);
      TestFiles.write(file, Arrays.copyOf(whole, whole.length / 2));
      assertRefused(file.toString());
      text = file;
    }
  }

  @Test
  void sixteenBitsAreRefused() throws IOException {
    Path file = write(new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY), "a/one.png");
    assertRefused(file + ": 16 bits a channel, expected at most 8");
  }

  /** The platform reads them too; some formats have several images, of which one would be taken. */
  @Test
  void inksAreNoColours() throws IOException {
    Path file = folder.resolve("a/one.jpg");
    Files.createDirectories(file.getParent());
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      writer.setOutput(out);
      Raster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
      writer.write(null, new IIOImage(inks, null, null), null);
    }
    writer.dispose();
    assertRefused(file + ": has colours as for printing (CMYK), expected grey or RGB");
  }

  @Test
  void otherFormatsUnderTheNameOfOneAreRefused() throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
    Path file = write(image, "a/one.png");
    for (String format : List.of("bmp", "gif", "tif")) {
      assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
      String name = format.toUpperCase(Locale.ROOT);
      assertRefused(
          file + ": is a " + name + " image, whatever it is called, expected PNG or JPEG");
    }
    assertThat(ImageIO.write(image, "jpg", file.toFile())).isTrue();
    assertThat(ImageFolder.read("set", folder, null).shape()).containsExactly(1, 2, 2);
  }

  private ImageSet folders(@Nullable List<String> classNames, String... names) throws IOException {
    for (String name : names) {
      write(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY), name + "/one.png");
    }
    return ImageFolder.read("set", folder, classNames);
  }

  private static int[] labels(ImageSet images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }

  @Test
  void wholeNumbersAreTheClassesWhicheverAreThere() throws IOException {
    ImageSet images = folders(null, "0", "10", "2", "04");
    assertThat(labels(images)).containsExactly(0, 4, 10, 2);
    assertThat(images.classes()).isEqualTo(11);
    assertThat(images.namesAllClasses()).isFalse();
  }

  @Test
  void otherNamesAreAllClassesUnlessAListSaysTheirOrder() throws IOException {
    ImageSet alone = folders(null, "dog", "cat");
    assertThat(labels(alone)).containsExactly(0, 1);
    assertThat(alone.classNames()).containsExactly("cat", "dog");
    assertThat(alone.namesAllClasses()).isTrue();
    ImageSet listed = folders(List.of("dog", "horse", "cat"), "dog", "cat");
    assertThat(labels(listed)).containsExactly(2, 0);
    assertThat(listed.classNames()).containsExactly("dog", "horse", "cat");
    assertThatThrownBy(() -> folders(List.of("dog", "cats"), "dog", "cat"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none of the 2 class names; did you mean 'cats'?");
  }

  @Test
  void aClassInTwoFoldersOrWithoutANameIsRefused() throws IOException {
    assertThatThrownBy(() -> folders(null, "1", "01"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the folders 01 and 1 are both class 1");
    Files.delete(folder.resolve("01/one.png"));
    Files.delete(folder.resolve("01"));
    assertThatThrownBy(() -> folders(List.of("zero", "one"), "7"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has labels up to 7, but 2 classes are named");
  }

  private static BufferedImage noise() {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int k = 0; k < 64 * 64; k++) {
      image.setRGB(k % 64, k / 64, k * 0x9e3779b1);
    }
    return image;
  }

  private Path write(BufferedImage image, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    String format = name.toLowerCase(Locale.ROOT).endsWith("png") ? "png" : "jpg";
    try (var out = Files.newOutputStream(file)) {
      assertThat(ImageIO.write(image, format, out)).isTrue();
    }
    return file;
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> ImageFolder.read("set", folder, null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(message);
  }
}

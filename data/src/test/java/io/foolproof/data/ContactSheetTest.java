package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {
  private static final ImageShape COLOUR = new ImageShape(3, 8, 12);

  @Test
  void showsEachImageUnderItsClass(@TempDir Path folder) throws IOException {
    byte[] levels = new byte[3 * COLOUR.pixels()];
    for (int i = 0; i < 3; i++) {
      // Image i is all red, all green or all blue.
      Arrays.fill(levels, (i * 3 + i) * 96, (i * 3 + i + 1) * 96, (byte) 255);
    }
    ImageSet images =
        ImageSet.ofLevels("set", COLOUR, levels, new int[] {0, 1, 0}, List.of("I", ""));
    Path file = folder.resolve("new/sheet.png");
    ContactSheet.write(ContactSheet.render(images, 2, 2, 2), file);
    BufferedImage sheet = ImageIO.read(file.toFile());

    assertThat(sheet.getWidth()).isEqualTo(2 * (24 + 4) + 4);
    assertThat(sheet.getHeight()).isEqualTo(2 * (16 + 7 + 8) + 4);
    assertThat(sheet.getRGB(4 + 12, 4 + 7 + 2 + 8)).isEqualTo(0xffff0000);
    assertThat(sheet.getRGB(32 + 12, 4 + 7 + 2 + 8)).isEqualTo(0xff00ff00);
    assertThat(sheet.getRGB(4 + 12, 35 + 7 + 2 + 8)).isEqualTo(0xff0000ff);
    int background = sheet.getRGB(0, 0);
    // The stem of the I, the empty name, and the place without an image.
    assertThat(sheet.getRGB(4 + 2, 4 + 3)).isNotEqualTo(background);
    assertThat(sheet.getRGB(32 + 2, 4 + 3)).isEqualTo(background);
    assertThat(sheet.getRGB(32 + 12, 35 + 7 + 2 + 8)).isEqualTo(background);
  }

  @Test
  void refusesWhatMakesNoPicture() {
    ImageSet images = GeneratedDigits.standard().test(1);
    ImageSet two =
        ImageSet.ofLevels("two", new ImageShape(2, 1, 1), new byte[2], new int[1], List.of("a"));

    assertRefused(images, 0, 1, 1, "expected at least 1 of each");
    assertRefused(images, 1 << 20, 1 << 20, 9, "expected at most 100,000,000");
    assertRefused(two, 1, 1, 1, "two has 2 channels");
  }

  private static void assertRefused(
      ImageSet images, int rows, int columns, int scale, String message) {
    assertThatThrownBy(() -> ContactSheet.render(images, rows, columns, scale))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}

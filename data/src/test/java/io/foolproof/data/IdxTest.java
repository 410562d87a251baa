package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  private static final List<String> TWO_CLASSES = List.of("no", "yes");
  private static final byte[] IMAGES = TestFiles.idx(new int[] {3, 2, 4}, TestFiles.counting(24));
  private static final byte[] LABELS = TestFiles.idx(new int[] {3}, new byte[] {1, 0, 1});

  private final Path folder;

  IdxTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void readsImagesAndLabels() {
    ImageSet images = read(IMAGES, LABELS);

    assertThat(images.size()).isEqualTo(3);
    assertThat(images.shape()).containsExactly(1, 2, 4);
    assertThat(images.label(1)).isZero();
    assertThat(images.pixels(2)[7]).isEqualTo(23 / 255f);
  }

  @Test
  void gzipIsKnownByContentNotByName() {
    assertThat(read(TestFiles.gzip(IMAGES), TestFiles.gzip(LABELS)).sha256())
        .isEqualTo(read(IMAGES, LABELS).sha256());
  }

  @Test
  void classesAreNumberedWithoutNames() {
    ImageSet images = Idx.read("set", write("images", IMAGES), write("labels", LABELS));

    assertThat(images.classNames()).containsExactly("0", "1");
  }

  @Test
  void refusesWhatIsCutShort() {
    assertRefused(
        Arrays.copyOf(IMAGES, IMAGES.length - 1), LABELS, "images: the file is cut short");
    assertRefused(Arrays.copyOf(IMAGES, 9), LABELS, "images: the file is cut short");
    assertRefused(IMAGES, new byte[0], "labels: the file is cut short");
    byte[] packed = TestFiles.gzip(IMAGES);
    assertRefused(
        Arrays.copyOf(packed, packed.length - 12), LABELS, "images: the file is cut short");
  }

  @Test
  void refusesWhatIsTooLong() {
    byte[] longer = Arrays.copyOf(IMAGES, IMAGES.length + 1);
    assertRefused(longer, LABELS, "more bytes than the header promises");
    assertRefused(TestFiles.gzip(longer), LABELS, "more bytes than the header promises");
  }

  @Test
  void refusesDamagedGzip() {
    byte[] packed = TestFiles.gzip(IMAGES);
    packed[packed.length - 6] ^= 1;
    assertRefused(packed, LABELS, "images: the compressed data is damaged");
  }

  @Test
  void refusesOtherKindsOfFiles() {
    assertRefused("GIF89a..".getBytes(StandardCharsets.US_ASCII), LABELS, "not an IDX file");
    assertRefused(LABELS, LABELS, "1 dimensions, expected 3");
    byte[] floats = IMAGES.clone();
    floats[2] = 0x0d;
    assertRefused(floats, LABELS, "IDX type 0x0d, expected unsigned bytes (0x08)");
  }

  @Test
  void refusesWhatDoesNotFit() {
    byte[] more = TestFiles.idx(new int[] {4}, new byte[4]);
    assertRefused(IMAGES, more, "there are 3 images, but 4 labels");
    byte[] beyond = TestFiles.idx(new int[] {3}, new byte[] {0, 2, 1});
    assertRefused(IMAGES, beyond, "labels: label 1 is 2, expected 0 to 1");
    byte[] flat = TestFiles.idx(new int[] {3, 0, 4}, new byte[0]);
    assertRefused(flat, LABELS, "dimension 2 has size 0");
  }

  @Test
  void hugeHeadersCostNothing() {
    byte[] labels = TestFiles.idx(new int[] {-1}, new byte[] {1, 0, 1});
    assertRefused(IMAGES, labels, "the header promises 4,294,967,295 bytes");
    byte[] wide = TestFiles.idx(new int[] {3, -1, -1}, TestFiles.counting(24));
    assertRefused(wide, LABELS, "an image of 1 x 4294967295 x 4294967295");
    // Within what may be allocated, yet not in the file: less than the heap must be touched.
    byte[] big = TestFiles.idx(new int[] {3, 1 << 14, 1 << 14}, TestFiles.counting(24));
    assertRefused(big, LABELS, "images: the file is cut short");
  }

  @Test
  void missingFilesAreNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> Idx.read("set", nowhere, nowhere))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(nowhere + ": there is no such file");
  }

  private ImageSet read(byte[] images, byte[] labels) {
    return Idx.read("set", write("images", images), write("labels", labels), TWO_CLASSES);
  }

  private Path write(String name, byte[] bytes) {
    return TestFiles.write(folder.resolve(name), bytes);
  }

  private void assertRefused(byte[] images, byte[] labels, String message) {
    assertThatThrownBy(() -> read(images, labels))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith(folder.toString());
  }
}

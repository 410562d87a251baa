package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
  private static final byte[] LEVELS = TestFiles.counting(2 * 3 * 4 * 4);

  private final Path folder;

  DataSetsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void namesAreUnderstood() throws IOException {
    Path array = Files.createFile(folder.resolve("a.NPZ"));

    assertThat(DataSource.of("digits")).isInstanceOf(DataSource.Digits.class);
    assertThat(DataSource.of("fashion-mnist").name()).isEqualTo("fashion-mnist");
    assertThat(DataSource.of(folder.toString())).isInstanceOf(DataSource.Folder.class);
    assertThat(DataSource.of(array.toString())).isInstanceOf(DataSource.NpzFile.class);
    for (String unknown : new String[] {"mnits", "", "a\0b", folder + "/none.npz"}) {
      assertThatThrownBy(() -> DataSource.of(unknown))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected digits, mnist, fashion-mnist, or a path");
    }
  }

  @Test
  void allShapesOfArraysGiveTheSameImages() {
    byte[] last = new byte[LEVELS.length];
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        for (int k = 0; k < 16; k++) {
          last[(n * 16 + k) * 3 + c] = LEVELS[(n * 3 + c) * 16 + k];
        }
      }
    }
    ImageSet channelsFirst = open(NpyArray.ofBytes(LEVELS, 2, 3, 4, 4));

    assertThat(channelsFirst.shape()).containsExactly(3, 4, 4);
    assertThat(open(NpyArray.ofBytes(last, 2, 4, 4, 3)).sha256()).isEqualTo(channelsFirst.sha256());
    assertThat(open(NpyArray.ofBytes(LEVELS, 2, 12, 4)).shape()).containsExactly(1, 12, 4);
    assertThat(open(NpyArray.ofBytes(LEVELS, 2, 48)).shape()).containsExactly(1, 1, 48);
    assertThat(open(NpyArray.ofBytes(TestFiles.counting(32), 2, 16)).shape())
        .containsExactly(1, 4, 4);
    assertThat(open(NpyArray.ofBytes(TestFiles.counting(18), 2, 3, 1, 3)).shape())
        .containsExactly(3, 1, 3);
    assertArrayRefused(NpyArray.ofBytes(LEVELS, 2, 2, 6, 4), "images of shape [2, 2, 6, 4]");
    assertArrayRefused(NpyArray.ofBytes(LEVELS, 96), "images of shape [96]");
  }

  @Test
  void allTypesOfPixels() {
    ImageSet bytes = open(NpyArray.ofBytes(new byte[] {0, (byte) 128, 1, (byte) 255}, 2, 2));
    ImageSet ints = open(NpyArray.ofInts(new int[] {0, 128, 1, 255}, 2, 2));
    ImageSet bools =
        open(new NpyArray(NpyArray.Type.BOOL, new int[] {2, 2}, new byte[] {0, 1, 1, 0}));
    ImageSet reals = open(NpyArray.ofDoubles(new double[] {0, 0.5, 1, 0.25}, 2, 2));

    assertThat(ints.sha256()).isEqualTo(bytes.sha256());
    assertThat(bools.pixels(0)).containsExactly(0, 1);
    assertThat(reals.eightBit()).isFalse();
    assertThat(reals.pixels(1)).containsExactly(1, 0.25f);
    assertArrayRefused(
        NpyArray.ofLongs(new long[] {0, 1, 256, 0}, 2, 2), "image 1 has the level 256");
    assertArrayRefused(
        NpyArray.ofFloats(new float[] {0, 1, 255, 0}, 2, 2),
        "image 1 has the pixel value 255.0, expected 0 to 1; if values have another range, say");
    assertArrayRefused(
        NpyArray.ofFloats(new float[] {0, Float.NaN, 0, 0}, 2, 2),
        "image 0 has the pixel value NaN");
    assertArrayRefused(NpyArray.ofBytes(new byte[] {0, 1, 1, 0}, 2, 2), "nearly black");
  }

  @Test
  void labelsOfArrays() {
    NpyArray images = NpyArray.ofBytes(new byte[] {0, 9}, 2, 1);
    NpyArray column = NpyArray.ofLongs(new long[] {4, 1}, 2, 1);

    assertThat(open(images, column).classes()).isEqualTo(5);
    assertRefused(images, NpyArray.ofFloats(new float[2], 2), "labels of type <f4");
    assertRefused(images, NpyArray.ofInts(new int[4], 2, 2), "save their argmax");
    assertRefused(images, NpyArray.ofInts(new int[3], 3), "there are 2 images, but 3 labels");
    assertRefused(images, NpyArray.ofInts(new int[] {0, -1}, 2), "label 1 is -1, expected 0 to");
    assertRefused(
        images, NpyArray.ofLongs(new long[] {1L << 40, 0}, 2), "label 0 is 1099511627776");
  }

  @Test
  void archivesMayHaveSplits() {
    Path file = folder.resolve("split.npz");
    NpyArray twelve = NpyArray.ofBytes(TestFiles.counting(12), 12, 1);
    NpyArray test = NpyArray.ofBytes(new byte[] {7}, 1, 1);
    Npz.write(
        file,
        Map.of("x_train", twelve, "y_train", NpyArray.ofInts(new int[12], 12), "x_test", test));

    assertThat(open(file.toString(), Split.VALIDATION).index(0)).isEqualTo(10);
    assertThat(open(file.toString(), Split.TRAIN).size()).isEqualTo(10);
    assertThat(open(file.toString(), Split.TRAIN_ALL).size()).isEqualTo(12);
    assertThat(DataSource.of(file.toString()).hasSplits()).isTrue();
    assertThatThrownBy(() -> open(file.toString(), Split.TEST))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("or x_test and y_test for the split TEST");
  }

  @Test
  void npyAndIdxFindTheirLabelsBeside() {
    Path array = folder.resolve("a.npy");
    Npy.write(array, NpyArray.ofBytes(new byte[] {0, 9}, 2, 1));
    assertThatThrownBy(() -> open(array.toString(), Split.TEST))
        .hasMessageContaining("expected them in " + folder.resolve("a_labels.npy"));
    Npy.write(folder.resolve("a_labels.npy"), NpyArray.ofInts(new int[] {1, 0}, 2));
    Path idx = folder.resolve("t-images-idx3-ubyte");
    TestFiles.write(idx, TestFiles.idx(new int[] {2, 1, 1}, new byte[] {0, 9}));
    TestFiles.write(
        folder.resolve("t-labels-idx1-ubyte"), TestFiles.idx(new int[] {2}, new byte[] {1, 0}));

    assertThat(open(array.toString(), Split.TEST).sha256())
        .isEqualTo(open(idx.toString(), Split.TEST).sha256());
    Path text = TestFiles.write(folder.resolve("a.txt"), new byte[9]);
    assertThatThrownBy(() -> open(text.toString(), Split.TEST))
        .hasMessageContaining("not a kind of file that is known");
  }

  @Test
  void cachesAreWhereTheSystemHasThem() {
    Map<String, String> none = Map.of();
    assertThat(DataLocations.cache(none, "Linux", "/home/me"))
        .isEqualTo(Path.of("/home/me/.cache/foolproof"));
    assertThat(DataLocations.cache(Map.of("XDG_CACHE_HOME", "/c"), "Linux", "/home/me"))
        .isEqualTo(Path.of("/c/foolproof"));
    assertThat(DataLocations.cache(none, "Mac OS X", "/Users/me"))
        .isEqualTo(Path.of("/Users/me/Library/Caches/foolproof"));
    assertThat(DataLocations.cache(Map.of("LOCALAPPDATA", "/local"), "Windows 11", "/me"))
        .isEqualTo(Path.of("/local/foolproof/cache"));
  }

  @Test
  void publishedSetsAreLookedForInOrder() throws IOException {
    Path named = publish("named/mnist", ".gz", 1);
    Path environment = publish("environment", "", 2);
    Path cache = folder.resolve("cache");
    publish("cache/mnist", ".gz", 3);
    Optional<Path> none = Optional.empty();
    Optional<DataLocations.Remote> offline = Optional.empty();

    Path parent = folder.resolve("named");
    assertThat(
            label(new DataLocations(Optional.of(parent), Optional.of(environment), cache, offline)))
        .isEqualTo(1);
    assertThat(label(new DataLocations(Optional.of(named), none, cache, offline))).isEqualTo(1);
    assertThat(label(new DataLocations(none, Optional.of(environment), cache, offline)))
        .isEqualTo(2);
    assertThat(label(new DataLocations(none, Optional.of(folder), cache, offline))).isEqualTo(3);
    assertThatThrownBy(() -> label(TestFiles.only(folder)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("mnist: no t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz");
  }

  private static int label(DataLocations where) {
    return DataSets.open("mnist", Split.TEST, where).label(0);
  }

  private Path publish(String place, String ending, int label) throws IOException {
    Path target = Files.createDirectories(folder.resolve(place));
    byte[] images = TestFiles.idx(new int[] {1, 1, 1}, new byte[1]);
    byte[] labels = TestFiles.idx(new int[] {1}, new byte[] {(byte) label});
    boolean packed = !ending.isEmpty();
    TestFiles.write(
        target.resolve("t10k-images-idx3-ubyte" + ending),
        packed ? TestFiles.gzip(images) : images);
    TestFiles.write(
        target.resolve("t10k-labels-idx1-ubyte" + ending),
        packed ? TestFiles.gzip(labels) : labels);
    return target;
  }

  private ImageSet open(NpyArray images) {
    return open(images, NpyArray.ofInts(new int[2], 2));
  }

  private ImageSet open(NpyArray images, NpyArray labels) {
    Path file = folder.resolve("set.npz");
    Npz.write(file, Map.of("images", images, "labels", labels));
    return open(file.toString(), Split.TEST);
  }

  private ImageSet open(String spec, Split split) {
    return DataSets.open(spec, split, TestFiles.only(folder));
  }

  private void assertArrayRefused(NpyArray images, String message) {
    assertRefused(images, NpyArray.ofInts(new int[2], 2), message);
  }

  private void assertRefused(NpyArray images, NpyArray labels, String message) {
    assertThatThrownBy(() -> open(images, labels))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("set.npz");
  }
}

package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to a file, reading it succeeds or explains itself, in bounded time and memory.
 */
@Timeout(30)
class DamagedFilesTest {
  private static final int CASES = 300;

  private final Path folder;

  DamagedFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private interface Reader {
    void read(Path file);
  }

  @Test
  void idx() throws IOException {
    byte[] images = TestFiles.idx(new int[] {6, 5, 5}, TestFiles.counting(150));
    Path labels =
        TestFiles.write(
            folder.resolve("labels"), TestFiles.idx(new int[] {6}, TestFiles.counting(6)));

    damage(images, 1, file -> Idx.read("set", file, labels));
    damage(TestFiles.gzip(images), 2, file -> Idx.read("set", file, labels));
    Path good = TestFiles.write(folder.resolve("images"), images);
    damage(Files.readAllBytes(labels), 3, file -> Idx.read("set", good, file));
  }

  @Test
  void npy() throws IOException {
    Path good = folder.resolve("good");
    Npy.write(good, NpyArray.ofFloats(new float[60], 3, 4, 5));

    damage(Files.readAllBytes(good), 4, Npy::read);
  }

  @Test
  void npz() throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("images", NpyArray.ofBytes(TestFiles.counting(48), 3, 4, 4));
    arrays.put("labels", NpyArray.ofLongs(new long[] {2, 0, 1}, 3));
    Path good = folder.resolve("good");
    Npz.write(good, arrays);

    damage(
        Files.readAllBytes(good),
        5,
        file -> new DataSource.NpzFile(file).open(Split.TEST, TestFiles.only(folder)));
  }

  /**
   * Flips a few bits, cuts the end off, or both; the first bytes, where headers are, twice as
   * often.
   */
  private void damage(byte[] good, long seed, Reader reader) {
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int k = 0; k < CASES; k++) {
      byte[] bad = good.clone();
      int reach = k % 2 == 0 ? Math.min(24, bad.length) : bad.length;
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bad[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
      }
      if (k % 3 == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      }
      Path file = TestFiles.write(folder.resolve("damaged"), bad);
      try {
        reader.read(file);
      } catch (InvalidInputException e) {
        refused++;
        assertThat(e.getMessage()).contains("damaged").doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("case " + k + " of seed " + seed, e);
      }
    }
    // Most damage must be seen, or the cases are no test.
    assertThat(refused).isGreaterThan(CASES / 2);
  }
}

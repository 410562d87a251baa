package io.foolproof.geometry;

import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.RealData;
import io.foolproof.data.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** MNIST, and figures of others about it; tests are skipped without them, but fail in CI. */
final class RealDigits {
  private RealDigits() {}

  /** All 60,000 training digits. */
  static ImageSet training() {
    return DataSets.open("mnist", Split.TRAIN_ALL, RealData.locations());
  }

  /** The 10,000 test digits. */
  static ImageSet test() {
    return DataSets.open("mnist", Split.TEST, RealData.locations());
  }

  /** A file of reference figures, in the folder that the property foolproof.reference names. */
  static Path reference(String name) {
    String folder = System.getProperty("foolproof.reference", "../../shared/reference");
    Path file = Path.of(folder, name);
    boolean there = Files.exists(file);
    if (!there && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("no file " + file + "; name its folder in foolproof.reference");
    }
    Assumptions.assumeTrue(there, () -> "no file " + file);
    return file;
  }
}

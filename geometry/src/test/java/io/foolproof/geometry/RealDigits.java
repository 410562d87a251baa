package io.foolproof.geometry;

import io.foolproof.data.Idx;
import io.foolproof.data.ImageSet;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * MNIST and the reference figures about it: tests that need what is not there are skipped, but fail
 * where the environment variable CI is true.
 */
final class RealDigits {
  private RealDigits() {}

  static ImageSet training() {
    return read("train");
  }

  static ImageSet test() {
    return read("t10k");
  }

  private static ImageSet read(String part) {
    Path folder = require(System.getenv("FOOLPROOF_DATA"), "mnist", "FOOLPROOF_DATA");
    return Idx.read(
        part,
        folder.resolve(part + "-images-idx3-ubyte.gz"),
        folder.resolve(part + "-labels-idx1-ubyte.gz"));
  }

  /** A file of reference figures, below the folder that a system property names. */
  static Path reference(String file) {
    String folder = System.getProperty("foolproof.reference", "../../shared/reference");
    return require(folder, file, "foolproof.reference");
  }

  private static Path require(@Nullable String folder, String part, String setting) {
    boolean there = folder != null && Files.exists(Path.of(folder, part));
    if (!there && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(setting + " must name a folder with " + part + " in a CI build");
    }
    Assumptions.assumeTrue(there, () -> setting + " names no folder with " + part);
    return Path.of(String.valueOf(folder), part);
  }
}

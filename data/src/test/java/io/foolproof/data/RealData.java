package io.foolproof.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * MNIST and Fashion-MNIST for tests, in the folder that the environment variable FOOLPROOF_DATA
 * names. Without it such tests are skipped, but fail where the environment variable CI is true: a
 * build that others rely on must not skip them unseen.
 */
public final class RealData {
  private RealData() {}

  /**
   * Where to find the sets, and nowhere else; skips or fails the test if there is no such folder.
   */
  public static DataLocations locations() {
    Path folder = folder(System.getenv());
    return new DataLocations(Optional.of(folder), Optional.empty(), folder, Optional.empty());
  }

  static Path folder(Map<String, String> environment) {
    String named = environment.getOrDefault(DataLocations.ENVIRONMENT_VARIABLE, "");
    boolean present = !named.isBlank() && Files.isDirectory(Path.of(named));
    if (!present && "true".equals(environment.get("CI"))) {
      throw new AssertionError(
          DataLocations.ENVIRONMENT_VARIABLE + " must name the folder of MNIST in a CI build");
    }
    Assumptions.assumeTrue(
        present, () -> DataLocations.ENVIRONMENT_VARIABLE + " names no folder of data sets");
    return Path.of(named);
  }
}

package io.foolproof.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings of glibc's allocator that keep freed native memory for the next step of an attack.
 * It reads them before Java starts, so that they can be given to other processes alone.
 */
public final class Allocator {
  /**
   * Variables of the environment, as the start script has them. The pad is as large as the heaps of
   * threads, which are otherwise given back whole whenever they are empty.
   */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "33554432",
          "MALLOC_TRIM_THRESHOLD_", "1073741824",
          "MALLOC_TOP_PAD_", "67108864");

  private Allocator() {}

  /** What to set, where some setting is missing on a platform that has them. */
  static Optional<String> advice(String platform, Map<String, String> environment) {
    if (!platform.startsWith("linux") || environment.keySet().containsAll(SETTINGS.keySet())) {
      return Optional.empty();
    }
    String all =
        new TreeMap<>(SETTINGS)
            .entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(" "));
    return Optional.of(
        "freed native memory goes back to the system after each step: start with "
            + all
            + " in the environment; without them audits take a third longer, or several times as"
            + " long");
  }
}

package io.foolproof.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process takes of the machine's memory. */
final class Resident {
  private Resident() {}

  /** The most that was resident so far, native memory included; NaN where the system hides it. */
  static double mostMegabytes() {
    return mostMegabytes("self");
  }

  /** The same of another process, as {@code /proc} calls it. */
  static double mostMegabytes(String process) {
    try {
      return Files.readAllLines(Path.of("/proc", process, "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}

package io.foolproof.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Models and figures of others, which lie beside the project and are not part of it. */
public final class ReferenceFolder {
  private ReferenceFolder() {}

  /**
   * A folder of the reference; skips the test where it is missing, except in CI: there it fails.
   */
  static Path require(String property, String otherwise) {
    Path root = Path.of(System.getProperty("foolproof.root", ".."));
    String named = System.getProperty(property);
    Path folder = named != null ? Path.of(named) : root.resolve(otherwise);
    boolean there = Files.isDirectory(folder);
    if (!there && "true".equals(System.getenv("CI"))) {
      throw new AssertionError("no folder " + folder + "; name it in the property " + property);
    }
    assumeTrue(there, "no folder " + folder);
    return folder;
  }

  /** The folder of reference models and figures. */
  public static Path require() {
    return require("foolproof.reference", "../shared/reference");
  }

  /** All networks whose logits and gradients are held against others. */
  static List<Path> networks() throws IOException {
    Path reference = require();
    List<Path> networks = new ArrayList<>();
    for (String folder :
        List.of(
            "models",
            "vnncomp/mnist_fc/onnx",
            "vnncomp/eran_mnist/onnx",
            "vnncomp/cifar10_resnet/onnx")) {
      try (Stream<Path> files = Files.list(reference.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".onnx")).sorted().forEach(networks::add);
      }
    }
    return networks;
  }

  /** Up to this many MNIST test digits, as rows of 784 pixels in [0, 1]. */
  public static List<float[]> digits(int most) throws IOException {
    return rows(most).stream().map(ReferenceFolder::pixels).toList();
  }

  /** The labels of {@link #digits}. */
  public static int[] labels(int most) throws IOException {
    return rows(most).stream().mapToInt(row -> Integer.parseInt(row[0].strip())).toArray();
  }

  private static float[] pixels(String[] row) {
    float[] pixels = new float[784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Integer.parseInt(row[i + 1].strip()) / 255f;
    }
    return pixels;
  }

  /** The label and the pixels of each digit. */
  private static List<String[]> rows(int most) throws IOException {
    Path file = require().resolve("vnncomp/images/mnist_test_first1000_mnbab.csv.gz");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return lines.lines().limit(most).map(line -> line.split(",", -1)).toList();
    }
  }
}

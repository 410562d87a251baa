package io.foolproof.attack;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.foolproof.model.OnnxClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Networks, and others' figures on them, which lie beside the project and are not part of it. */
final class ReferenceModels {
  private ReferenceModels() {}

  /** The folder; skips the test where it is missing, except in CI: there it fails. */
  private static Path folder() {
    Path root = Path.of(System.getProperty("foolproof.root", ".."));
    String named = System.getProperty("foolproof.reference");
    Path folder = named != null ? Path.of(named) : root.resolve("../shared/reference");
    boolean there = Files.isDirectory(folder);
    if (!there && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(
          "no folder " + folder + "; name it in the property foolproof.reference");
    }
    assumeTrue(there, "no folder " + folder);
    return folder;
  }

  static OnnxClassifier load(String name) {
    return OnnxClassifier.load(folder().resolve("models").resolve(name + ".onnx"));
  }

  /**
   * The smallest distances that independent implementations found for the first digits, in the
   * order of the test set; 0 for those that the model gets wrong.
   */
  static double[] smallestDistances(String model, Norm norm, int digits) throws IOException {
    List<String> lines = Files.readAllLines(folder().resolve(model + "-best.csv"));
    int column = List.of(lines.get(0).split(",", -1)).indexOf(norm.id());
    return lines.stream()
        .skip(1)
        .limit(digits)
        .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[column]))
        .toArray();
  }
}

package io.foolproof.defense;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a training run after an epoch, in a file beside the model that it will become.
 *
 * @param epoch how many epochs are done
 * @param weights all weights
 * @param adam the optimiser
 */
record Checkpoint(int epoch, float[] weights, AdamOptimiser adam) {

  /** Where the checkpoint of a model stands. */
  static Path beside(Path model) {
    return model.resolveSibling(model.getFileName() + ".training.npz");
  }

  /** Writes the file, whole or not at all. */
  void write(Path file, String identity) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    byte[] name = identity.getBytes(StandardCharsets.UTF_8);
    arrays.put("identity", NpyArray.ofBytes(name, name.length));
    arrays.put("progress", NpyArray.ofInts(new int[] {epoch, adam.steps()}, 2));
    arrays.put("weights", NpyArray.ofFloats(weights, weights.length));
    arrays.put("mean", NpyArray.ofFloats(adam.mean(), weights.length));
    arrays.put("square", NpyArray.ofFloats(adam.square(), weights.length));
    Npz.write(file, arrays);
  }

  /**
   * Reads the file.
   *
   * @param identity what the checkpoint must be of
   * @throws InvalidInputException when it is of another run, or damaged
   */
  static Checkpoint read(Path file, String identity, int size) {
    NpyArray name = Npz.read(file, "identity");
    byte[] found = new byte[name.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = (byte) name.integer(i);
    }
    if (!new String(found, StandardCharsets.UTF_8).equals(identity)) {
      throw new InvalidInputException(
          file
              + ": is the checkpoint of another training run ("
              + new String(found, StandardCharsets.UTF_8)
              + ", now "
              + identity
              + "): remove it, or give another --out");
    }
    NpyArray progress = Npz.read(file, "progress");
    AdamOptimiser adam =
        new AdamOptimiser(
            floats(file, "mean", size), floats(file, "square", size), (int) progress.integer(1));
    return new Checkpoint((int) progress.integer(0), floats(file, "weights", size), adam);
  }

  private static float[] floats(Path file, String name, int size) {
    NpyArray array = Npz.read(file, name);
    if (array.size() != size) {
      throw new InvalidInputException(
          file + ": holds " + array.size() + " weights, expected " + size + ": remove it");
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) array.real(i);
    }
    return values;
  }

  /** Removes the file once the model is written. */
  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.foolproof.defense.training;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a training run after an epoch, in a file beside the model that it will become.
 *
 * @param file where it is
 * @param identity of the run: a checkpoint of another is refused
 */
record Checkpoint(Path file, String identity) {
  private static final String BEST = "best";

  /** Where the checkpoint of a model is. */
  static Path beside(Path model) {
    return model.resolveSibling(model.getFileName() + ".training.npz");
  }

  /** Whether a run was begun. */
  boolean exists() {
    return Files.exists(file);
  }

  /** Writes the file, whole or not at all: until it is whole, the one before stays. */
  void write(TrainingState state) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    byte[] name = identity.getBytes(StandardCharsets.UTF_8);
    TrainingState.Best best = state.best;
    int[] numbers = {
      state.total, state.steps, state.stopped ? 1 : 0, best == null ? -1 : best.epoch(),
    };
    arrays.put("identity", NpyArray.ofBytes(name, name.length));
    arrays.put("progress", NpyArray.ofInts(numbers, numbers.length));
    arrays.put("weights", NpyArray.ofFloats(state.weights, state.weights.length));
    arrays.put("mean", NpyArray.ofFloats(state.mean, state.mean.length));
    for (int i = 0; i < state.memory.length; i++) {
      arrays.put("memory" + i, NpyArray.ofFloats(state.memory[i], state.memory[i].length));
    }
    if (best != null) {
      arrays.put(BEST, NpyArray.ofFloats(best.weights(), best.weights().length));
      arrays.put("robust", NpyArray.ofFloats(new float[] {(float) best.robust()}, 1));
    }
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    try {
      try {
        Npz.write(partial, arrays);
        Files.move(
            partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        // Half of a file on a full disk would keep what it takes.
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: the checkpoint cannot be written (%s); the one before is kept"
              .formatted(file, InvalidInputException.reason(e)),
          e);
    }
  }

  private NpyArray array(String name) {
    try {
      return Npz.read(file, name);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          file + ": is no checkpoint, or a damaged one: remove it to begin anew", e);
    }
  }

  /** What differs between two identities: the settings, or that there are others. */
  private static String difference(String other, String now) {
    String[] before = other.split("[\\[\\],]\\s*|\\s(?=of model |on images )", -1);
    String[] after = now.split("[\\[\\],]\\s*|\\s(?=of model |on images )", -1);
    List<String> differences = new ArrayList<>();
    for (int i = 0; before.length == after.length && i < before.length; i++) {
      if (before[i].startsWith("of model ") && !before[i].equals(after[i])) {
        differences.add("another net");
      } else if (before[i].startsWith("on images ") && !before[i].equals(after[i])) {
        differences.add("other images");
      } else if (!before[i].equals(after[i])) {
        differences.add(before[i] + ", now " + after[i]);
      }
    }
    return differences.isEmpty() ? "of another recipe" : String.join("; ", differences);
  }

  /**
   * Reads the file.
   *
   * @param size how many weights there must be
   * @param memories how many arrays the optimiser remembers
   * @throws InvalidInputException when it is of another run, or damaged
   */
  TrainingState read(int size, int memories) {
    NpyArray name = array("identity");
    byte[] found = new byte[name.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = (byte) name.integer(i);
    }
    String other = new String(found, StandardCharsets.UTF_8);
    if (!other.equals(identity)) {
      throw new InvalidInputException(
          "%s: is the checkpoint of another training run (%s): remove it, or give another --out"
              .formatted(file, difference(other, identity)));
    }
    NpyArray numbers = array("progress");
    float[][] memory = new float[memories][];
    for (int i = 0; i < memories; i++) {
      memory[i] = floats("memory" + i, size);
    }
    int averaged = array("mean").size();
    TrainingState state =
        new TrainingState(
            (int) numbers.integer(0),
            floats("weights", size),
            memory,
            floats("mean", averaged == 0 ? 0 : size));
    state.steps = (int) numbers.integer(1);
    state.stopped = numbers.integer(2) != 0;
    int epoch = (int) numbers.integer(3);
    if (epoch >= 0) {
      state.best = new TrainingState.Best(epoch, floats("robust", 1)[0], floats(BEST, size));
    }
    return state;
  }

  private float[] floats(String name, int size) {
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
  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

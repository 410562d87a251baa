package io.foolproof.model;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Whether an image is answered alike, to the last bit, in every place of a run and beside whatever
 * neighbours: the engine's kernels take rows in blocks, and may round those left over differently.
 */
final class Steadiness {
  static final long SEED = 20_260_101;

  /** Sizes of a run to try where a micro-batch is too large, before one sample at a time. */
  static final int[] SMALLER = {12, 8, 6, 4, 2};

  private Steadiness() {}

  /** The answers of one run: a row for each of its images. */
  @FunctionalInterface
  interface Run {
    float[][] answers(Tensor images);
  }

  /** Images in the type that callers use, the same at every call. */
  static Tensor randomImages(InputSpec input, int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[] pixels = new float[Math.multiplyExact(count, input.elements())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble(input.low(), input.high());
    }
    return Tensor.of(pixels, input.batchShape(count));
  }

  /** Logits and gradients of images, a row for each. */
  static float[][] rows(Tensor logits, Tensor gradients) {
    Tensor both = Tensor.concat(List.of(logits.detach(), gradients.flatten(1)), 1);
    int columns = Math.toIntExact(both.size(1));
    float[] values = both.toFloats();
    return IntStream.range(0, Math.toIntExact(both.size(0)))
        .mapToObj(i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns))
        .toArray(float[][]::new);
  }

  /** One run after another, which takes no more memory than an attack does. */
  static float[][] runByRun(Run run, Tensor images, int size) {
    return images.split(size).stream()
        .flatMap(some -> Arrays.stream(run.answers(some)))
        .toArray(float[][]::new);
  }

  /**
   * Whether other places and other neighbours in a run change no bit.
   *
   * @param images two runs of them
   * @param expected the answers of these runs
   */
  static boolean holds(Run run, Tensor images, float[][] expected, int size) {
    try (Scope scope = Scope.open()) {
      // A run of images of both runs. From each place one moves to another, so that going from
      // place to place in this way leads through all of them: none can differ from the rest.
      int[] moved = IntStream.range(0, size).map(i -> (13 * i + 1) % (2 * size)).toArray();
      float[][] found = run.answers(images.rows(moved));
      return IntStream.range(0, size).allMatch(i -> Arrays.equals(expected[moved[i]], found[i]));
    }
  }
}

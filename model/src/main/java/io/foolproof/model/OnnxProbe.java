package io.foolproof.model;

import io.foolproof.model.operator.SizeLimits;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Runs a classifier on random images when it is loaded: whether its result is rows of logits,
 * whether batches give what the original graph gives for each image alone, and how large they may
 * be.
 */
final class OnnxProbe {
  private static final double TOLERANCE = 1e-4;
  private static final int WIDE = 2 * Workers.MICRO_BATCH;

  /** How many values a run of twice the usual size may make, so that it costs little memory. */
  private static final long MOST_VALUES = 1L << 23;

  /** Sizes of a run to try where a micro-batch is too large, before one sample at a time. */
  private static final int[] SMALLER = {12, 8, 6, 4, 2};

  private static final long SEED = 20_260_101;

  private final OnnxClassifier classifier;
  private final OnnxSignature signature;

  private OnnxProbe(OnnxClassifier classifier) {
    this.classifier = classifier;
    this.signature = classifier.signature();
  }

  /**
   * The number of classes.
   *
   * @param original the graph as it is in the file
   * @throws InvalidInputException when the graph is no classifier, or does not take batches
   */
  static int classes(OnnxClassifier classifier, OnnxProgram original) {
    try (Scope scope = Scope.open()) {
      return new OnnxProbe(classifier).run(original);
    }
  }

  /**
   * How many samples a run has: a micro-batch, or fewer where equal images do not have equal
   * answers in every place of it, in the end one at a time; and twice as many, which takes less
   * time a sample, in small networks whose logits and gradients do not show the difference in any
   * bit.
   */
  static RunSizes runs(OnnxClassifier classifier) {
    return runs(classifier, OnnxProbe::answers);
  }

  /** As {@link #runs(OnnxClassifier)}, for a way to ask that tests can break. */
  static RunSizes runs(OnnxClassifier classifier, Answers answers) {
    OnnxProbe probe = new OnnxProbe(classifier);
    if (probe.signature.batch().kind() == OnnxBatch.Kind.NONE || classifier.drawsAtRandom()) {
      return RunSizes.MICRO_BATCHES;
    }
    try (Scope scope = Scope.open()) {
      Tensor images = probe.randomImages(WIDE);
      float[][] expected = probe.runByRun(answers, images, Workers.MICRO_BATCH);
      if (probe.isSteady(answers, images, expected, Workers.MICRO_BATCH)) {
        return probe.bearsWideRuns(answers, images, expected)
            ? new RunSizes(Workers.MICRO_BATCH, WIDE)
            : RunSizes.MICRO_BATCHES;
      }
      return RunSizes.of(
          IntStream.of(SMALLER)
              .filter(size -> probe.isSteady(answers, size))
              .findFirst()
              .orElse(1));
    }
  }

  private boolean isSteady(Answers answers, int size) {
    try (Scope scope = Scope.open()) {
      Tensor images = randomImages(2 * size);
      return isSteady(answers, images, runByRun(answers, images, size), size);
    }
  }

  /** One run after another, which takes no more memory than an attack does. */
  private float[][] runByRun(Answers answers, Tensor images, int size) {
    return images.split(size).stream()
        .flatMap(run -> Arrays.stream(answers.of(classifier, run, RunSizes.of(size))))
        .toArray(float[][]::new);
  }

  /**
   * Whether other places and other neighbours in a run change no bit.
   *
   * @param images two runs of them
   * @param expected the answers of these runs
   */
  private boolean isSteady(Answers answers, Tensor images, float[][] expected, int size) {
    try (Scope scope = Scope.open()) {
      // A run of images of both runs. From each place one moves to another, so that going from
      // place to place in this way leads through all of them: none can differ from the rest.
      int[] moved = IntStream.range(0, size).map(i -> (13 * i + 1) % (2 * size)).toArray();
      float[][] found = answers.of(classifier, images.rows(moved), RunSizes.of(size));
      return IntStream.range(0, size).allMatch(i -> Arrays.equals(expected[moved[i]], found[i]));
    }
  }

  private boolean bearsWideRuns(Answers answers, Tensor images, float[][] expected) {
    return WIDE * classifier.valuesMade(images.rows(0, 1)) <= MOST_VALUES
        && Arrays.deepEquals(
            answers.of(classifier, images, new RunSizes(Workers.MICRO_BATCH, WIDE)), expected);
  }

  /** What a classifier answers about each of some images, to compare in every bit. */
  @FunctionalInterface
  interface Answers {
    float[][] of(OnnxClassifier classifier, Tensor images, RunSizes sizes);
  }

  /** Logits and gradients, which are zero where nothing depends on the images smoothly. */
  private static float[][] answers(OnnxClassifier classifier, Tensor images, RunSizes sizes) {
    try (Scope scope = Scope.open()) {
      Tensor variable = images.variable();
      Tensor logits = classifier.logits(variable, sizes);
      if (!Arrays.equals(logits.shape(), new long[] {images.size(0), classifier.classes()})) {
        throw notBatched(classifier, images.size(0) + " images give " + logits);
      }
      Tensor gradients = Gradients.of(logits, variable);
      Tensor both = Tensor.concat(List.of(logits.detach(), gradients.flatten(1)), 1);
      int columns = Math.toIntExact(both.size(1));
      float[] values = both.toFloats();
      return IntStream.range(0, Math.toIntExact(both.size(0)))
          .mapToObj(i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns))
          .toArray(float[][]::new);
    }
  }

  private int run(OnnxProgram original) {
    Tensor images = randomImages(2);
    Tensor first = alone(original, images.rows(0, 1));
    int classes = columns(first);
    Tensor second = alone(original, images.rows(1, 2));
    Tensor together = classifier.logits(images, RunSizes.MICRO_BATCHES);
    if (!Arrays.equals(together.shape(), new long[] {2, classes})) {
      throw notBatched(classifier, "two images give " + together);
    }
    double difference = distance(together, Tensor.concat(List.of(first, second), 0));
    // What is drawn anew each time cannot be compared.
    if (!(difference <= TOLERANCE) && !original.drawsAtRandom()) {
      throw notBatched(classifier, "logits differ by %.3g of their size".formatted(difference));
    }
    return classes;
  }

  /** Images in the type that callers use. */
  private Tensor randomImages(int count) {
    InputSpec input = signature.input();
    SplittableRandom random = new SplittableRandom(SEED);
    float[] pixels = new float[Math.multiplyExact(count, input.elements())];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble(input.low(), input.high());
    }
    return Tensor.of(pixels, input.batchShape(count));
  }

  /** One row of logits, [1, classes], from the graph as it is in the file. */
  private Tensor alone(OnnxProgram original, Tensor image) {
    OnnxBatch batch = signature.batch();
    Tensor given =
        switch (batch.kind()) {
          case DYNAMIC -> image;
          case NONE -> image.squeeze(0);
          case FIXED -> {
            long[] shape = image.shape();
            shape[0] = batch.size();
            yield image.expand(shape);
          }
        };
    Tensor input = given.to(signature.declaredType());
    Tensor result =
        original
            .run(
                Map.of(signature.inputName(), input),
                List.of(signature.logits()),
                SizeLimits.MOST_ELEMENTS)
            .get(0);
    if (batch.kind() == OnnxBatch.Kind.NONE && result.rank() == 1) {
      return result.unsqueeze(0).to(DType.FLOAT32);
    }
    return result.rank() == 0
        ? result
        : result.rows(0, Math.min(1, result.size(0))).to(DType.FLOAT32);
  }

  private int columns(Tensor row) {
    String file = classifier.model().name();
    if (row.rank() != 2 || row.size(0) != 1) {
      throw new InvalidInputException(
          "%s: the output '%s' should have the shape [N, classes], but one image gives %s"
              .formatted(file, signature.output(), row));
    }
    if (row.size(1) < 2) {
      throw new InvalidInputException(
          ("%s: the output '%s' has one number a sample; a binary model with a single logit is not"
                  + " supported, so export it with one output per class")
              .formatted(file, signature.output()));
    }
    return Math.toIntExact(row.size(1));
  }

  /** The largest difference, relative to the largest logit; logits that are NaN agree. */
  private static double distance(Tensor a, Tensor b) {
    double[] left = a.toDoubles();
    double[] right = b.toDoubles();
    double largest = 1;
    double difference = 0;
    for (int i = 0; i < left.length; i++) {
      if (Double.isNaN(left[i]) != Double.isNaN(right[i])) {
        return Double.NaN;
      }
      if (!Double.isNaN(left[i]) && left[i] != right[i]) {
        largest = Math.max(largest, Math.abs(right[i]));
        difference = Math.max(difference, Math.abs(left[i] - right[i]));
      }
    }
    return difference / largest;
  }

  private static InvalidInputException notBatched(OnnxClassifier classifier, String why) {
    return new InvalidInputException(
        "%s: gives other logits for images in a batch than alone (%s); export it with a dynamic"
                .formatted(classifier.model().name(), why)
            + " batch dimension");
  }
}

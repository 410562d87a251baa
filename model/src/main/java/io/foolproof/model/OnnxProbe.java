package io.foolproof.model;

import io.foolproof.model.operator.Limits;
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
   * How many samples a run may have: twice the usual number, which takes less time a sample, in
   * small networks whose logits and gradients do not show the difference in any bit.
   */
  static int microBatch(OnnxClassifier classifier) {
    try (Scope scope = Scope.open()) {
      return new OnnxProbe(classifier).bearsWideRuns() ? WIDE : Workers.MICRO_BATCH;
    }
  }

  private boolean bearsWideRuns() {
    if (signature.batch().kind() == OnnxBatch.Kind.NONE
        || WIDE * classifier.valuesMade(randomImages(1)) > MOST_VALUES) {
      return false;
    }
    Tensor images = randomImages(WIDE);
    return Arrays.equals(answers(images, WIDE), answers(images, Workers.MICRO_BATCH));
  }

  /** All logits and gradients, which are zero where nothing depends on the images smoothly. */
  private float[] answers(Tensor images, int most) {
    Tensor variable = images.variable();
    Tensor logits = classifier.logits(variable, most);
    Tensor gradients = Gradients.of(logits, variable);
    return Tensor.concat(List.of(logits.flatten(0), gradients.flatten(0)), 0).toFloats();
  }

  private int run(OnnxProgram original) {
    Tensor images = randomImages(2);
    Tensor first = alone(original, images.rows(0, 1));
    int classes = columns(first);
    Tensor second = alone(original, images.rows(1, 2));
    Tensor together = classifier.logits(images, Workers.MICRO_BATCH);
    if (!Arrays.equals(together.shape(), new long[] {2, classes})) {
      throw notBatched("two images give " + together);
    }
    double difference = distance(together, Tensor.concat(List.of(first, second), 0));
    // What is drawn anew each time cannot be compared.
    if (!(difference <= TOLERANCE) && !original.drawsAtRandom()) {
      throw notBatched("logits differ by %.3g of their size".formatted(difference));
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
                Limits.MOST_ELEMENTS)
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

  /** The largest difference, relative to the largest logit; logits that are no numbers agree. */
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

  private InvalidInputException notBatched(String why) {
    return new InvalidInputException(
        "%s: gives other logits for images in a batch than alone (%s); export it with a dynamic"
                .formatted(classifier.model().name(), why)
            + " batch dimension");
  }
}

package io.foolproof.model;

import io.foolproof.model.operator.SizeLimits;
import io.foolproof.model.operator.UnsafeModelException;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  /**
   * Multiplications of a run of several samples: 2^35, which take the engine a few seconds. Large
   * networks gain nothing by larger runs, and would be probed for minutes.
   */
  private static final long MOST_WORK = 1L << 35;

  private final OnnxClassifier classifier;
  private final OnnxSignature signature;

  /** That samples in a batch change each other's logits. */
  static final class DependentSamples extends InvalidInputException {
    private static final long serialVersionUID = 1;

    DependentSamples(InvalidInputException why) {
      super(String.valueOf(why.getMessage()), why);
    }
  }

  private OnnxProbe(OnnxClassifier classifier) {
    this.classifier = classifier;
    this.signature = classifier.signature();
  }

  /**
   * What a graph answers.
   *
   * @param classes how many it tells apart
   * @param oneNumber whether it gives one number a sample, for two classes
   */
  record Answered(int classes, boolean oneNumber) {}

  /**
   * What the graph answers.
   *
   * @param original the graph as it is in the file
   * @throws InvalidInputException when the graph is no classifier, or does not take batches
   */
  static Answered answers(OnnxClassifier classifier, OnnxProgram original) {
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
    OnnxBatch batch = probe.signature.batch();
    if (batch.kind() == OnnxBatch.Kind.NONE) {
      return RunSizes.MICRO_BATCHES;
    }
    if (batch.kind() == OnnxBatch.Kind.OWN) {
      int own = Math.toIntExact(batch.size());
      boolean independent = !classifier.drawsAtRandom() && !classifier.mixesSamples();
      boolean asABatch = own == 1 || (independent && probe.isSteady(answers, own));
      return RunSizes.of(asABatch ? own : 1);
    }
    int most = probe.mostThatFit();
    if (classifier.drawsAtRandom()) {
      return probe.drawsForEachSample() ? new RunSizes(1, most) : RunSizes.of(1);
    }
    if (classifier.mixesSamples()) {
      return RunSizes.of(1);
    }
    return most < Workers.MICRO_BATCH ? probe.smaller(answers, most) : probe.microBatches(answers);
  }

  private RunSizes microBatches(Answers answers) {
    try (Scope scope = Scope.open()) {
      Tensor images = randomImages(WIDE);
      float[][] expected =
          Steadiness.runByRun(runs(answers, Workers.MICRO_BATCH), images, Workers.MICRO_BATCH);
      if (Steadiness.holds(
          runs(answers, Workers.MICRO_BATCH), images, expected, Workers.MICRO_BATCH)) {
        return bearsWideRuns(answers, images, expected)
            ? new RunSizes(Workers.MICRO_BATCH, WIDE)
            : RunSizes.MICRO_BATCHES;
      }
    }
    return smaller(answers, Workers.MICRO_BATCH);
  }

  private RunSizes smaller(Answers answers, int most) {
    return RunSizes.of(
        IntStream.of(Steadiness.SMALLER)
            .filter(size -> size <= most && isSteady(answers, size))
            .findFirst()
            .orElse(1));
  }

  /**
   * The samples of a run whose values fit into memory, and which ends in seconds: at most a
   * micro-batch.
   */
  private int mostThatFit() {
    OnnxProgram.Cost each = classifier.cost(randomImages(1));
    long most =
        Math.min(
            SizeLimits.MOST_ELEMENTS / Math.max(1, each.values()),
            MOST_WORK / Math.max(1, each.multiplications()));
    return most >= Workers.MICRO_BATCH
        ? Workers.MICRO_BATCH
        : IntStream.of(Steadiness.SMALLER).filter(size -> size <= most).findFirst().orElse(1);
  }

  /**
   * Whether samples of a randomised network that run together have random numbers of their own:
   * whether each has the logits that it has alone with the same ones. A network may draw one tensor
   * for all of them.
   */
  private boolean drawsForEachSample() {
    try (Scope scope = Scope.open()) {
      Tensor images = randomImages(2);
      Tensor together = drawing().logits(images, RunSizes.of(2));
      OnnxClassifier again = drawing();
      Tensor first = again.logits(images.rows(0, 1), RunSizes.of(1));
      Tensor second = again.logits(images.rows(1, 2), RunSizes.of(1));
      return distance(together, Tensor.concat(List.of(first, second), 0)) <= TOLERANCE;
    }
  }

  private OnnxClassifier drawing() {
    return classifier.drawing(new RandomStream(Steadiness.SEED, 0, "probe", 0));
  }

  private boolean isSteady(Answers answers, int size) {
    try (Scope scope = Scope.open()) {
      Tensor images = randomImages(2 * size);
      Steadiness.Run run = runs(answers, size);
      return Steadiness.holds(run, images, Steadiness.runByRun(run, images, size), size);
    }
  }

  /** How runs of one size are asked about. */
  private Steadiness.Run runs(Answers answers, int size) {
    return run -> answers.of(classifier, run, RunSizes.of(size));
  }

  private boolean bearsWideRuns(Answers answers, Tensor images, float[][] expected) {
    return WIDE * classifier.cost(images.rows(0, 1)).values() <= MOST_VALUES
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
      return Steadiness.rows(logits, gradients);
    }
  }

  private Answered run(OnnxProgram original) {
    Tensor images = randomImages(2);
    Tensor value = alone(original, images.rows(0, 1));
    Tensor first = row(value);
    int classes = Math.toIntExact(first.size(1));
    Tensor second = row(alone(original, images.rows(1, 2)));
    // With a batch of its own this is not yet known to be the size of a run.
    RunSizes sizes =
        classifier.mixesSamples()
            ? RunSizes.of(1)
            : signature.batch().kind() == OnnxBatch.Kind.OWN
                ? RunSizes.of(Math.toIntExact(signature.batch().size()))
                : RunSizes.of(mostThatFit());
    Tensor together = classifier.logits(images, sizes);
    if (!Arrays.equals(together.shape(), new long[] {2, classes})) {
      throw notBatched(classifier, "two images give " + together);
    }
    double difference = distance(together, Tensor.concat(List.of(first, second), 0));
    // What is drawn anew each time cannot be compared.
    if (!(difference <= TOLERANCE) && !original.drawsAtRandom()) {
      throw new DependentSamples(
          notBatched(classifier, "logits differ by %.3g of their size".formatted(difference)));
    }
    return new Answered(classes, value.elements() == 1);
  }

  private Tensor randomImages(int count) {
    return Steadiness.randomImages(signature.input(), count);
  }

  /** What the graph gives for one image, as it is in the file: for the first of a batch of it. */
  private Tensor alone(OnnxProgram original, Tensor image) {
    OnnxBatch batch = signature.batch();
    Tensor entering = signature.entering(image);
    Tensor given =
        switch (batch.kind()) {
          case DYNAMIC -> entering;
          case NONE -> entering.squeeze(0);
          case FIXED, OWN -> {
            long[] shape = entering.shape();
            shape[0] = batch.size();
            yield entering.expand(shape);
          }
        };
    DType type = signature.declaredType().isFloating() ? given.dtype() : signature.declaredType();
    Tensor result =
        original
            .run(
                Map.of(signature.inputName(), given.to(type)),
                List.of(signature.scores().logits()),
                SizeLimits.MOST_ELEMENTS)
            .get(0);
    boolean ofMany = result.rank() > 0 && batch.size() > 1 && result.size(0) == batch.size();
    return ofMany ? result.rows(0, 1) : result;
  }

  /** One row of logits, [1, classes]. */
  private Tensor row(Tensor value) {
    Tensor row = OnnxScores.rows(value.to(DType.FLOAT32), 1);
    if (row == null || row.size(1) < 2) {
      throw signature.notRows(classifier.model(), 1, value);
    }
    try {
      SizeLimits.checkClasses(row.size(1));
    } catch (UnsafeModelException e) {
      throw e.at(classifier.model().name());
    }
    return row;
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

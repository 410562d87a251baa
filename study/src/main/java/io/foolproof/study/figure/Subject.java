package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Fit;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Objective;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.Progress;
import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A classifier as figures evaluate and attack it: on all cores, in batches whose random numbers
 * depend on their first image alone.
 *
 * @param model the classifier; gradients pass straight through where its graph rounds or clips
 *     images
 */
record Subject(DifferentiableClassifier model, Workshop workshop) {
  /** A fixed size, so that what is drawn for a batch is drawn for the same images everywhere. */
  private static final int BATCH = Workers.MICRO_BATCH;

  /** Of a randomised model, probabilities and gradients are means of so many draws. */
  private static final int DRAWS = 32;

  /** The model that the story is about. */
  static Subject of(Workshop workshop) {
    return of(workshop.model(), workshop);
  }

  /** Another model. */
  static Subject of(DifferentiableClassifier model, Workshop workshop) {
    return new Subject(
        model instanceof OnnxClassifier graph ? RobustAccuracy.passing(graph) : model, workshop);
  }

  /** All images of a set as arrays. */
  static float[][] pixels(ImageSet images) {
    return IntStream.range(0, images.size()).mapToObj(images::pixels).toArray(float[][]::new);
  }

  /** The labels of a set. */
  static int[] labels(ImageSet images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }

  /** Values of both signs, the largest of which becomes 127 or -127. */
  static int[] signed(float[] values, double largest) {
    int[] scaled = new int[values.length];
    Arrays.setAll(
        scaled, p -> largest > 0 ? (int) Math.rint(Byte.MAX_VALUE * values[p] / largest) : 0);
    return scaled;
  }

  /** The largest absolute value; 0 of values that are not finite. */
  static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return Double.isFinite(largest) ? largest : 0;
  }

  /** The L2 norm. */
  static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  /** The index of the largest value; -1 where none is a finite number or infinite. */
  static int argmax(double[] values) {
    int best = -1;
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i]) && (best < 0 || values[i] > values[best])) {
        best = i;
      }
    }
    return best;
  }

  // ---- Evaluation

  /** Probabilities by class, of a randomised model the mean over draws. */
  double[][] probabilities(float[][] images) {
    return answers(images, logits -> Nn.softmax(logits, 1));
  }

  /**
   * The class that the model says of each image, of a randomised model the most probable one over
   * draws; -1 where the answer is not a number.
   */
  int[] predictions(float[][] images) {
    double[][] answers =
        model.drawsAtRandom() ? probabilities(images) : answers(images, logits -> logits);
    return Arrays.stream(answers).mapToInt(Subject::argmax).toArray();
  }

  private double[][] answers(float[][] images, UnaryOperator<Tensor> of) {
    return batches(images.length, (from, to) -> answers(images, of, from, to))
        .toArray(double[][]::new);
  }

  private List<double[]> answers(float[][] images, UnaryOperator<Tensor> of, int from, int to) {
    DifferentiableClassifier own = drawing(from, "figures");
    int draws = model.drawsAtRandom() ? DRAWS : 1;
    double[][] means = new double[to - from][own.classes()];
    for (int draw = 0; draw < draws; draw++) {
      double[] flat = of.apply(own.logits(batch(images, from, to))).toDoubles();
      for (int k = 0; k < flat.length; k++) {
        means[k / own.classes()][k % own.classes()] += flat[k] / draws;
      }
    }
    return List.of(means);
  }

  /** Misclassified images. */
  Proportion errors(ImageSet images) {
    int[] predictions = predictions(pixels(images));
    int wrong =
        (int)
            IntStream.range(0, images.size())
                .filter(i -> predictions[i] != images.label(i))
                .count();
    return new Proportion(wrong, images.size());
  }

  /**
   * The first images that are correctly classified.
   *
   * @param most how many at most
   */
  ImageSet correct(ImageSet images, int most) {
    int[] places = new int[0];
    for (int from = 0; from < images.size() && places.length < most; from += most) {
      ImageSet some = images.range(from, Math.min(images.size(), from + most));
      int[] predictions = predictions(pixels(some));
      int offset = from;
      IntStream found =
          IntStream.range(0, some.size())
              .filter(i -> predictions[i] == some.label(i))
              .map(i -> offset + i);
      places = IntStream.concat(IntStream.of(places), found).toArray();
    }
    return images.select(Arrays.copyOf(places, Math.min(most, places.length)));
  }

  /** As {@link #correct}; the first images where none is correctly classified. */
  ImageSet correctIfAny(ImageSet images, int most) {
    ImageSet correct = correct(images, most);
    return correct.size() > 0 ? correct : images.first(Math.min(most, images.size()));
  }

  /**
   * The gradient of the cross-entropy by the pixels of each image, of a randomised model the mean
   * over draws.
   */
  float[][] gradients(float[][] images, int[] labels) {
    return gradients(images, labels, Nn::crossEntropy);
  }

  /** As {@link #gradients(float[][], int[])}, of another function of logits and labels. */
  float[][] gradients(float[][] images, int[] labels, Objective objective) {
    return batches(images.length, (from, to) -> gradients(images, labels, objective, from, to))
        .toArray(float[][]::new);
  }

  private List<float[]> gradients(
      float[][] images, int[] labels, Objective objective, int from, int to) {
    DifferentiableClassifier own = drawing(from, "gradients of figures");
    int draws = model.drawsAtRandom() ? DRAWS : 1;
    Tensor truth = Tensor.ofInts(Arrays.copyOfRange(labels, from, to));
    float[][] sums = new float[to - from][images[0].length];
    for (int draw = 0; draw < draws; draw++) {
      Tensor x = batch(images, from, to).variable();
      float[] flat = Gradients.of(objective.of(own.logits(x), truth), x).toFloats();
      for (int k = 0; k < flat.length; k++) {
        sums[k / images[0].length][k % images[0].length] += flat[k] / draws;
      }
    }
    return List.of(sums);
  }

  /**
   * The mean over images of the L2 norm of the gradient of the margin: the label's logit less the
   * largest other. The cross-entropy's gradient would vanish where a net is sure, and grow with its
   * errors, however flat the net is.
   */
  double slope(ImageSet images) {
    float[][] gradients = gradients(pixels(images), labels(images), new Goal.Untargeted()::margin);
    return Arrays.stream(gradients).mapToDouble(Subject::norm).average().orElse(Double.NaN);
  }

  // ---- Attacks

  /** Attacks images with the plan's seed. */
  List<AttackResult> attacked(Attack attack, ImageSet images, ThreatModel threat) {
    return attacked(attack, images, threat, UnaryOperator.identity());
  }

  /**
   * As {@link #attacked(Attack, ImageSet, ThreatModel)}, of the model as the attack shall see it.
   */
  List<AttackResult> attacked(
      Attack attack,
      ImageSet images,
      ThreatModel threat,
      UnaryOperator<DifferentiableClassifier> seen) {
    if (images.size() == 0) {
      return List.of();
    }
    attack.requireApplicable(model, threat);
    Fit.require(model, images);
    return batches(
            "%s on %s".formatted(attack.name(), model.name()),
            images.size(),
            (from, to) ->
                attack.run(
                    seen.apply(drawing(from, "attacked by " + attack.settings())),
                    Samples.of(images, IntStream.range(from, to).toArray()),
                    threat,
                    workshop.plan().seed()))
        .toList();
  }

  /** A fraction; 0 of 1 of nothing. */
  static Proportion proportion(long count, long total) {
    return total == 0
        ? new Proportion(0, 1)
        : new Proportion(Math.toIntExact(count), Math.toIntExact(total));
  }

  /** Whether an attack fooled the model. */
  static boolean isFooled(AttackResult result) {
    return result.status() == AttackResult.Status.FOOLED;
  }

  /** How far adversarial examples are from their images; infinite where none was found. */
  double[] distances(List<AttackResult> results, ImageSet images, ThreatModel threat) {
    return IntStream.range(0, images.size())
        .mapToDouble(
            i ->
                isFooled(results.get(i))
                    ? threat.size(
                        threat.between(images.pixels(i), results.get(i).image(), model.input()))
                    : Double.POSITIVE_INFINITY)
        .toArray();
  }

  // ---- Batches

  /** Work on a batch. */
  @FunctionalInterface
  interface Batch<T> {
    /** One result for each of the images from one place up to another. */
    List<T> of(int from, int to);
  }

  /** Works on batches, as many at a time as there are cores. */
  <T> Stream<T> batches(int images, Batch<T> batch) {
    return batches("", images, batch);
  }

  /** As {@link #batches(int, Batch)}; of work with a title it is told how far it has come. */
  private <T> Stream<T> batches(String title, int images, Batch<T> batch) {
    Progress progress = title.isEmpty() ? Progress.none() : workshop.progress();
    Workers workers = workshop.workers();
    int together = BATCH * workers.count();
    List<T> all = new ArrayList<>(images);
    progress.begin(title, images);
    for (int start = 0; start < images; start += together) {
      int first = start;
      int count = Math.min(together, images - start);
      workers
          .map(count, BATCH, (from, to) -> batch.of(first + from, first + to))
          .forEach(all::addAll);
      progress.advance(count);
    }
    progress.end();
    return all.stream();
  }

  /** The model with random numbers of its own for a batch; itself where it draws none. */
  DifferentiableClassifier drawing(int from, String purpose) {
    return model.drawsAtRandom()
        ? (DifferentiableClassifier)
            model.drawing(new RandomStream(workshop.plan().seed(), from, purpose, 0))
        : model;
  }

  /** Some images as a tensor. */
  Tensor batch(float[][] images, int from, int to) {
    return Tensor.ofRows(Arrays.copyOfRange(images, from, to), model.input().batchShape(to - from));
  }
}

package io.foolproof.defense.training;

import io.foolproof.data.ImageSet;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.bound.BoundGraph;
import io.foolproof.defense.bound.Region;
import io.foolproof.defense.loss.Batch;
import io.foolproof.defense.loss.TrainingLoss;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes the gradients of a step. A batch is cut into shards of a fixed size, whose gradients are
 * added in their order, so that they do not depend on the number of cores.
 */
final class StepGradients {
  private static final int SHARD = 32;

  private final OnnxClassifier net;

  /** The net as the attack sees it: gradients pass where it rounds or clips images. */
  private final OnnxClassifier attacked;

  private final Weights weights;
  private final Training training;
  private final ImageSet images;
  private final Workers workers;
  private final WeightSlope ofWeights;
  private final long seed;

  /** For losses of bounds; null for others. */
  private final @Nullable BoundGraph bounds;

  StepGradients(
      OnnxClassifier net,
      Weights weights,
      Training training,
      ImageSet images,
      Workers workers,
      long seed) {
    this.net = net;
    this.attacked = RobustAccuracy.passing(net);
    this.weights = weights;
    this.training = training;
    this.images = images;
    this.workers = workers;
    this.ofWeights = new WeightSlope(training.loss().onWeights(), net, weights);
    this.seed = seed;
    this.bounds = training.loss().isBounded() ? BoundGraph.of(net) : null;
    if (bounds != null && training.loss().takesLinearBounds()) {
      bounds.requireLinearBounds();
    }
  }

  /**
   * Images to learn from.
   *
   * @param places of the images in their set
   * @param epoch names their random numbers
   * @param grown which fraction of epsilon they are attacked within
   */
  record Lesson(int[] places, int epoch, double grown) {}

  /**
   * What was computed of a batch.
   *
   * @param loss the mean
   * @param at the weights at which the gradient was taken
   * @param gradient of the mean loss by the weights
   */
  record Slope(double loss, float[] at, float[] gradient) {}

  /**
   * The sums over some images of a batch.
   *
   * @param examples the adversarial examples, to be used again; empty where nobody wants them
   */
  private record Shard(double loss, float[] gradient, float[] examples) {}

  /** The weights of a step, for all shards: as variables, and without a gradient of their own. */
  private record Nets(Map<String, Tensor> variables, Map<String, Tensor> constants) {}

  /** The slope at the weights. */
  Slope slope(float[] at, Lesson lesson) {
    return mean(at, shards(at, lesson, null, false), lesson);
  }

  /** The slope at weights that were moved against training, on examples of the weights proper. */
  Slope slopeAtPerturbed(float[] at, Lesson lesson, double gamma) {
    List<Shard> first = shards(at, lesson, null, true);
    float[] worse = weights.moved(at, mean(at, first, lesson).gradient(), gamma);
    return mean(worse, shards(worse, lesson, first, false), lesson);
  }

  private List<Shard> shards(
      float[] at, Lesson lesson, @Nullable List<Shard> crafted, boolean keepExamples) {
    try (Scope scope = Scope.open()) {
      Nets nets = nets(at);
      return workers.map(
          lesson.places().length,
          SHARD,
          (from, to) ->
              shard(
                  nets,
                  lesson,
                  Arrays.copyOfRange(lesson.places(), from, to),
                  crafted == null ? null : crafted.get(from / SHARD).examples(),
                  keepExamples));
    }
  }

  private Nets nets(float[] at) {
    Map<String, Tensor> constants = weights.tensors(at);
    Map<String, Tensor> variables = new LinkedHashMap<>();
    constants.forEach((name, tensor) -> variables.put(name, tensor.variable()));
    return new Nets(variables, constants);
  }

  private Shard shard(
      Nets nets, Lesson lesson, int[] places, float @Nullable [] crafted, boolean keepExamples) {
    Tensor x = images(places, lesson.epoch());
    Tensor labels = labels(places);
    Tensor examples =
        crafted == null
            ? examples(nets.constants(), x, labels, places, lesson)
            : Tensor.of(crafted, x.shape());
    DifferentiableClassifier learning = net.under(nets.variables());
    List<RandomStream> streams = streams("loss", places, lesson.epoch());
    Region region = region(nets, lesson.grown());
    Tensor loss =
        training.loss().of(new Batch(learning, x, examples, labels, streams, region)).sum();
    List<Tensor> gradients = Gradients.of(loss, List.copyOf(nets.variables().values()));
    return new Shard(
        loss.detach().item(),
        Weights.gather(gradients, new float[weights.size()]),
        keepExamples ? examples.toFloats() : new float[0]);
  }

  private @Nullable Region region(Nets nets, double grown) {
    Adversary adversary = training.adversary();
    return bounds == null || adversary == null
        ? null
        : new Region(bounds, nets.variables(), adversary.linfReach(grown), grown);
  }

  /** The images at some places, varied, in the net's shape. */
  private Tensor images(int[] places, int epoch) {
    Augmentation augmentation = training.augmentation();
    Tensor x = images.tensor(places);
    if (augmentation.moves()) {
      List<RandomStream> streams =
          Arrays.stream(places)
              .mapToObj(i -> new RandomStream(seed, images.index(i), "augment", epoch))
              .toList();
      x = augmentation.moved(x, streams);
    }
    if (augmentation.noise() > 0) {
      x = augmentation.noisy(x, streams("noise", places, epoch));
    }
    return x.reshape(net.input().batchShape(places.length));
  }

  /** Random numbers for a purpose, anew in every epoch. */
  private List<RandomStream> streams(String purpose, int[] places, int epoch) {
    return Arrays.stream(places)
        .mapToObj(i -> new RandomStream(seed, images.index(i), purpose, epoch).spawn())
        .toList();
  }

  private Tensor labels(int[] places) {
    return Tensor.ofInts(Arrays.stream(places).map(images::label).toArray());
  }

  private Tensor examples(
      Map<String, Tensor> constants, Tensor x, Tensor labels, int[] places, Lesson lesson) {
    Adversary adversary = training.adversary();
    TrainingLoss loss = training.loss();
    if (adversary == null || !loss.isAdversarial() || lesson.grown() == 0) {
      return x;
    }
    List<RandomStream> streams = streams("start", places, lesson.epoch());
    DifferentiableClassifier seen = attacked.under(constants);
    return adversary.examples(seen, x, labels, loss.climbed(seen, x), streams, lesson.grown());
  }

  /** A slope is the mean of its images', and what penalties on the weights add. */
  private Slope mean(float[] at, List<Shard> shards, Lesson lesson) {
    float count = lesson.places().length;
    float[] sum = new float[weights.size()];
    double loss = 0;
    for (Shard shard : shards) {
      loss += shard.loss();
      float[] part = shard.gradient();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part[i] / count;
      }
    }
    return ofWeights.addedTo(new Slope(loss / count, at, sum));
  }

  /**
   * The slope at perturbed images, whose perturbations take a step of epsilon along the gradient
   * from the same backward pass.
   *
   * @param perturbations one array an image of the batch, changed in place
   */
  Slope slopeOfReplay(float[] at, Lesson lesson, float[][] perturbations) {
    try (Scope scope = Scope.open()) {
      Nets nets = nets(at);
      List<Shard> shards =
          workers.map(
              lesson.places().length,
              SHARD,
              (from, to) -> replayed(nets, lesson, from, to, perturbations));
      return mean(at, shards, lesson);
    }
  }

  private Shard replayed(Nets nets, Lesson lesson, int from, int to, float[][] perturbations) {
    int[] places = Arrays.copyOfRange(lesson.places(), from, to);
    Tensor x = images(places, lesson.epoch());
    float[][] deltas = Arrays.copyOfRange(perturbations, from, to);
    Tensor delta = Tensor.ofRows(deltas, x.shape());
    InputSpec box = net.input();
    Tensor shown = x.add(delta).clamp(box.low(), box.high()).variable();
    Batch batch =
        new Batch(
            attacked.under(nets.variables()),
            x,
            shown,
            labels(places),
            streams("loss", places, lesson.epoch()));
    Tensor loss = training.loss().of(batch).sum();
    List<Tensor> by = new ArrayList<>(nets.variables().values());
    by.add(shown);
    List<Tensor> gradients = Gradients.of(loss, by);
    double epsilon = lesson.grown() * epsilonOfReplays();
    Tensor ascent = gradients.get(by.size() - 1).sign().mul(epsilon);
    Tensor next = delta.add(ascent).clamp(-epsilon, epsilon);
    next.reshape(places.length, box.elements()).copyRows(deltas, 0);
    return new Shard(
        loss.detach().item(),
        Weights.gather(gradients.subList(0, by.size() - 1), new float[weights.size()]),
        new float[0]);
  }

  private double epsilonOfReplays() {
    return Objects.requireNonNull(training.adversary()).threats().linfEpsilon();
  }
}

package io.foolproof.defense.detector;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.search.Ball;
import io.foolproof.attack.search.Draws;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An attack that makes the logits of an image those of a clean image of another class, so that
 * whatever a detector computes from logits looks ordinary. It needs no gradient of the detector.
 *
 * <p>Tramèr, Carlini, Brendel, Madry: On adaptive attacks to adversarial example defenses, 2020,
 * arXiv 2002.08347, against "The odds are odd". Steepest descent on the squared distance between
 * the logits, with a step whose length falls evenly to 0. They take any image of another class;
 * here it is the nearest of each class, the nearest classes first.
 */
public final class MatchingAttack implements AdaptiveAttack {
  private static final String NAME = "matching";
  private static final int STEPS = 100;
  private static final double RELATIVE_STEP = 0.25;
  private static final int MOST_IMAGES = 2_000;

  /** To how many images a sample is led, in turn, unless one has passed. */
  private static final int TARGETS = 4;

  private final float[][] images;
  private final double[][] logits;

  private MatchingAttack(float[][] images, double[][] logits) {
    this.images = images;
    this.logits = logits;
  }

  /**
   * Towards clean images.
   *
   * @param training images of all classes; those that the model misclassifies are left out
   * @throws InvalidInputException when the model classifies none of them correctly
   */
  public static MatchingAttack towards(
      DifferentiableClassifier model, ImageSet training, Workers workers) {
    ImageSet some = training.sample(Math.min(MOST_IMAGES, training.size()), 0);
    double[][] logits = FeatureLayer.LOGITS.of(model, some, workers);
    int[] correct =
        IntStream.range(0, some.size()).filter(i -> most(logits[i]) == some.label(i)).toArray();
    if (correct.length == 0) {
      throw new InvalidInputException(
          "%s classifies none of %d images of %s correctly: there are no logits to match"
              .formatted(model.name(), some.size(), some.name()));
    }
    return new MatchingAttack(
        IntStream.of(correct).mapToObj(some::pixels).toArray(float[][]::new),
        IntStream.of(correct).mapToObj(i -> logits[i]).toArray(double[][]::new));
  }

  private static int most(double[] values) {
    return IntStream.range(0, values.length)
        .reduce((a, b) -> values[b] > values[a] ? b : a)
        .orElseThrow();
  }

  @Override
  public List<Found> run(
      DifferentiableClassifier model,
      Suspicion suspicion,
      Threshold threshold,
      Samples samples,
      NormBounded threat,
      long seed) {
    Found[] best = Found.nothing(samples.images());
    int[][] targets = new int[best.length][];
    for (int i = 0; i < best.length; i++) {
      targets[i] = nearest(samples.images()[i], samples.labels()[i]);
    }
    for (int turn = 0; turn < TARGETS; turn++) {
      int rank = turn;
      int[] left =
          IntStream.range(0, best.length)
              .filter(i -> rank < targets[i].length)
              .filter(i -> !best[i].isMisclassified() || threshold.detects(best[i].score()))
              .toArray();
      if (left.length == 0) {
        break;
      }
      try (Scope scope = Scope.open()) {
        double[][] goal =
            IntStream.of(left).mapToObj(i -> logits[targets[i][rank]]).toArray(double[][]::new);
        Tensor x = matched(model, samples, left, goal, threat, seed, turn);
        Tensor found = model.logits(x);
        double[] margins =
            threat.goal().margin(found, samples.labelTensor(left)).to(DType.FLOAT64).toDoubles();
        Found.keep(best, left, x, margins, suspicion.scores(x, found).toDoubles());
      }
    }
    return List.of(best);
  }

  private static Tensor matched(
      DifferentiableClassifier model,
      Samples samples,
      int[] left,
      double[][] goal,
      NormBounded threat,
      long seed,
      int turn) {
    Tensor x = samples.imageTensor(left, model.input().batchShape(left.length));
    Tensor wanted = Matrices.of(goal).to(DType.FLOAT32);
    Ball ball = Ball.around(x, threat, model.input());
    List<RandomStream> streams = samples.streams(left, seed, NAME, turn);
    for (int step = 0; step < STEPS; step++) {
      try (Scope scope = Scope.open()) {
        Tensor at = x.variable();
        Tensor away = model.logits(at).sub(wanted);
        Tensor gradient = Gradients.of(away.mul(away).sum(false, 1), at);
        Tensor descent = ball.steepest(x, Draws.withDirection(gradient.neg(), streams));
        double length = RELATIVE_STEP * threat.epsilon() * (STEPS - step) / STEPS;
        x = scope.replace(x, ball.project(x.add(descent.mul(length))));
      }
    }
    return x;
  }

  /** Of each other class the image nearest to this one, the nearest first. */
  private int[] nearest(float[] image, int label) {
    int[] nearest = new int[logits[0].length];
    double[] distances = new double[nearest.length];
    Arrays.fill(nearest, -1);
    for (int k = 0; k < images.length; k++) {
      int other = most(logits[k]);
      double distance = squaredDistance(image, images[k]);
      if (other != label && (nearest[other] < 0 || distance < distances[other])) {
        nearest[other] = k;
        distances[other] = distance;
      }
    }
    return IntStream.range(0, nearest.length)
        .filter(c -> nearest[c] >= 0)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> distances[c]))
        .mapToInt(c -> nearest[c])
        .toArray();
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      double away = (double) a[j] - b[j];
      sum += away * away;
    }
    return sum;
  }
}

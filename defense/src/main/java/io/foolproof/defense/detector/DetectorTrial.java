package io.foolproof.defense.detector;

import io.foolproof.attack.Admissible;
import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Fit;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds detectors against two attacks on the same images: one that does not know them, and one that
 * does. An attack succeeds on an image where what it finds is misclassified and not detected.
 *
 * <p>Each detector is fitted to the training images, and its threshold set by the validation
 * images, all clean, before any image is attacked. Only test images that are classified correctly
 * are attacked. Scores and predictions that count are computed anew from the images that were
 * found, in micro-batches.
 */
public final class DetectorTrial {
  private final DifferentiableClassifier model;
  private final ImageSet training;
  private final ImageSet validation;
  private final ImageSet test;
  private final NormBounded threat;
  private final Attack plain;
  private final List<? extends AdaptiveAttack> adaptive;
  private final double falseAlarms;
  private final long seed;
  private final Workers workers;

  /** The images that are attacked, once it is known. */
  private int @Nullable [] correct;

  /** What the plain attack found of each of these. */
  private float @Nullable [][] plainImages;

  /**
   * @param training clean images to fit detectors to
   * @param validation clean images to set thresholds by
   * @param test images to attack, none of which is among the others
   * @param threat what the attacker may do
   * @param plain the attack that does not know the detector
   * @param adaptive attacks that do, of which the best counts for each image; empty for none
   * @param falseAlarms the fraction of clean images that a threshold may raise alarms on
   * @throws InvalidInputException when these do not fit each other
   */
  public DetectorTrial(
      DifferentiableClassifier model,
      ImageSet training,
      ImageSet validation,
      ImageSet test,
      ThreatModel threat,
      Attack plain,
      List<? extends AdaptiveAttack> adaptive,
      double falseAlarms,
      long seed,
      Workers workers) {
    this.model = model;
    this.training = training;
    this.validation = validation;
    this.test = test;
    this.threat = requireBall(threat);
    this.plain = plain;
    this.adaptive = List.copyOf(adaptive);
    this.falseAlarms = falseAlarms;
    this.seed = seed;
    this.workers = workers;
    if (model.drawsAtRandom()) {
      throw new InvalidInputException(
          model.name()
              + " draws at random: its scores and its detectors' would be of one draw each; give a"
              + " model without chance");
    }
    for (ImageSet images : List.of(training, validation, test)) {
      Fit.require(model, images);
    }
    plain.requireApplicable(model, threat);
    Threshold.requireFraction(falseAlarms);
  }

  private static NormBounded requireBall(ThreatModel threat) {
    if (threat instanceof NormBounded bounded
        && Norm.withBalls().contains(bounded.norm())
        && bounded.goal() instanceof Goal.Untargeted
        && bounded.admissible() instanceof Admissible.AnyValue) {
      return bounded;
    }
    throw new InvalidInputException(
        "detectors are attacked within linf, l2 or l1, towards any other class, with pixels of any"
            + " value; found "
            + threat.symbol()
            + ", "
            + threat.goal());
  }

  /** Fits a detector, sets its threshold and attacks it. */
  public DetectorResult of(Detector detector) {
    Suspicion suspicion = detector.fit(model, training, workers);
    Threshold threshold = Threshold.of(judged(suspicion, pixels(validation)).scores(), falseAlarms);
    Judged clean = judged(suspicion, pixels(test));
    int[] attacked = correct(clean);
    float[][] found = plainImages(attacked);
    double[] plainScores = misclassifiedScores(suspicion, found, attacked);
    DetectorResult.Attacked knowing = null;
    if (!adaptive.isEmpty()) {
      // Whoever knows the detector can also run the attack that does not.
      double[] scores = plainScores.clone();
      for (AdaptiveAttack attack : adaptive) {
        float[][] images = adaptiveImages(attack, suspicion.asAttacked(), threshold, attacked);
        double[] others = misclassifiedScores(suspicion, images, attacked);
        for (int i = 0; i < scores.length; i++) {
          scores[i] = leastSuspicious(scores[i], others[i]);
        }
      }
      knowing = DetectorResult.Attacked.of(attacked, scores, threshold, clean.scores());
    }
    return new DetectorResult(
        detector,
        threshold,
        clean.scores(),
        DetectorResult.Attacked.of(attacked, plainScores, threshold, clean.scores()),
        knowing);
  }

  private static double leastSuspicious(double one, double other) {
    return Double.isNaN(one) || other < one ? other : one;
  }

  private int[] correct(Judged clean) {
    int[] known = correct;
    if (known == null) {
      known =
          IntStream.range(0, test.size())
              .filter(i -> clean.predictions()[i] == test.label(i))
              .toArray();
      if (known.length == 0) {
        throw new InvalidInputException(
            "%s classifies none of the %d images of %s correctly: there is nothing to attack"
                .formatted(model.name(), test.size(), test.name()));
      }
      correct = known;
    }
    return known;
  }

  private float[][] plainImages(int[] attacked) {
    float[][] known = plainImages;
    if (known == null) {
      List<AttackResult> results = plain.run(model, test.select(attacked), threat, seed);
      known = results.stream().map(AttackResult::image).toArray(float[][]::new);
      plainImages = known;
    }
    return known;
  }

  private float[][] adaptiveImages(
      AdaptiveAttack attack, Suspicion suspicion, Threshold threshold, int[] attacked) {
    List<List<Found>> batches =
        workers.map(
            attacked.length,
            Workers.MICRO_BATCH,
            (from, to) ->
                attack.run(
                    model,
                    suspicion,
                    threshold,
                    Samples.of(test, Arrays.copyOfRange(attacked, from, to)),
                    threat,
                    seed));
    return batches.stream().flatMap(List::stream).map(Found::image).toArray(float[][]::new);
  }

  /** The scores of images; NaN where they are classified correctly. */
  private double[] misclassifiedScores(Suspicion suspicion, float[][] images, int[] places) {
    Judged judged = judged(suspicion, images);
    double[] scores = new double[images.length];
    for (int i = 0; i < scores.length; i++) {
      boolean correctly = judged.predictions()[i] == test.label(places[i]);
      scores[i] = correctly ? Double.NaN : judged.scores()[i];
    }
    return scores;
  }

  private static float[][] pixels(ImageSet images) {
    return IntStream.range(0, images.size()).mapToObj(images::pixels).toArray(float[][]::new);
  }

  private record Judged(long[] predictions, double[] scores) {}

  private Judged judged(Suspicion suspicion, float[][] images) {
    List<Judged> parts =
        workers.map(
            images.length,
            Workers.MICRO_BATCH,
            (from, to) -> {
              // Filled up, so that no score depends on how many images there are.
              float[][] batch =
                  IntStream.range(from, from + Workers.MICRO_BATCH)
                      .mapToObj(i -> images[Math.min(i, to - 1)])
                      .toArray(float[][]::new);
              Tensor some = Tensor.ofRows(batch, model.input().batchShape(batch.length));
              Tensor logits = model.logits(some);
              return new Judged(
                  Arrays.copyOf(logits.argmax(1).toLongs(), to - from),
                  Arrays.copyOf(suspicion.scores(some, logits).toDoubles(), to - from));
            });
    return new Judged(
        parts.stream().flatMapToLong(part -> Arrays.stream(part.predictions())).toArray(),
        parts.stream().flatMapToDouble(part -> Arrays.stream(part.scores())).toArray());
  }
}

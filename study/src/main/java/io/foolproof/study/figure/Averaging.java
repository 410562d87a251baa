package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Randomness;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.layer.GaussianNoise;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.study.Estimate;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Noise in front of a network, and what averaging over many queries makes of it. */
public final class Averaging implements Figure<Averaging.Found> {
  private static final int[] DRAWS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
  private static final double SIGMA = 0.1;
  private static final double EPSILON = 0.12;

  /** Fresh draws of each attacked image. */
  private static final int JUDGED = 101;

  /**
   * What it computes.
   *
   * @param sigma the standard deviation of the noise in front of the net, of pixels in [0, 1]
   * @param draws n: how many noisy gradients were averaged
   * @param gradients the cosine of the mean of n noisy gradients with the gradient of the net
   *     without noise
   * @param scores the cosine of the mean of n slopes with the same gradient, each slope taken from
   *     the scores of two noisy queries
   * @param epsilon of the attacks, L-inf, of pixels in [0, 1]
   * @param unattacked the fraction of draws in which the images of the attacks, all of which the
   *     net without noise classifies correctly, are classified correctly through the noise
   * @param withoutNoise what the first of the attacks leaves of the net without noise
   * @param attacks those that follow gradients first, by ascending number of draws, then those that
   *     need scores alone
   */
  public record Found(
      double sigma,
      int[] draws,
      List<Cosine> gradients,
      List<Cosine> scores,
      double epsilon,
      Estimate unattacked,
      Estimate withoutNoise,
      List<Attacked> attacks) {
    /** Copies the lists. */
    public Found {
      gradients = List.copyOf(gradients);
      scores = List.copyOf(scores);
      attacks = List.copyOf(attacks);
    }
  }

  /**
   * Cosines of some images.
   *
   * @param low the lower quartile
   * @param median the median over the images
   * @param high the upper quartile
   */
  public record Cosine(double low, double median, double high) {}

  /**
   * What an attack leaves of the noisy net.
   *
   * @param knows {@code gradients} or {@code scores}
   * @param draws how many draws each step is the mean of
   * @param attack its settings
   * @param spent the mean number of gradients, or of queries, that an image took
   * @param remaining the mean over images of the fraction of fresh draws that are correctly
   *     classified, with its interval over images and draws
   */
  public record Attacked(
      String knows, int draws, String attack, double spent, Estimate remaining) {}

  @Override
  public int number() {
    return 18;
  }

  @Override
  public String title() {
    return "Averaging over queries";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Subject clean = Subject.of(workshop);
    Subject noisy = Subject.of(noisy(workshop), workshop);
    ImageSet images = clean.correctIfAny(plan.test(), plan.extent().of(48, 1000));
    ImageSet some = images.first(Math.min(images.size(), plan.extent().of(12, 100)));
    Directions directions = new Directions(noisy, some, clean);
    return new Found(
        SIGMA,
        DRAWS.clone(),
        directions.cosines(directions::gradients, DRAWS),
        directions.cosines(directions::slopes, DRAWS),
        EPSILON,
        remaining(noisy, images, Subject.pixels(images)),
        attacked(clean, images, "gradients", 1, pgd(plan.extent())).remaining(),
        attacked(noisy, images));
  }

  /**
   * The model of the story with noise in front: a net that was trained here has one more layer in
   * its file; one that was given may be no file, or have such a layer already.
   */
  static DifferentiableClassifier noisy(Workshop workshop) {
    return workshop.plan().model() == null && workshop.model() instanceof OnnxClassifier net
        ? OnnxClassifier.of(new GaussianNoise(SIGMA).in(net.model()))
        : new NoisyModel(workshop.model(), SIGMA, new RandomStream(0, 0, "noise", 0));
  }

  // ---- Attacks

  private List<Attacked> attacked(Subject noisy, ImageSet images) {
    Extent extent = noisy.workshop().plan().extent();
    List<Attacked> all = new ArrayList<>();
    String pgd = pgd(extent);
    all.add(kept(noisy, images, "gradients", 1, pgd));
    for (int draws : new int[] {5, 20, 100}) {
      all.add(kept(noisy, images, "gradients", draws, pgd + ":eot=" + draws));
    }
    for (int pairs : new int[] {5, 50}) {
      String nes = "nes:queries=%d:pairs=%d:sigma=0.1".formatted(40 * pairs, pairs);
      all.add(kept(noisy, images, "scores", 2 * pairs, nes));
    }
    return all;
  }

  private static String pgd(Extent extent) {
    return extent == Extent.QUICK ? "pgd:steps=10:step=0.2" : "pgd";
  }

  private Attacked kept(Subject noisy, ImageSet images, String knows, int draws, String settings) {
    return noisy
        .workshop()
        .part(
            this,
            knows + "-" + draws,
            Attacked.class,
            own -> attacked(noisy, images, knows, draws, settings));
  }

  private static Attacked attacked(
      Subject noisy, ImageSet images, String knows, int draws, String settings) {
    Attack attack = Attacks.parse(settings);
    List<AttackResult> results = noisy.attacked(attack, images, ThreatModel.linf(EPSILON));
    float[][] found = results.stream().map(AttackResult::image).toArray(float[][]::new);
    return new Attacked(
        knows,
        draws,
        attack.settings(),
        results.stream()
            .mapToLong(knows.equals("scores") ? AttackResult::forwards : AttackResult::backwards)
            .average()
            .orElse(0),
        remaining(noisy, images, found));
  }

  /** What fresh draws say, which no attack has seen; where nothing is random they all agree. */
  private static Estimate remaining(Subject noisy, ImageSet images, float[][] found) {
    int[] right =
        noisy
            .workshop()
            .workers()
            .map(found.length, 1, (i, end) -> right(noisy, images, found[i], i))
            .stream()
            .mapToInt(Integer::intValue)
            .toArray();
    Randomness.Share of = Randomness.Share.of(JUDGED, right);
    return new Estimate(of.mean(), of.overBoth().low(), of.overBoth().high());
  }

  private static int right(Subject noisy, ImageSet images, float[] image, int place) {
    float[][] copies = new float[JUDGED][];
    Arrays.fill(copies, image);
    DifferentiableClassifier own = noisy.drawing(Math.toIntExact(images.index(place)), "judged");
    long[] predictions = own.logits(noisy.batch(copies, 0, JUDGED)).argmax(1).toLongs();
    return (int) Arrays.stream(predictions).filter(p -> p == images.label(place)).count();
  }
}

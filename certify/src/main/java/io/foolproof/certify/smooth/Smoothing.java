package io.foolproof.certify.smooth;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Certifies the smoothed classifier: the class that the base classifier gives to most draws of
 * noise around an image. What it says is certified at a confidence, and proved never.
 *
 * <p>Cohen, Rosenfeld, Kolter: Certified adversarial robustness via randomized smoothing, 2019,
 * arXiv 1902.02918, algorithm CERTIFY: a few draws select a class; others, which the selection did
 * not see, bound its probability p from below; the class is that of all images within L2 distance
 * sigma times the normal quantile of p.
 *
 * @param noise around images
 * @param selection draws that select a class
 * @param draws that bound its probability; the most of them where one radius is asked for
 * @param confidence of each image's certificate, such as 0.999
 * @param seed of all draws
 */
public record Smoothing(Noise noise, int selection, int draws, double confidence, long seed) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** What rounding may make of a quantile or a probability, as a fraction. */
  private static final double ROUNDING = 1e-12;

  /** Between two looks at whether a radius is decided. */
  private static final int LOOK = 100;

  /** Checks the numbers. */
  public Smoothing {
    if (selection < 1 || draws < 1) {
      throw new InvalidInputException(
          "%d draws select a class and %d bound its probability: give 1 or more of each, such as 100 and 100000"
              .formatted(selection, draws));
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new InvalidInputException(
          "confidence is " + confidence + ": give a number between 0 and 1, such as 0.999");
    }
  }

  /**
   * What is known of an image.
   *
   * @param candidate the class that was selected
   * @param hits draws of this class, among those that the selection did not see
   * @param draws how many there were of these
   * @param lower what the probability of the class is at least, at the confidence
   * @param certified whether the smoothed classifier is known to give this class; it abstains
   *     otherwise
   * @param radius the L2 radius within which it does, in units of pixels; 0 where it abstains
   */
  public record Certificate(
      int candidate, long hits, long draws, double lower, boolean certified, double radius) {}

  /** By how much the confidence falls short of certainty. */
  private double alpha() {
    return 1 - confidence;
  }

  /** The largest radius that draws can show: that of an image all of whose draws agree. */
  public double largestRadius() {
    return radius(Binomial.lower(draws, draws, alpha()));
  }

  private double radius(double lower) {
    return lower > 0.5
        ? noise.sigma() * NORMAL.inverseCumulativeProbability(lower) * (1 - ROUNDING)
        : 0;
  }

  /**
   * Certifies as large a radius as the draws show.
   *
   * @param image pixels from 0 to 1, as the model takes them
   * @param index names the random numbers of the image
   */
  public Certificate certify(Classifier model, float[] image, long index) {
    int candidate = select(model, image, index);
    Draws draws = estimate(model, image, index);
    draws.draw(this.draws);
    long hits = draws.hits(candidate);
    double lower =
        Math.max(0, Binomial.lower(hits, this.draws, alpha()) - noise.error(image.length));
    return new Certificate(candidate, hits, this.draws, lower, lower > 0.5, radius(lower));
  }

  /**
   * Decides whether a radius can be certified, with as few draws as that takes: it stops once the
   * confidence sequence of the probability is on one side of what the radius needs.
   *
   * @param radius above 0
   */
  public Certificate decide(Classifier model, float[] image, long index, double radius) {
    int candidate = select(model, image, index);
    double needed =
        NORMAL.cumulativeProbability(radius / noise.sigma()) * (1 + ROUNDING)
            + noise.error(image.length);
    Draws draws = estimate(model, image, index);
    double enough = -Math.log(alpha());
    boolean decided = needed >= 1;
    while (!decided && draws.drawn() < this.draws) {
      draws.draw(Math.min(LOOK, this.draws - draws.drawn()));
      decided = Binomial.logWealth(draws.hits(candidate), draws.drawn(), needed) > enough;
    }
    long hits = draws.hits(candidate);
    boolean certified = decided && needed < 1 && hits > needed * draws.drawn();
    return new Certificate(
        candidate, hits, draws.drawn(), certified ? needed : 0, certified, certified ? radius : 0);
  }

  private int select(Classifier model, float[] image, long index) {
    Draws draws = draws(model, image, index, "smoothing selects");
    draws.draw(selection);
    return draws.most();
  }

  private Draws estimate(Classifier model, float[] image, long index) {
    return draws(model, image, index, "smoothing estimates");
  }

  private Draws draws(Classifier model, float[] image, long index, String purpose) {
    return new Draws(model, noise, image, new RandomStream(seed, index, purpose, 0).spawn());
  }
}

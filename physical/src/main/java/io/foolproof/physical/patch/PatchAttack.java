package io.foolproof.physical.patch;

import io.foolproof.attack.Goal;
import io.foolproof.data.EightBit;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one patch for all images: gradient ascent on its pixels over images, places and views drawn
 * anew at every step.
 *
 * <p>Brown, Mané, Roy, Abadi, Gilmer: Adversarial patch, 2017, arXiv 1712.09665, equation 1, with
 * Adam (Kingma and Ba, 2014, arXiv 1412.6980) on pixels that are clipped to [0, 1]. Images that no
 * patch can turn dominate the logarithm of the target's probability; therefore the second half of
 * the steps climbs the mean of {@code sigmoid(-margin / temperature)}, a smooth count of images
 * that are fooled, at a temperature that falls from 4 to 2. The step falls to 0 along a cosine.
 *
 * @param side of the patch, in pixels
 * @param round whether it is a circle
 * @param target the class to reach; null for any wrong one
 * @param places where it is put
 * @param view how images with the patch on them are seen
 * @param looks what it costs a patch to look as no print can
 * @param steps of ascent
 * @param batch images a step
 * @param rate the first step of a pixel, in units of its range
 * @param seed of all random numbers
 */
public record PatchAttack(
    int side,
    boolean round,
    @Nullable Integer target,
    Places places,
    View view,
    Looks looks,
    int steps,
    int batch,
    double rate,
    long seed) {
  /** Steps up the cross-entropy, as a fraction of all; then come those up the smooth count. */
  private static final double CROSS_ENTROPY = 0.5;

  private static final double HOTTEST = 4;
  private static final double COLDEST = 2;

  /** Patches begin dark: most images are, and so most of a patch can stay as it is. */
  private static final float START = 0.1f;

  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.99;
  private static final double FLOOR = 1e-12;

  /** Checks the numbers. */
  public PatchAttack {
    if (side < 1 || steps < 1 || batch < 1 || !(rate > 0 && rate <= 1)) {
      throw new InvalidInputException(
          "a patch of side %d by %d steps of %d images and rate %s: give a side, steps and images of 1 or more, and a rate over 0 and at most 1"
              .formatted(side, steps, batch, rate));
    }
  }

  /** Three hundred steps of 48 images, at the usual places, seen as they are. */
  public static PatchAttack usual(int side, @Nullable Integer target, long seed) {
    return new PatchAttack(
        side, false, target, Places.USUAL, View.NONE, Looks.ANY, 300, 48, 0.1, seed);
  }

  /** The same for a patch of another side and target. */
  public PatchAttack of(int otherSide, @Nullable Integer otherTarget) {
    return new PatchAttack(
        otherSide, round, otherTarget, places, view, looks, steps, batch, rate, seed);
  }

  /** The same at one place. */
  PatchAttack at(Places.Spot spot) {
    Places there = new Places(places.degrees(), places.size(), spot);
    return new PatchAttack(side, round, target, there, view, looks, steps, batch, rate, seed);
  }

  /** The same in another number of steps. */
  PatchAttack with(int otherSteps) {
    return new PatchAttack(side, round, target, places, view, looks, otherSteps, batch, rate, seed);
  }

  /** All settings but the side and the target, in words. */
  public String settings() {
    return "%s %s view=%s steps=%d batch=%d rate=%s seed=%d%s"
        .formatted(
            round ? "round" : "square",
            places,
            view.settings(),
            steps,
            batch,
            rate,
            seed,
            looks.settings().replace(':', ' '));
  }

  /** What counts as fooled. */
  public Goal goal() {
    return target == null ? new Goal.Untargeted() : new Goal.Targeted(target);
  }

  /**
   * Makes the patch.
   *
   * @param images to learn from, with pixels in [0, 1]
   * @throws InvalidInputException as {@link #requireFits}
   */
  public Patch make(DifferentiableClassifier model, ImageSet images, Workers workers) {
    requireFits(model, images);
    int[] others = others(images);
    ImageShape shape = new ImageShape(images.channels(), side, side);
    float[] pixels = new float[shape.pixels()];
    Arrays.fill(pixels, START);
    double[] mean = new double[pixels.length];
    double[] square = new double[pixels.length];
    for (int step = 0; step < steps; step++) {
      double along = (double) step / steps;
      double temperature = temperature(along);
      double size = rate * (1 + Math.cos(Math.PI * along)) / 2;
      int[] chosen = chosen(others, step);
      double[] gradient = gradient(model, images, chosen, pixels, temperature, step, workers);
      double[] cost = new double[pixels.length];
      looks.addGradient(pixels, shape, cost);
      for (int j = 0; j < pixels.length; j++) {
        // The gradient is a sum over the batch; the cost is that of one image.
        double slope = gradient[j] - batch * cost[j];
        mean[j] = BETA_1 * mean[j] + (1 - BETA_1) * slope;
        square[j] = BETA_2 * square[j] + (1 - BETA_2) * slope * slope;
        double m = mean[j] / (1 - Math.pow(BETA_1, step + 1));
        double s = Math.sqrt(square[j] / (1 - Math.pow(BETA_2, step + 1)));
        double moved = pixels[j] + size * m / (s + FLOOR);
        pixels[j] = (float) Math.max(0, Math.min(1, moved));
      }
    }
    return new Patch(shape, EightBit.levels(pixels), round, target);
  }

  /** 0 while the cross-entropy is climbed. */
  private static double temperature(double along) {
    double late = (along - CROSS_ENTROPY) / (1 - CROSS_ENTROPY);
    return late < 0 ? 0 : HOTTEST * Math.pow(COLDEST / HOTTEST, late);
  }

  /**
   * Checks, before anything is made, that a patch can be.
   *
   * @throws InvalidInputException where it does not fit the images, the model has no such class, or
   *     there are no images of other classes than the target
   */
  public void requireFits(Classifier model, ImageSet images) {
    places.requireFits(images.height(), images.width(), side);
    looks.requireFits(images.channels());
    if (target != null && target >= model.classes()) {
      throw new InvalidInputException(
          "the target is class %d, and %s has %d classes: give one from 0 to %d"
              .formatted(target, model.name(), model.classes(), model.classes() - 1));
    }
    if (others(images).length == 0) {
      throw new InvalidInputException(
          "%s: all images (%d) are of the target, class %d: give images of other classes"
              .formatted(images.name(), images.size(), target));
    }
  }

  private int[] others(ImageSet images) {
    return IntStream.range(0, images.size())
        .filter(i -> target == null || images.label(i) != target)
        .toArray();
  }

  private int[] chosen(int[] others, int step) {
    RandomStream random = new RandomStream(seed, 0, "images of a patch", step);
    int[] chosen = new int[batch];
    for (int i = 0; i < batch; i++) {
      chosen[i] = others[random.nextInt(others.length)];
    }
    return chosen;
  }

  /** Of the sum over the batch, whatever the batch is cut into. */
  private double[] gradient(
      DifferentiableClassifier model,
      ImageSet images,
      int[] chosen,
      float[] pixels,
      double temperature,
      int step,
      Workers workers) {
    List<double[]> parts =
        workers.map(
            batch,
            Workers.MICRO_BATCH,
            (from, to) -> {
              int[] places = Arrays.copyOfRange(chosen, from, to);
              Tensor patch = Tensor.of(pixels, 1, images.channels(), side, side).variable();
              Tensor patched =
                  Patch.put(
                      patch,
                      round,
                      images.tensor(places),
                      placements(images, from, to, "places of a patch", step));
              Tensor seen = view.apply(patched, draw(from, to, step));
              Classifier own =
                  model.drawing(new RandomStream(seed, from, "model of a patch", step));
              Tensor logits = own.logits(PatchRates.inUnitsOf(model, seen));
              Tensor labels = PatchRates.labels(images, places);
              Tensor climbed =
                  temperature == 0
                      ? goal().crossEntropy(logits, labels)
                      : goal().margin(logits, labels).div(-temperature).sigmoid();
              return Gradients.of(climbed, patch).toDoubles();
            });
    double[] sum = new double[pixels.length];
    for (double[] part : parts) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += part[j];
      }
    }
    return sum;
  }

  private List<Placement> placements(ImageSet images, int from, int to, String purpose, int step) {
    List<Placement> drawn = new ArrayList<>();
    for (int i = from; i < to; i++) {
      RandomStream random = new RandomStream(seed, i, purpose, step);
      drawn.add(places.draw(random, images.height(), images.width(), side, round));
    }
    return drawn;
  }

  private Draw draw(int from, int to, int step) {
    return Draw.of(seed, IntStream.range(from, to).toArray(), "views of a patch", step);
  }
}

package io.foolproof.defense.detector;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the log-odds of the other classes against the predicted one move when noise is added, by the
 * deviations of clean images of that class: the largest over the other classes.
 *
 * <p>Roth, Kilcher, Hofmann: The odds are odd: a statistical test for detecting adversarial
 * examples, 2019, arXiv 1902.04818. They have a threshold for each pair of classes and several
 * kinds of noise; here it is one threshold and Gaussian noise. Its draws are the same for all
 * images, so that a score does not change from one time to the next; an attacker has draws of his
 * own.
 *
 * @param sigma of the noise, where the box of images is [0, 1]
 * @param draws of the noise, for one score
 */
@Named("odds")
public record Odds(@Positive double sigma, @AtLeast(2) int draws) implements Detector {
  private static final int MOST_IMAGES = 1_000;

  /** Its own class is no other class. */
  private static final double NEVER = -1e30;

  /** Checks the settings. */
  public Odds {
    Settings.check(Odds.class, sigma, draws);
  }

  /** 32 draws of 0.2. */
  public static Odds standard() {
    return new Odds(0.2, 32);
  }

  @Override
  public String summary() {
    return "how noise moves the log-odds of the other classes";
  }

  @Override
  public String source() {
    return "Roth, Kilcher, Hofmann 2019, arXiv 1902.04818, with one threshold and Gaussian noise";
  }

  @Override
  public Suspicion fit(DifferentiableClassifier model, ImageSet training, Workers workers) {
    ImageSet kept = training.sample(Math.min(MOST_IMAGES, training.size()), 0);
    float[][] noise = noise(model.input(), "odds");
    List<Moments[]> parts =
        workers.map(
            kept.size(),
            Workers.MICRO_BATCH,
            (from, to) -> {
              Tensor images =
                  kept.tensor(IntStream.range(from, to).toArray())
                      .reshape(model.input().batchShape(to - from));
              return moments(model, images, noise);
            });
    int classes = parts.get(0).length;
    double[][] means = new double[classes][classes];
    double[][] scales = new double[classes][classes];
    for (int predicted = 0; predicted < classes; predicted++) {
      Moments all = new Moments(classes);
      for (Moments[] part : parts) {
        all.add(part[predicted]);
      }
      for (int other = 0; other < classes; other++) {
        boolean own = other == predicted;
        means[predicted][other] = own ? 0 : all.mean(other);
        scales[predicted][other] = own ? 0 : 1 / all.deviation(other);
        // No image of this class, or noise that changes nothing: there is nothing to compare with.
        if (!Double.isFinite(scales[predicted][other])) {
          throw new InvalidInputException(
              "odds: of %d images of %s, those predicted to be %s do not tell how noise of %s moves"
                      .formatted(kept.size(), kept.name(), kept.classNames().get(predicted), sigma)
                  + " their logits: give more images of each class, or another odds:sigma=");
        }
      }
    }
    return new Scores(model, means, scales, noise, noise(model.input(), "odds as attacked"));
  }

  /** [draws][values]. */
  private float[][] noise(InputSpec input, String purpose) {
    float[][] noise = new float[draws][input.elements()];
    for (int draw = 0; draw < draws; draw++) {
      new RandomStream(0, draw, purpose, 0).fillGaussian(noise[draw], 0, noise[draw].length);
      for (int j = 0; j < noise[draw].length; j++) {
        noise[draw][j] *= (float) (sigma * (input.high() - input.low()));
      }
    }
    return noise;
  }

  /** Of images that are predicted to be of one class: moments of how far noise moves the odds. */
  private static final class Moments {
    private final double[] sums;
    private final double[] squares;
    private long count;

    Moments(int classes) {
      sums = new double[classes];
      squares = new double[classes];
    }

    void add(double[] moved) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += moved[c];
        squares[c] += moved[c] * moved[c];
      }
      count++;
    }

    void add(Moments other) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += other.sums[c];
        squares[c] += other.squares[c];
      }
      count += other.count;
    }

    double mean(int c) {
      return sums[c] / count;
    }

    double deviation(int c) {
      return Math.sqrt(Math.max(0, squares[c] / count - mean(c) * mean(c)));
    }
  }

  private static Moments[] moments(DifferentiableClassifier model, Tensor images, float[][] noise) {
    Tensor logits = model.logits(images).to(DType.FLOAT64);
    long[] predicted = logits.argmax(1).toLongs();
    int classes = Math.toIntExact(logits.size(1));
    Moments[] moments =
        IntStream.range(0, classes).mapToObj(c -> new Moments(classes)).toArray(Moments[]::new);
    for (float[] draw : noise) {
      try (Scope scope = Scope.open()) {
        double[] moved = noisy(model, images, draw).sub(logits).toDoubles();
        for (int i = 0; i < predicted.length; i++) {
          int own = (int) predicted[i];
          double[] odds = Arrays.copyOfRange(moved, i * classes, (i + 1) * classes);
          double ofOwn = odds[own];
          for (int c = 0; c < classes; c++) {
            odds[c] -= ofOwn;
          }
          moments[own].add(odds);
        }
      }
    }
    return moments;
  }

  private static Tensor noisy(DifferentiableClassifier model, Tensor images, float[] draw) {
    long[] shape = images.shape();
    shape[0] = 1;
    return model.logits(images.add(Tensor.of(draw, shape))).to(DType.FLOAT64);
  }

  /** Scores by one set of draws; attackers have another. */
  private record Scores(
      DifferentiableClassifier model,
      double[][] means,
      double[][] scales,
      float[][] noise,
      float[][] noiseOfAttackers)
      implements Suspicion {

    @Override
    public Suspicion asAttacked() {
      return new Scores(model, means, scales, noiseOfAttackers, noiseOfAttackers);
    }

    @Override
    public Tensor scores(Tensor images, Tensor logits) {
      Tensor clean = logits.to(DType.FLOAT64);
      Tensor predicted = clean.detach().argmax(1);
      List<Tensor> draws = new ArrayList<>();
      for (float[] draw : noise) {
        draws.add(noisy(model, images, draw));
      }
      Tensor moved = Tensor.stack(draws, 0).mean(false, 0).sub(clean);
      Tensor odds = moved.sub(moved.gather(1, predicted.unsqueeze(1)));
      Tensor centred = odds.sub(Matrices.of(means).indexSelect(0, predicted));
      Tensor deviations = centred.mul(Matrices.of(scales).indexSelect(0, predicted));
      return deviations.add(Matrices.of(barred()).indexSelect(0, predicted)).max(false, 1);
    }

    private double[][] barred() {
      double[][] barred = new double[means.length][means.length];
      for (int c = 0; c < barred.length; c++) {
        barred[c][c] = NEVER;
      }
      return barred;
    }
  }
}

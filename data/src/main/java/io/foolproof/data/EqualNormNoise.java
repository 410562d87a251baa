package io.foolproof.data;

import io.foolproof.tensor.RandomStream;
import java.util.Optional;

/**
 * The control beside an adversarial image: Gaussian noise on the same clean image, clipped to [0,
 * 1] and as long, in the Euclidean norm, once it is clipped. Any change may lead away from a hull;
 * only a change of equal length tells whether the adversarial one does so more than others.
 *
 * <p>Clipping shortens noise, so its strength is searched for: the length of the clipped noise
 * grows with its strength, which bisection finds. Images of 8-bit levels get noise of whole levels
 * whose sum of squares is exactly that of the adversarial change: what bisection leaves missing is
 * made up by single levels, {@code (k + 1)^2 - k^2 = 2 k + 1} at a time. For others the lengths
 * agree as far as 32-bit pixels allow.
 */
public final class EqualNormNoise {
  /** Draws before it is given up; a draw fails where clipping leaves too little room. */
  private static final int TRIES = 20;

  /** Beyond this strength every pixel with noise is at the edge of the box. */
  private static final double STRONGEST = 1e9;

  private static final int BISECTIONS = 80;

  private final float[] clean;
  private final double[] noise;

  private EqualNormNoise(float[] clean, RandomStream random) {
    this.clean = clean;
    this.noise = new double[clean.length];
    for (int j = 0; j < noise.length; j++) {
      noise[j] = random.nextGaussian();
    }
  }

  /**
   * A noisy image as far from the clean one as the changed one is.
   *
   * @param eightBit whether both are of 8-bit levels, as the result then is too
   * @param index the sample's index in its data set, which names its random numbers
   * @return empty where no draw of noise can be so long inside the box
   */
  public static Optional<float[]> of(
      float[] clean, float[] changed, boolean eightBit, long seed, long index) {
    for (int draw = 0; draw < TRIES; draw++) {
      RandomStream random = new RandomStream(seed, index, "equal-norm noise", draw);
      EqualNormNoise noise = new EqualNormNoise(clean, random);
      Optional<float[]> image = eightBit ? noise.levels(changed) : noise.reals(changed);
      if (image.isPresent()) {
        return image;
      }
    }
    return Optional.empty();
  }

  // ---- 8-bit levels

  private Optional<float[]> levels(float[] changed) {
    int[] from = EightBit.levels(clean);
    long wanted = squares(from, EightBit.levels(changed));
    double weak = 0;
    double strong = 1;
    while (squares(from, levels(from, strong)) < wanted) {
      weak = strong;
      strong *= 2;
      if (strong > STRONGEST) {
        return Optional.empty();
      }
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (weak + strong) / 2;
      if (squares(from, levels(from, middle)) <= wanted) {
        weak = middle;
      } else {
        strong = middle;
      }
    }
    int[] noisy = levels(from, weak);
    return lengthened(from, noisy, wanted - squares(from, noisy))
        ? Optional.of(EightBit.pixels(noisy))
        : Optional.empty();
  }

  private int[] levels(int[] from, double strength) {
    int[] levels = new int[from.length];
    for (int j = 0; j < levels.length; j++) {
      double level = from[j] + strength * noise[j];
      levels[j] = (int) Math.rint(Math.max(0, Math.min(EightBit.HIGHEST, level)));
    }
    return levels;
  }

  /** Moves pixels on by single levels until the sum of squares has grown by what is missing. */
  private boolean lengthened(int[] from, int[] noisy, long missing) {
    long left = missing;
    while (left > 0) {
      int best = -1;
      int most = 0;
      for (int j = 0; j < noisy.length; j++) {
        int growth = 2 * Math.abs(noisy[j] - from[j]) + 1;
        int next = noisy[j] + direction(from, noisy, j);
        if (growth > most && growth <= left && next >= 0 && next <= EightBit.HIGHEST) {
          best = j;
          most = growth;
        }
      }
      if (best < 0) {
        return false;
      }
      noisy[best] += direction(from, noisy, best);
      left -= most;
    }
    return true;
  }

  /** Away from the clean level; where the pixel has not moved, to where there is room. */
  private int direction(int[] from, int[] noisy, int j) {
    if (noisy[j] != from[j]) {
      return noisy[j] > from[j] ? 1 : -1;
    }
    boolean up = noise[j] > 0 ? from[j] < EightBit.HIGHEST : from[j] == 0;
    return up ? 1 : -1;
  }

  private static long squares(int[] from, int[] to) {
    long sum = 0;
    for (int j = 0; j < from.length; j++) {
      long change = (long) to[j] - from[j];
      sum += change * change;
    }
    return sum;
  }

  // ---- Real numbers

  private Optional<float[]> reals(float[] changed) {
    double wanted = squares(clean, changed);
    double weak = 0;
    double strong = 1;
    while (squares(clean, reals(strong)) < wanted) {
      weak = strong;
      strong *= 2;
      if (strong > STRONGEST) {
        return Optional.empty();
      }
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (weak + strong) / 2;
      if (squares(clean, reals(middle)) <= wanted) {
        weak = middle;
      } else {
        strong = middle;
      }
    }
    return Optional.of(reals(weak));
  }

  private float[] reals(double strength) {
    float[] pixels = new float[clean.length];
    for (int j = 0; j < pixels.length; j++) {
      pixels[j] = (float) Math.max(0, Math.min(1, clean[j] + strength * noise[j]));
    }
    return pixels;
  }

  private static double squares(float[] from, float[] to) {
    double sum = 0;
    for (int j = 0; j < from.length; j++) {
      double change = (double) to[j] - from[j];
      sum += change * change;
    }
    return sum;
  }
}

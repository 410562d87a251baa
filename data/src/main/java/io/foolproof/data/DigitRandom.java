package io.foolproof.data;

/**
 * The random stream of one generated digit.
 *
 * <p>SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014),
 * written out here rather than taken from the Java library, whose derived draws (Gaussians above
 * all) may change between releases. Together with {@link StrictMath} this makes every digit the
 * same on every platform and in every release.
 */
final class DigitRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** The stream that belongs to a seed, a set and a place in the set, and to nothing else. */
  DigitRandom(long seed, long set, long place) {
    state = mix(mix(mix(seed + GOLDEN_GAMMA) + set) + place);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [low, high). */
  double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in 0 to {@code bound - 1}; the bias of at most bound / 2^53 does not matter here. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  /** Normal with mean 0 and standard deviation 1 (Box and Muller, 1958). */
  double gaussian() {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }

  private long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

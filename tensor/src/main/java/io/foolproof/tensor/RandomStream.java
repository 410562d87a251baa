package io.foolproof.tensor;

import java.nio.charset.StandardCharsets;
import java.util.function.IntUnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.core.source64.Philox4x64;
import org.apache.commons.rng.core.source64.XoShiRo256PlusPlus;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Random numbers that belong to one sample: the stream is named by (seed, sample, purpose,
 * restart), so that a sample draws the same numbers in whatever batch, on whatever thread, in
 * whatever order it is worked on.
 *
 * <p>Philox 4x64 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011) is
 * made for this: its 128-bit key and 256-bit counter name the stream, and streams with different
 * names cannot overlap. Key: the seed and a hash of the purpose; counter: sample and restart in its
 * upper words, so that each stream has 2^128 blocks of its own.
 */
public final class RandomStream {
  private final UniformRandomProvider source;
  private final ZigguratSampler.NormalizedGaussian gaussian;

  /**
   * @param seed the run's seed
   * @param sample the sample's index in its data set
   * @param purpose what the numbers are for, such as the name of an attack
   * @param restart which try, from 0
   */
  public RandomStream(long seed, long sample, String purpose, int restart) {
    this(new Philox4x64(new long[] {seed, hash(purpose), 0, 0, sample, restart & 0xffffffffL}));
  }

  private RandomStream(UniformRandomProvider source) {
    this.source = source;
    this.gaussian = ZigguratSampler.NormalizedGaussian.of(source);
  }

  /**
   * A stream that begins with the next 256 bits of this one and goes on by itself, at an eighth of
   * the cost of a number: for searches that draw as many numbers as an image has for every query
   * that they ask.
   *
   * <p>xoshiro256++ (Blackman, Vigna: Scrambled linear pseudorandom number generators, 2018, arXiv
   * 1805.01407). Its cycle of 2^256 numbers is so long that no two streams from different places
   * will ever meet.
   */
  public RandomStream spawn() {
    return new RandomStream(
        new XoShiRo256PlusPlus(
            source.nextLong(), source.nextLong(), source.nextLong(), source.nextLong()));
  }

  /** Where its numbers come from, for samplers of this package. */
  UniformRandomProvider source() {
    return source;
  }

  /** A float in [0, 1). */
  public float nextFloat() {
    return source.nextFloat();
  }

  /** A double in [0, 1). */
  public double nextDouble() {
    return source.nextDouble();
  }

  /** An integer in [0, bound). */
  public int nextInt(int bound) {
    return source.nextInt(bound);
  }

  /** A 64-bit integer. */
  public long nextLong() {
    return source.nextLong();
  }

  /** A standard normal number. */
  public double nextGaussian() {
    return gaussian.sample();
  }

  /** Puts numbers into a random order, every order as likely, and returns the same array. */
  public int[] shuffle(int[] order) {
    return shuffle(order, this::nextInt);
  }

  /**
   * As {@link #shuffle(int[])}, with random numbers from elsewhere: Fisher and Yates, 1938.
   *
   * @param below a random integer from 0 on, below a bound
   */
  public static int[] shuffle(int[] order, IntUnaryOperator below) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = below.applyAsInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** Fills a range with numbers drawn uniformly from [low, high). */
  public void fillUniform(float[] target, int from, int to, float low, float high) {
    for (int i = from; i < to; i++) {
      target[i] = low + (high - low) * source.nextFloat();
    }
  }

  /** Fills a range with standard normal numbers. */
  public void fillGaussian(float[] target, int from, int to) {
    for (int i = from; i < to; i++) {
      target[i] = (float) gaussian.sample();
    }
  }

  /** FNV-1a, 64 bits: a fixed function of the text on every JVM, unlike hash codes in general. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}

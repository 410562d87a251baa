package io.foolproof.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.RandomStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EqualNormNoiseTest {
  private static final int PIXELS = 200;

  /** Half background, as digits have it: there, noise can only go up. */
  private static float[] clean(int sample) {
    int[] levels = new int[PIXELS];
    RandomStream random = new RandomStream(1, sample, "clean", 0);
    for (int j = PIXELS / 2; j < PIXELS; j++) {
      levels[j] = random.nextInt(256);
    }
    return EightBit.pixels(levels);
  }

  private static float[] changed(float[] clean, int sample) {
    float[] changed = clean.clone();
    RandomStream random = new RandomStream(2, sample, "changed", 0);
    for (int j = 0; j < PIXELS; j++) {
      float moved = changed[j] + (random.nextFloat() < 0.5 ? -0.2f : 0.2f);
      changed[j] = Math.min(1, Math.max(0, moved));
    }
    return changed;
  }

  @Test
  void levelsHaveExactlyTheSameNormAndStayInTheBox() {
    for (int sample = 0; sample < 50; sample++) {
      float[] clean = clean(sample);
      float[] changed = EightBit.rounded(clean, changed(clean, sample), 1).get(0);
      float[] noisy = EqualNormNoise.of(clean, changed, true, 3, sample).orElseThrow();
      assertThat(squares(clean, noisy)).isEqualTo(squares(clean, changed)).isPositive();
      assertThat(noisy).isNotEqualTo(changed);
      for (int level : EightBit.levels(noisy)) {
        assertThat(level).isBetween(0, 255);
      }
    }
  }

  private static long squares(float[] from, float[] to) {
    int[] a = EightBit.levels(from);
    int[] b = EightBit.levels(to);
    long sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (long) (a[j] - b[j]) * (a[j] - b[j]);
    }
    return sum;
  }

  private static double length(float[] from, float[] to) {
    double sum = 0;
    for (int j = 0; j < from.length; j++) {
      double change = (double) to[j] - from[j];
      sum += change * change;
    }
    return Math.sqrt(sum);
  }

  @Test
  void realNumbersHaveTheSameNormUpToTheirRounding() {
    for (int sample = 0; sample < 50; sample++) {
      float[] clean = clean(sample);
      float[] changed = changed(clean, sample);
      float[] noisy = EqualNormNoise.of(clean, changed, false, 3, sample).orElseThrow();
      double wanted = length(clean, changed);
      assertThat(length(clean, noisy)).isCloseTo(wanted, within(1e-6 * wanted));
      for (float value : noisy) {
        assertThat(value).isBetween(0f, 1f);
      }
    }
  }

  @Test
  void noiseDependsOnSeedAndSampleAlone() {
    float[] clean = clean(0);
    float[] changed = EightBit.rounded(clean, changed(clean, 0), 1).get(0);
    float[] noisy = EqualNormNoise.of(clean, changed, true, 3, 7).orElseThrow();
    assertThat(EqualNormNoise.of(clean, changed, true, 3, 7)).hasValue(noisy);
    assertThat(EqualNormNoise.of(clean, changed, true, 4, 7).orElseThrow()).isNotEqualTo(noisy);
    assertThat(EqualNormNoise.of(clean, changed, true, 3, 8).orElseThrow()).isNotEqualTo(noisy);
  }

  @Test
  void aChangeThatFillsTheBoxHasNoOtherOfItsLength() {
    // From grey to one corner of the box is as far as it goes; only full noise gets there.
    float[] black = new float[PIXELS];
    float[] white = EightBit.pixels(IntStream.generate(() -> 255).limit(PIXELS).toArray());
    assertThat(EqualNormNoise.of(black, white, true, 0, 0)).isEmpty();
    assertThat(EqualNormNoise.of(black, white, false, 0, 0)).isEmpty();
  }

  @Test
  void roundedImagesAreAtMostALevelOffAndWithinTheLimit() {
    double most = 50.5 / 255;
    for (int sample = 0; sample < 20; sample++) {
      float[] clean = clean(sample);
      float[] changed = changed(clean, sample);
      for (float[] rounded : EightBit.rounded(clean, changed, most)) {
        for (int j = 0; j < PIXELS; j++) {
          double change = Math.abs((double) rounded[j] - clean[j]);
          assertThat(change).isLessThanOrEqualTo(most);
          assertThat(Math.abs((double) rounded[j] - changed[j])).isLessThan(1.001 / 255);
        }
      }
    }
  }

  @Test
  void changesAreRoundedToTheNearestLevelUpAndDown() {
    float[] clean = EightBit.pixels(new int[] {100, 100, 100});
    float[] changed = {103.6f / 255, 98.7f / 255, 100f / 255};
    assertThat(EightBit.rounded(clean, changed, 1).stream().map(EightBit::levels))
        .containsExactly(
            new int[] {104, 99, 100}, new int[] {104, 98, 100}, new int[] {103, 99, 100});
  }
}

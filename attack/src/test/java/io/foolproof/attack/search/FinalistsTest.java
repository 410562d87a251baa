package io.foolproof.attack.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FinalistsTest {
  private static final RandomStream STREAM = new RandomStream(3, 0, "finalists", 0);

  /** The probability of being fooled is a point's only value. */
  private static double[] margins(int[] samples, float[][] points) {
    double[] margins = new double[points.length];
    for (int row = 0; row < margins.length; row++) {
      margins[row] = STREAM.nextDouble() < points[row][0] ? -1 : 1;
    }
    return margins;
  }

  /** The best of many noisy values is not the best point. */
  @Test
  void freshDrawsChooseNotTheLuckyOne() {
    Finalists finalists = new Finalists(2);
    finalists.offer(0, new float[] {0.2f}, -5);
    finalists.offer(0, new float[] {0.9f}, -0.1);
    finalists.offer(0, new float[] {0.5f}, -3);
    Finalists.Judged judged =
        Objects.requireNonNull(finalists.judged(i -> i == 0, FinalistsTest::margins)[0]);
    assertThat(judged.point()).containsExactly(0.9f);
    assertThat(judged.margin()).isNegative();
    assertThat(judged.fooled()).isBetween(25, 40);
    assertThat(finalists.judged(i -> i == 1, FinalistsTest::margins)[1]).isNull();
  }

  @Test
  void aFewWithTheLowestMarginsAreKeptEachOnce() {
    Finalists finalists = new Finalists(1);
    for (int i = 0; i < 20; i++) {
      finalists.offer(0, new float[] {i % 10}, -(i % 10));
    }
    assertThat(finalists.wouldTake(0, -5)).isFalse();
    assertThat(finalists.wouldTake(0, -5.5)).isTrue();
    List<Float> evaluated = new ArrayList<>();
    finalists.judged(
        i -> true,
        (samples, points) -> {
          evaluated.clear();
          for (float[] point : points) {
            evaluated.add(point[0]);
          }
          return new double[points.length];
        });
    assertThat(evaluated).containsExactly(9f, 8f, 7f, 6f, 5f);
    assertThat(finalists.evaluations(0)).isEqualTo(5 * 40);
  }
}

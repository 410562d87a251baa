package io.foolproof.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RandomStreamTest {

  @Test
  void aNameGivesTheSameNumbersAgain() {
    assertThat(draw(new RandomStream(7, 3, "pgd", 1)))
        .isEqualTo(draw(new RandomStream(7, 3, "pgd", 1)));
  }

  @Test
  void everyPartOfTheNameMatters() {
    Set<Long> first = new HashSet<>();
    int names = 0;
    for (long seed : new long[] {0, 1, -1}) {
      for (long sample = 0; sample < 50; sample++) {
        for (String purpose : new String[] {"pgd", "apgd"}) {
          for (int restart = 0; restart < 5; restart++) {
            first.add(new RandomStream(seed, sample, purpose, restart).nextLong());
            names++;
          }
        }
      }
    }
    assertThat(first).hasSize(names);
  }

  @Test
  void neighbouringStreamsAreNotCorrelated() {
    double sum = 0;
    int n = 20_000;
    RandomStream a = new RandomStream(1, 10, "noise", 0);
    RandomStream b = new RandomStream(1, 11, "noise", 0);
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double x = a.nextGaussian();
      sum += x * b.nextGaussian();
      squares += x * x;
    }
    assertThat(sum / n).isCloseTo(0, Offset.offset(0.03));
    assertThat(squares / n).isCloseTo(1, Offset.offset(0.05));
  }

  @Test
  void whatAStreamSpawnsIsItsOwn() {
    RandomStream parent = new RandomStream(7, 3, "boundary", 0);
    float[] first = draw(parent.spawn());
    float[] second = draw(parent.spawn());
    float[] rest = draw(parent);
    assertThat(first).isNotEqualTo(second);
    assertThat(rest).isNotEqualTo(first).isNotEqualTo(second);
    // However much a child draws, the next one is the same.
    RandomStream again = new RandomStream(7, 3, "boundary", 0);
    RandomStream child = again.spawn();
    assertThat(draw(child)).isEqualTo(first);
    child.nextGaussian();
    assertThat(draw(again.spawn())).isEqualTo(second);
    assertThat(draw(again)).isEqualTo(rest);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 20_000; i++) {
      double x = child.nextGaussian();
      sum += x * parent.nextGaussian();
      squares += x * x;
    }
    assertThat(sum / 20_000).isCloseTo(0, Offset.offset(0.03));
    assertThat(squares / 20_000).isCloseTo(1, Offset.offset(0.05));
  }

  private static float[] draw(RandomStream stream) {
    float[] values = new float[100];
    stream.fillUniform(values, 0, 50, -1, 1);
    stream.fillGaussian(values, 50, 100);
    return values;
  }
}

package io.foolproof.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.figure.Figures;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final List<Figure<?>> ALL = Figures.all();

  @Test
  void aMachineThatTakesTwiceAsLongWillGoOnToDoSo() {
    TimeLeft time = new TimeLeft(Extent.QUICK);
    List<Figure<?>> rest = ALL.subList(8, 20);
    Duration usual = time.of(rest);
    assertThat(time.of(ALL)).isGreaterThan(usual).isBetween(seconds(200), seconds(300));
    assertThat(new TimeLeft(Extent.FULL).of(ALL)).isGreaterThan(Duration.ofHours(3));
    // Figures that take no time tell nothing.
    time.took(ALL.get(0), 5);
    assertThat(time.of(rest)).isEqualTo(usual);
    time.took(ALL.get(4), 2 * time.of(ALL.subList(4, 5)).toMillis() / 1000.0);
    assertThat(time.of(rest)).isEqualTo(usual.multipliedBy(2));
    assertThat(time.of(List.of())).isZero();
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}

package io.foolproof.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.1 | 0 0.02 0.04 0.06 0.08 0.1",
        "0.3 | 0 0.1 0.2 0.3",
        "0.03137254901960784 | 0 0.01 0.02 0.03",
        "4.377 | 0 1 2 3 4",
        "2 | 0 0.5 1 1.5 2",
        "784 | 0 200 400 600",
        "1e-9 | 0 0.0000000002 0.0000000004 0.0000000006 0.0000000008 0.000000001",
        "0.15000000000000002 | 0 0.05 0.1 0.15"
      })
  void linearTicksAreRoundAndInsideTheAxis(double high, String labels) {
    Axis axis = Axis.linear("epsilon", high);
    assertThat(labels(axis)).isEqualTo(Arrays.asList(labels.split(" ")));
    assertThat(axis.ticks()).allMatch(tick -> tick.value() <= high * (1 + 1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0 1",
    "3, 0 1 2 3",
    "7, 0 2 4 6",
    "15, 0 5 10 15",
    "4200, '0 1,000 2,000 3,000 4,000'"
  })
  void countsAreWholeNumbers(int high, String labels) {
    assertThat(labels(Axis.count("queries", high))).isEqualTo(Arrays.asList(labels.split(" ")));
  }

  @Test
  void fractionsAreInPerCent() {
    assertThat(labels(Axis.percent("accuracy")))
        .containsExactly("0 %", "20 %", "40 %", "60 %", "80 %", "100 %");
  }

  @Test
  void logarithmicTicksArePowersOfTheBase() {
    assertThat(labels(Axis.powersOfTwo("dimensions", 2, 784)))
        .containsExactly("2", "8", "32", "128", "512");
    assertThat(labels(Axis.powersOfTen("error", 0.01, 1e7)))
        .containsExactly("10⁻²", "10⁰", "10²", "10⁴", "10⁶");
    assertThat(labels(Axis.powersOfTen("error", 0.1, 100)))
        .containsExactly("10⁻¹", "10⁰", "10¹", "10²");
  }

  @Test
  void valuesLieBetweenTheEnds() {
    Axis linear = Axis.linear("epsilon", 4);
    assertThat(linear.fraction(1)).isEqualTo(0.25);
    assertThat(linear.fraction(5)).isEqualTo(1);
    Axis logarithmic = Axis.powersOfTwo("dimensions", 2, 32);
    assertThat(logarithmic.fraction(8)).isCloseTo(0.5, within(1e-12));
    assertThat(logarithmic.fraction(1)).isZero();
  }

  @Test
  void anAxisWithoutLengthIsRefused() {
    for (double high : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Axis.linear("epsilon", high))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("length " + high);
    }
    assertThatThrownBy(() -> Axis.powersOfTwo("dimensions", 0, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dimensions: from 0.0 to 4.0");
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::label).toList();
  }
}

package io.foolproof.report.study;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundedTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0           | 0
          0.05859     | 0.0586
          2.618       | 2.62
          46.26       | 46.3
          1120202.3   | 1,120,202
          17680548e6  | 1.77 × 10¹³
          -17680548e6 | -1.77 × 10¹³
          NaN         | unknown
          Infinity    | infinite
          """)
  void numbersAreAsASentenceTakesThem(double value, String expected) {
    assertThat(Rounded.of(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0      | 0
          0.01   | 0.01
          100    | 100
          100000 | 10⁵
          0.0001 | 10⁻⁴
          2000   | 2,000
          """)
  void labelsOfWeightsAreShort(double weight, String expected) {
    assertThat(Axes.label(weight)).isEqualTo(expected);
  }
}

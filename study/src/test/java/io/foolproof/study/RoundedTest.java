package io.foolproof.study;

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
          999.9       | 1000
          1120202.3   | 1,120,202
          17680548e6  | 1.77 x 10^13
          -17680548e6 | -1.77 x 10^13
          1e9         | 1 x 10^9
          9.999e-9    | 1 x 10^-8
          NaN         | unknown
          Infinity    | infinite
          """)
  void numbersAreAsASentenceTakesThem(double value, String expected) {
    assertThat(Rounded.of(value)).isEqualTo(expected);
  }
}

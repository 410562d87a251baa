package io.foolproof.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxesTest {

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

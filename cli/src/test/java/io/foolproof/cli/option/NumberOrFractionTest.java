package io.foolproof.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class NumberOrFractionTest {
  private final NumberOrFraction reader = new NumberOrFraction();

  @Test
  void decimalsAndFractionsAreRead() {
    assertThat(reader.convert("0.3")).isEqualTo(0.3);
    assertThat(reader.convert("8/255")).isEqualTo(8 / 255.0);
    assertThat(reader.convert("0.5 / 2")).isEqualTo(0.25);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "", "/", "8/", "/255", "1/2/3", "0,3"})
  void whatIsNoNumberIsRefused(String text) {
    assertThatThrownBy(() -> reader.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "' is not a number; give one such as 0.1 or 8/255");
  }
}

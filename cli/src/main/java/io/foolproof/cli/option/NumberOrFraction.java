package io.foolproof.cli.option;

import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 0.3, and 8/255 as papers have it, which no decimal says exactly. */
public final class NumberOrFraction implements ITypeConverter<Double> {

  @Override
  public Double convert(String text) {
    try {
      return Stream.of(text.split("/", 2))
          .map(Double::valueOf)
          .reduce((above, below) -> above / below)
          .orElseThrow();
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a number; give one such as 0.1 or 8/255");
    }
  }
}

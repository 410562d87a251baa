package io.foolproof.cli.option;

import io.foolproof.attack.ThreatModel;
import io.foolproof.tensor.InvalidInputException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 0.3, and 8/255 as papers have it, which no decimal says exactly. */
public final class NumberOrFraction implements ITypeConverter<Double> {

  @Override
  public Double convert(String text) {
    try {
      return ThreatModel.epsilon(text);
    } catch (InvalidInputException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

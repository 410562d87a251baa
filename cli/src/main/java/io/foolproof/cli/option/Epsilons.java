package io.foolproof.cli.option;

import io.foolproof.attack.FeatureEpsilon;
import io.foolproof.data.Table;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --epsilon} says: a number; for tables also a number for each feature, or for some by
 * their names.
 *
 * @param numbers without a name, in their order
 * @param named by feature
 */
record Epsilons(List<Double> numbers, Map<String, Double> named) {

  /** The one number for images. */
  double ofImages() {
    if (numbers.size() != 1 || !named.isEmpty()) {
      throw new InvalidInputException(
          "--epsilon has %d numbers, but for images it is one number, such as 0.1 or 8/255"
              .formatted(numbers.size() + named.size()));
    }
    return numbers.get(0);
  }

  /** For the features of a table. */
  FeatureEpsilon of(Table table, boolean inUnits) {
    if (numbers.size() > 1 && !named.isEmpty()) {
      throw new InvalidInputException(
          "--epsilon has %d numbers without a name and some with: give one number for each feature, or one for all that are not named"
              .formatted(numbers.size()));
    }
    return numbers.size() > 1
        ? FeatureEpsilon.ofEach(table.features(), numbers, inUnits)
        : new FeatureEpsilon(numbers.isEmpty() ? null : numbers.get(0), named, inUnits);
  }

  /** Reads 0.1, 8/255, 0.1,0.2,0.1 and 0.1,age=5. */
  static final class Converter implements ITypeConverter<Epsilons> {
    private static final NumberOrFraction NUMBER = new NumberOrFraction();

    @Override
    public Epsilons convert(String text) {
      List<Double> numbers = new ArrayList<>();
      Map<String, Double> named = new LinkedHashMap<>();
      for (String part : text.split(",", -1)) {
        int equals = part.lastIndexOf('=');
        if (equals < 0) {
          numbers.add(NUMBER.convert(part.strip()));
        } else if (named.put(
                part.substring(0, equals).strip(),
                NUMBER.convert(part.substring(equals + 1).strip()))
            != null) {
          throw new TypeConversionException(
              "'" + part.substring(0, equals) + "' has two epsilons; give one");
        }
      }
      return new Epsilons(numbers, named);
    }
  }
}

package io.foolproof.attack;

import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far each feature of a table may change.
 *
 * @param usual of all features that are not named; null where all are named
 * @param named of some features
 * @param inUnits whether these are in each feature's own unit, and not fractions of its range, from
 *     one end of its box to the other
 */
public record FeatureEpsilon(@Nullable Double usual, Map<String, Double> named, boolean inUnits) {

  /** Checks the numbers. */
  public FeatureEpsilon {
    named = new TreeMap<>(named);
    if (usual != null) {
      NormBounded.requireEpsilon(usual);
    }
    named.values().forEach(NormBounded::requireEpsilon);
  }

  /** The same fraction of every feature's range; for L0 a number of features. */
  public static FeatureEpsilon of(double epsilon) {
    return new FeatureEpsilon(epsilon, Map.of(), false);
  }

  /** One number for all features, in whatever unit the threat model measures. */
  boolean isOneNumber() {
    return named.isEmpty() && !inUnits;
  }

  /**
   * The epsilon of a feature.
   *
   * @throws InvalidInputException where nobody said
   */
  double of(String feature) {
    Double own = named.get(feature);
    Double epsilon = own == null ? usual : own;
    if (epsilon == null) {
      throw new InvalidInputException(
          "the feature '%s' has no epsilon: give one for each feature, or one for all others"
              .formatted(feature));
    }
    return epsilon;
  }

  /**
   * One epsilon for each feature, in their order.
   *
   * @throws InvalidInputException when there are more or fewer than features
   */
  public static FeatureEpsilon ofEach(
      List<String> features, List<Double> epsilons, boolean inUnits) {
    if (features.size() != epsilons.size()) {
      throw new InvalidInputException(
          "%d epsilons for %d features: give one for each, in the order of the columns, or one for all"
              .formatted(epsilons.size(), features.size()));
    }
    Map<String, Double> named = new TreeMap<>();
    for (int j = 0; j < features.size(); j++) {
      named.put(features.get(j), epsilons.get(j));
    }
    return new FeatureEpsilon(null, named, inUnits);
  }
}

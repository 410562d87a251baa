package io.foolproof.attack;

import io.foolproof.data.FeatureBox;
import java.util.List;

/**
 * What an attacker may do to a row of a table.
 *
 * @param box between which values each feature stays
 * @param epsilon how far each may change
 * @param frozen features that may not change
 * @param integers features whose values are whole numbers
 * @param oneHot groups of features of which exactly one is 1 and the others are 0: a category
 */
public record FeatureRules(
    FeatureBox box,
    FeatureEpsilon epsilon,
    List<String> frozen,
    List<String> integers,
    List<List<String>> oneHot) {

  /** Takes copies of the lists. */
  public FeatureRules {
    frozen = List.copyOf(frozen);
    integers = List.copyOf(integers);
    oneHot = oneHot.stream().map(List::copyOf).toList();
  }

  /** Every feature may take any value of its box within epsilon. */
  public static FeatureRules of(FeatureBox box, FeatureEpsilon epsilon) {
    return new FeatureRules(box, epsilon, List.of(), List.of(), List.of());
  }
}

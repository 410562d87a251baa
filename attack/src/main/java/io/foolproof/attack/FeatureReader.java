package io.foolproof.attack;

import io.foolproof.data.Table;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes {@link Features} of a table and rules, and refuses rules that do not fit it. */
final class FeatureReader {
  /**
   * Coordinates have 24 bits: with a smaller epsilon, as a fraction of the range, too few points
   * are within it to search among.
   */
  private static final double SMALLEST = 1e-6;

  private final Table table;
  private final FeatureRules rules;
  private final List<String> names;

  /** For each feature the number of its group; -1 where it has none. */
  private final int[] groupOf;

  FeatureReader(Table table, FeatureRules rules) {
    this.table = table;
    this.rules = rules;
    this.names = table.features();
    this.groupOf = new int[names.size()];
    rules.box().requireInside(table);
    rules.frozen().forEach(name -> place(name, "frozen"));
    rules.integers().forEach(name -> place(name, "an integer"));
    rules.epsilon().named().keySet().forEach(name -> place(name, "given an epsilon"));
  }

  Features features() {
    List<int[]> groups = groups();
    List<Feature> features = new ArrayList<>();
    for (int j = 0; j < names.size(); j++) {
      features.add(feature(j));
    }
    boolean one = rules.epsilon().isOneNumber();
    Double usual = rules.epsilon().usual();
    return new Features(
        features,
        groups,
        one && usual != null ? usual : 1,
        one ? Features.Measure.FRACTION_OF_RANGE : Features.Measure.MULTIPLE_OF_EPSILON,
        rules.box().fromData());
  }

  private int place(String name, String what) {
    int place = names.indexOf(name);
    if (place < 0) {
      throw new InvalidInputException(
          "%s: there is no feature '%s' that could be %s%s; its features are %s"
              .formatted(
                  table.name(), name, what, Suggestion.of(name, names), String.join(", ", names)));
    }
    return place;
  }

  // ---- Groups

  private List<int[]> groups() {
    Arrays.fill(groupOf, -1);
    List<int[]> groups = new ArrayList<>();
    for (List<String> group : rules.oneHot()) {
      int[] places = group.stream().mapToInt(name -> place(name, "a category")).toArray();
      requireGroup(group, places, groups.size());
      groups.add(places);
    }
    return groups;
  }

  private void requireGroup(List<String> group, int[] places, int number) {
    if (places.length < 2) {
      throw new InvalidInputException(
          "the one-hot group %s has one feature: give all features of which exactly one is 1"
              .formatted(group));
    }
    for (int j : places) {
      if (groupOf[j] >= 0) {
        throw new InvalidInputException(
            "the feature '%s' is named in one-hot groups twice: give it once"
                .formatted(names.get(j)));
      }
      groupOf[j] = number;
    }
    for (int i = 0; i < table.size(); i++) {
      int ones = 0;
      boolean others = false;
      List<String> values = new ArrayList<>();
      for (int j : places) {
        float value = table.value(i, j);
        ones += value == 1 ? 1 : 0;
        others |= value != 0 && value != 1;
        values.add(String.valueOf(value));
      }
      if (ones != 1 || others) {
        throw new InvalidInputException(
            "%s: row %,d, the one-hot group %s has the values %s, expected exactly one 1 and otherwise 0"
                .formatted(
                    table.name(), i + 1, String.join(", ", group), String.join(", ", values)));
      }
    }
    long frozen = group.stream().filter(rules.frozen()::contains).count();
    if (frozen != 0 && frozen != group.size()) {
      throw new InvalidInputException(
          "of the one-hot group %s only some features are frozen: freeze all or none"
              .formatted(String.join(", ", group)));
    }
    if (group.stream().map(rules.epsilon().named()::get).distinct().count() > 1) {
      requireOneEpsilon(group);
    }
  }

  /** Naming one category names the group; naming several must agree. */
  private void requireOneEpsilon(List<String> group) {
    Set<Double> given = new HashSet<>();
    for (String name : group) {
      Double epsilon = rules.epsilon().named().get(name);
      if (epsilon != null) {
        given.add(epsilon);
      }
    }
    if (given.size() > 1) {
      throw new InvalidInputException(
          "the features of the one-hot group %s have different epsilons: give one for the group"
              .formatted(String.join(", ", group)));
    }
  }

  // ---- Features

  private Feature feature(int j) {
    String name = names.get(j);
    boolean category = groupOf[j] >= 0;
    boolean integer = rules.integers().contains(name);
    float low = rules.box().low()[j];
    float high = rules.box().high()[j];
    if (integer) {
      requireWhole(j);
      low = (float) Math.ceil(low);
      high = (float) Math.floor(high);
    }
    double range = category ? 1 : (double) high - low;
    double epsilon = epsilon(j, range);
    boolean fixed = range == 0 || (epsilon == 0 && !rules.epsilon().isOneNumber());
    boolean frozen = fixed || rules.frozen().contains(name);
    if (!frozen && epsilon > 0 && epsilon < SMALLEST * range) {
      throw new InvalidInputException(
          "the epsilon of '%s' is %s, less than a millionth of its range [%s, %s], which 32 bits cannot search; freeze the feature or give it a narrower box"
              .formatted(name, epsilon, low, high));
    }
    double weight = rules.epsilon().isOneNumber() || frozen ? range : epsilon;
    return new Feature(
        name,
        frozen
            ? Feature.Kind.FROZEN
            : category ? Feature.Kind.CATEGORY : integer ? Feature.Kind.INTEGER : Feature.Kind.REAL,
        low,
        high,
        weight == 0 ? 1 : weight,
        values(j));
  }

  /** In the feature's own unit; what was given for one category is for its group. */
  private double epsilon(int j, double range) {
    FeatureEpsilon given = rules.epsilon();
    Double named = named(j);
    double epsilon = named == null ? given.of(names.get(j)) : named;
    return given.inUnits() ? epsilon : epsilon * range;
  }

  private @Nullable Double named(int j) {
    if (groupOf[j] < 0) {
      return rules.epsilon().named().get(names.get(j));
    }
    for (String name : rules.oneHot().get(groupOf[j])) {
      Double epsilon = rules.epsilon().named().get(name);
      if (epsilon != null) {
        return epsilon;
      }
    }
    return null;
  }

  private float[] values(int j) {
    float[] values = new float[table.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = table.value(i, j);
    }
    return values;
  }

  private void requireWhole(int j) {
    if (groupOf[j] >= 0) {
      throw new InvalidInputException(
          "the feature '%s' is in a one-hot group and an integer: the group is enough"
              .formatted(names.get(j)));
    }
    for (int i = 0; i < table.size(); i++) {
      float value = table.value(i, j);
      if (value != Math.rint(value)) {
        throw new InvalidInputException(
            "%s: row %,d, '%s' is %s, but the feature is declared an integer"
                .formatted(table.name(), i + 1, names.get(j), value));
      }
    }
  }
}

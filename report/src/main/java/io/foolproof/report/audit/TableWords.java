package io.foolproof.report.audit;

import io.foolproof.attack.Feature;
import io.foolproof.attack.Features;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.audit.AuditResult;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What an attacker may do to the rows of a table, in words. */
record TableWords(NormBounded threat, Features features) {

  static TableWords of(AuditResult result, Features features) {
    return new TableWords(NormBounded.require(result.threat()), features);
  }

  /**
   * A feature in the table of features.
   *
   * @param kind any number, a whole number, a category, or frozen
   * @param epsilon how far it may change, in its own unit; a dash where it may not
   */
  record Line(String name, String kind, String low, String high, String epsilon) {}

  /** A value in as few digits as tell it from its neighbours of 32 bits. */
  static String value(float value) {
    BigDecimal exact = new BigDecimal(Float.toString(value));
    boolean plain = value == 0 || (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e12);
    return plain ? exact.stripTrailingZeros().toPlainString() : Float.toString(value);
  }

  private boolean ofOwnEpsilon() {
    return features.measure() == Features.Measure.MULTIPLE_OF_EPSILON;
  }

  /** Norm and epsilon, in a few characters. */
  String brief() {
    if (threat.norm() == Norm.L0) {
      return threat.symbol() + " " + count();
    }
    return threat.symbol()
        + (ofOwnEpsilon()
            ? ", each feature's own epsilon"
            : " " + Numbers.decimal(threat.epsilon()) + " of each range");
  }

  private String count() {
    return Numbers.count((long) threat.epsilon(), "feature");
  }

  /** What goes after "an attacker who". */
  String allowance() {
    if (threat.epsilon() == 0) {
      return "may change nothing";
    }
    String amount =
        ofOwnEpsilon()
            ? "the feature's own epsilon"
            : Numbers.decimal(threat.epsilon()) + " of its range";
    String amountOfAll =
        ofOwnEpsilon()
            ? "1, in multiples of each feature's own epsilon"
            : Numbers.decimal(threat.epsilon()) + ", in fractions of each feature's range";
    return switch (threat.norm()) {
      case LINF -> "may change every feature by up to " + amount;
      case L2 -> "may move a row by a Euclidean distance of up to " + amountOfAll;
      case L1 -> "may change a row's features by up to " + amountOfAll + ", in all";
      case L0, L0_PIXELS -> "may change up to " + count() + " of a row by any amount";
    };
  }

  List<Fact> facts() {
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            "Norm",
            threat.symbol()
                + switch (threat.norm()) {
                  case LINF -> ", the largest change of any feature";
                  case L2 -> ", the Euclidean length of the change";
                  case L1 -> ", the sum of all changes";
                  case L0, L0_PIXELS -> ", the number of changed features";
                }));
    facts.add(new Fact("Epsilon", epsilon()));
    facts.add(
        new Fact(
            "Box",
            features.boxFromData()
                ? "every feature stays between the smallest and the largest value of the data: an assumption, since nothing else is known of the features (--box FILE)"
                : "every feature stays in the box that was given for it"));
    addNamed(facts, "Frozen", Feature.Kind.FROZEN);
    addNamed(facts, "Whole numbers", Feature.Kind.INTEGER);
    if (!stuck().isEmpty()) {
      facts.add(new Fact("Cannot change within epsilon", stuck()));
    }
    if (!features.groups().isEmpty()) {
      facts.add(new Fact("Categories", categories()));
    }
    return facts;
  }

  private String epsilon() {
    if (threat.norm() == Norm.L0) {
      return count();
    }
    return ofOwnEpsilon()
        ? "1, in multiples of each feature's own epsilon, in the table below"
        : Numbers.decimal(threat.epsilon())
            + ", as a fraction of each feature's range, from one end of its box to the other";
  }

  /** The features that are not frozen and have no other value within epsilon; empty if none. */
  String stuck() {
    return IntStream.range(0, features.features().size())
        .filter(j -> features.features().get(j).kind() != Feature.Kind.FROZEN)
        .filter(j -> !features.canChange(j, threat.norm(), threat.epsilon()))
        .mapToObj(j -> features.features().get(j).name())
        .collect(Collectors.joining(", "));
  }

  private void addNamed(List<Fact> facts, String title, Feature.Kind kind) {
    String names =
        features.features().stream()
            .filter(feature -> feature.kind() == kind)
            .map(Feature::name)
            .collect(Collectors.joining(", "));
    if (!names.isEmpty()) {
      facts.add(new Fact(title, names));
    }
  }

  private String categories() {
    String groups =
        features.groups().stream()
            .map(
                group ->
                    Arrays.stream(group)
                        .mapToObj(j -> features.features().get(j).name())
                        .collect(Collectors.joining(", ")))
            .collect(Collectors.joining("; "));
    boolean stuck =
        threat.norm() != Norm.L0
            && features.groups().stream()
                .anyMatch(
                    group -> 1 / features.features().get(group[0]).weight() > threat.epsilon());
    return "exactly one of each group is 1: "
        + groups
        + ". Another category is a change of 1"
        + (stuck
            ? ", which is beyond some group's epsilon, so that it cannot change (--epsilon with"
                + " NAME=1 lets it)"
            : "");
  }

  /** One line for each feature. */
  List<Line> lines() {
    return IntStream.range(0, features.features().size()).mapToObj(this::line).toList();
  }

  private Line line(int j) {
    Feature feature = features.features().get(j);
    return new Line(
        feature.name(),
        switch (feature.kind()) {
          case REAL -> "number";
          case INTEGER -> "whole number";
          case FROZEN -> "frozen";
          case CATEGORY -> "category";
        },
        value(feature.low()),
        value(feature.high()),
        epsilon(j));
  }

  private String epsilon(int j) {
    Feature feature = features.features().get(j);
    if (feature.kind() == Feature.Kind.FROZEN) {
      return "–";
    }
    if (threat.norm() == Norm.L0) {
      return "any";
    }
    double epsilon = features.epsilon(j);
    boolean whole = feature.kind() == Feature.Kind.INTEGER && threat.norm() == Norm.LINF;
    return Numbers.decimal(whole ? Math.floor(epsilon * (1 + 1e-12)) : epsilon);
  }

  /**
   * What an attack changed.
   *
   * @param from the clean value, in the feature's unit
   * @param to the adversarial one
   */
  record Change(String feature, float from, float to) {
    @Override
    public String toString() {
      return feature + " " + value(from) + " -> " + value(to);
    }
  }

  /** What differs between a clean point and an adversarial one. */
  List<Change> changes(float[] clean, float[] adversarial) {
    float[] from = features.row(clean);
    float[] to = features.row(adversarial);
    return features.changed(clean, adversarial).stream()
        .map(j -> new Change(features.features().get(j).name(), from[j], to[j]))
        .toList();
  }
}

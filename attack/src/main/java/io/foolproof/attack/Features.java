package io.foolproof.attack;

import io.foolproof.data.ImageSet;
import io.foolproof.data.Table;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of a table as points of a space in which attacks search: one coordinate a feature, from
 * 0 on, in which epsilon is the same for all.
 *
 * <p>Where epsilon is a fraction of each feature's range, coordinates are fractions of it and lie
 * in [0, 1]. Where features have epsilons of their own, they are multiples of these: the threat
 * model's epsilon is 1, and some features have a longer box than others. A point is admissible
 * where it stands for a row: every feature in its own box, frozen ones unchanged, whole numbers
 * where these are wanted, exactly one category of each group.
 *
 * <p>Distances are those of the rows, feature by feature and in double precision, divided by the
 * weights. A group of categories counts as one feature, whose range is 1: two categories differ by
 * 1, in every norm.
 */
public final class Features implements Admissible {
  private final List<Feature> features;
  private final List<int[]> groups;
  private final double epsilon;
  private final Measure measure;
  private final boolean boxFromData;

  private final Map<Integer, float[]> rounded = new TreeMap<>();

  /** For each feature, whether a group decides about it. */
  private final boolean[] grouped;

  /** What a change of 1 in a coordinate is. */
  public enum Measure {
    /** The whole range of the feature. */
    FRACTION_OF_RANGE,
    /** The feature's own epsilon. */
    MULTIPLE_OF_EPSILON
  }

  Features(
      List<Feature> features,
      List<int[]> groups,
      double epsilon,
      Measure measure,
      boolean boxFromData) {
    this.features = List.copyOf(features);
    this.groups = List.copyOf(groups);
    this.epsilon = epsilon;
    this.measure = measure;
    this.boxFromData = boxFromData;
    this.grouped = new boolean[features.size()];
    groups.forEach(group -> Arrays.stream(group).forEach(j -> grouped[j] = true));
  }

  /**
   * The features of a table under these rules.
   *
   * @throws InvalidInputException when the rules name what is not there, contradict each other, or
   *     a row breaks them
   */
  public static Features of(Table table, FeatureRules rules) {
    Features features = new FeatureReader(table, rules).features();
    for (int i = 0; i < table.size(); i++) {
      float[] row = table.row(i);
      if (!Arrays.equals(features.row(features.point(row)), row)) {
        features.rounded.put(i, row);
      }
    }
    return features;
  }

  /**
   * The rows of the table whose points stand for rows that differ in a last bit, by their indices:
   * of two values of a feature that differ by less than a ten-millionth of its box, only one has a
   * point.
   */
  public Map<Integer, float[]> rounded() {
    return Collections.unmodifiableMap(rounded);
  }

  /** One for each column of the table, in their order. */
  public List<Feature> features() {
    return features;
  }

  /** The places of the features of each one-hot group. */
  public List<int[]> groups() {
    return groups;
  }

  /** What a change of 1 is. */
  public Measure measure() {
    return measure;
  }

  /** Whether the boxes are those of the data, which is an assumption. */
  public boolean boxFromData() {
    return boxFromData;
  }

  /** The epsilon that is the same for all features, in coordinates. */
  public double epsilon() {
    return epsilon;
  }

  /**
   * How far a feature may change at most, in its own unit, where the norm sets no other limit.
   *
   * @param j the place of the feature
   */
  public double epsilon(int j) {
    return features.get(j).kind() == Feature.Kind.FROZEN ? 0 : epsilon * features.get(j).weight();
  }

  /** Changes of rows within a norm. */
  public NormBounded threat(Norm norm, Goal goal) {
    return new NormBounded(norm, epsilon, goal, this);
  }

  /** The rows of a table as points. */
  public ImageSet points(Table table) {
    float[][] points = new float[table.size()][];
    int[] labels = new int[table.size()];
    for (int i = 0; i < points.length; i++) {
      points[i] = point(table.row(i));
      labels[i] = table.label(i);
    }
    return ImageSet.ofPoints(
        table.name(), points, labels, table.classNames(), table.namesAllClasses());
  }

  /** The point that stands for a row. */
  public float[] point(float[] row) {
    float[] point = new float[row.length];
    for (int j = 0; j < point.length; j++) {
      point[j] = features.get(j).coordinate(row[j]);
    }
    return point;
  }

  /** The row that a point stands for, each value in its own unit. */
  public float[] row(float[] point) {
    float[] row = new float[point.length];
    for (int j = 0; j < row.length; j++) {
      row[j] = features.get(j).value(point[j]);
    }
    return row;
  }

  /** The box that all points are in: from 0 to the end of the longest. */
  InputSpec input(long... shape) {
    double top = features.stream().mapToDouble(Feature::top).max().orElse(1);
    return new InputSpec(shape, 0, top > 0 ? top : 1);
  }

  /** The shape and box of the rows themselves. */
  public InputSpec rows() {
    double low = features.stream().mapToDouble(Feature::low).min().orElse(0);
    double high = features.stream().mapToDouble(Feature::high).max().orElse(1);
    return new InputSpec(new long[] {features.size()}, low, low < high ? high : low + 1);
  }

  /**
   * A classifier of points, from one of rows: it turns each point into its row. Has gradients where
   * the other has; a rounding to whole numbers or categories passes them on as if it changed
   * nothing.
   *
   * @throws InvalidInputException when the model takes another number of features
   */
  public Classifier ofPoints(Classifier ofRows) {
    return PointClassifier.of(this, ofRows);
  }

  /**
   * Checks that a model takes as many values as there are features.
   *
   * @throws InvalidInputException naming both numbers
   */
  public void requireAsMany(String model, long values) {
    if (values != features.size()) {
      throw new InvalidInputException(
          "%s takes %d values, but the table has %d features: %s; leave out columns that the model was not trained on, or add those that it was"
              .formatted(
                  model,
                  values,
                  features.size(),
                  features.stream().map(Feature::name).collect(Collectors.joining(", "))));
    }
  }

  /**
   * Whether a feature can have another value within reach, if nothing else changes.
   *
   * @param j the place of the feature
   * @param reach the largest distance, in coordinates
   */
  public boolean canChange(int j, Norm norm, double reach) {
    Feature feature = features.get(j);
    double most = norm.countsChanges() ? Double.POSITIVE_INFINITY : reach * feature.weight();
    // What is 1 on paper may come out as 0.9999999.
    boolean byOne = most >= 1 - 1e-9;
    return switch (feature.kind()) {
      case FROZEN -> false;
      case REAL -> most > 0 && feature.low() < feature.high();
      case INTEGER -> byOne && Math.floor(feature.high()) > Math.ceil(feature.low());
      case CATEGORY -> byOne;
    };
  }

  // ---- Admissible points

  @Override
  public String whyFixed(InputSpec box, Norm norm, double reach) {
    return IntStream.range(0, features.size()).anyMatch(j -> canChange(j, norm, reach))
        ? ""
        : "no feature has another value within epsilon";
  }

  @Override
  public boolean isAny() {
    return false;
  }

  @Override
  public float[] within(InputSpec box, float[] clean, float[] point, Norm norm, double reach) {
    return new RowProjection(this, norm, reach).of(clean, point);
  }

  @Override
  public boolean limitsAscent() {
    return !groups.isEmpty();
  }

  /**
   * Of each group only the category that raises the loss most goes up, and all others go down: two
   * that both went up would end at the same height, where the gradient no longer tells which is
   * better.
   */
  @Override
  public float[] ascent(float[] gradient) {
    float[] direction = gradient.clone();
    for (int[] group : groups) {
      float[] sorted = new float[group.length];
      for (int k = 0; k < group.length; k++) {
        sorted[k] = gradient[group[k]];
      }
      Arrays.sort(sorted);
      float between = (sorted[sorted.length - 1] + sorted[sorted.length - 2]) / 2;
      for (int j : group) {
        direction[j] = gradient[j] - between;
      }
    }
    return direction;
  }

  boolean isGrouped(int j) {
    return grouped[j];
  }

  @Override
  public Distances between(float[] clean, float[] point, InputSpec shape) {
    return between(clean, point);
  }

  /** How far the rows of two points are apart, in multiples of the weights. */
  public Distances between(float[] clean, float[] point) {
    float[] from = row(clean);
    float[] to = row(point);
    double[] changes = new double[from.length];
    int count = 0;
    for (int j = 0; j < from.length; j++) {
      if (!grouped[j]) {
        changes[count++] = Math.abs((double) to[j] - from[j]) / features.get(j).weight();
      }
    }
    for (int[] group : groups) {
      boolean same = Arrays.stream(group).allMatch(j -> from[j] == to[j]);
      changes[count++] = same ? 0 : 1 / features.get(group[0]).weight();
    }
    int l0 = 0;
    double l1 = 0;
    double squares = 0;
    double linf = 0;
    for (int k = 0; k < count; k++) {
      l0 += changes[k] == 0 ? 0 : 1;
      l1 += changes[k];
      squares += changes[k] * changes[k];
      linf = Math.max(linf, changes[k]);
    }
    return new Distances(l0, l1, Math.sqrt(squares), linf, l0, null);
  }

  @Override
  public boolean admits(float[] clean, float[] point) {
    float[] from = row(clean);
    float[] to = row(point);
    for (int j = 0; j < to.length; j++) {
      Feature feature = features.get(j);
      boolean held =
          switch (feature.kind()) {
            case FROZEN -> to[j] == from[j];
            case INTEGER -> to[j] == Math.rint(to[j]);
            case CATEGORY -> to[j] == 0 || to[j] == 1;
            case REAL -> true;
          };
      if (!held || !(to[j] >= feature.low() && to[j] <= feature.high())) {
        return false;
      }
    }
    return groups.stream().allMatch(g -> Arrays.stream(g).filter(j -> to[j] == 1).count() == 1);
  }

  /** The features that differ between a clean row and a changed one, by their places. */
  public List<Integer> changed(float[] clean, float[] point) {
    float[] from = row(clean);
    float[] to = row(point);
    List<Integer> changed = new ArrayList<>();
    for (int j = 0; j < from.length; j++) {
      if (from[j] != to[j]) {
        changed.add(j);
      }
    }
    return changed;
  }

  @Override
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put(
        "features",
        features.stream()
            .map(
                f ->
                    "%s %s [%s, %s] / %s %x"
                        .formatted(
                            f.name(), f.kind(), f.low(), f.high(), f.weight(), f.hashOfExact()))
            .collect(Collectors.joining("; ")));
    identity.put("groups", groups.stream().map(Arrays::toString).collect(Collectors.joining()));
    return identity;
  }
}

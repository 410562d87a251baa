package io.foolproof.attack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Projects points onto those that stand for rows of a table, no farther than reach from a clean
 * one.
 *
 * <p>Each feature goes to its nearest admissible value, and a group to its largest category. Where
 * that leads beyond reach, as rounding can, whole numbers go back by one, then groups go back to
 * their clean categories, the least certain first, and then the numbers are scaled down.
 *
 * @param reach the largest distance; may be infinite
 */
record RowProjection(Features features, Norm norm, double reach) {
  /** How many numbers are tried next to a limit before the clean value is taken. */
  private static final int NEIGHBOURS = 8;

  private static final int SCALINGS = 8;

  /** A group whose category differs from the clean one, and how clearly. */
  private record Switched(int[] group, double clearance) {}

  float[] of(float[] clean, float[] point) {
    float[] result = new float[point.length];
    for (int j = 0; j < result.length; j++) {
      result[j] = features.isGrouped(j) ? clean[j] : value(j, clean[j], point[j]);
    }
    List<Switched> switched = new ArrayList<>();
    for (int[] group : features.groups()) {
      switchCategory(group, clean, point, result, switched);
    }
    if (fits(clean, result)) {
      return result;
    }
    for (int j = 0; j < result.length; j++) {
      if (feature(j).kind() == Feature.Kind.INTEGER) {
        result[j] = towards(j, clean[j], point[j]);
      }
    }
    switched.sort(Comparator.comparingDouble(Switched::clearance));
    for (Switched one : switched) {
      if (fits(clean, result)) {
        return result;
      }
      for (int j : one.group()) {
        result[j] = clean[j];
      }
    }
    return scaled(clean, point, result);
  }

  private Feature feature(int j) {
    return features.features().get(j);
  }

  private boolean fits(float[] clean, float[] result) {
    return features.between(clean, result).in(norm) <= reach;
  }

  /** The nearest admissible value; within reach by itself where the norm limits each alone. */
  private float value(int j, float clean, float proposed) {
    Feature feature = feature(j);
    if (proposed == clean || feature.kind() == Feature.Kind.FROZEN) {
      return clean;
    }
    float point = Math.max(0, Math.min(feature.top(), proposed));
    if (feature.kind() == Feature.Kind.INTEGER) {
      point = feature.coordinate(feature.value(point));
    }
    if (norm == Norm.LINF && away(j, clean, point) > reach) {
      point = nearest(j, clean, point);
    }
    // A change that rounding takes back is none.
    return feature.value(point) == feature.value(clean) ? clean : point;
  }

  private double away(int j, float clean, float point) {
    Feature feature = feature(j);
    return Math.abs((double) feature.value(point) - feature.value(clean)) / feature.weight();
  }

  /** The farthest value on the way to a point that is within reach. */
  private float nearest(int j, float clean, float point) {
    Feature feature = feature(j);
    double from = feature.value(clean);
    double most = reach * feature.weight();
    double to = point > clean ? from + most : from - most;
    if (feature.kind() == Feature.Kind.INTEGER) {
      // A hair more, since 0.29 of 100 is 28.999999999999996 in binary.
      double steps = Math.floor(most * (1 + 1e-12));
      to = point > clean ? from + steps : from - steps;
      float whole = feature.coordinate(to);
      return away(j, clean, whole) <= reach ? whole : clean;
    }
    float limit = feature.coordinate(to);
    float near = limit;
    // What one bit is, of a coordinate or of a value, depends on how large it is.
    double bit = Math.max(Math.ulp(limit), Math.ulp((float) to) / feature.weight());
    for (int i = 0; i < NEIGHBOURS; i++) {
      if (away(j, clean, near) <= reach) {
        return near;
      }
      near = (float) (limit + (point > clean ? -bit : bit) * Math.scalb(1.0, i));
    }
    return clean;
  }

  /** The last whole number on the way from the clean value to what was proposed. */
  private float towards(int j, float clean, float proposed) {
    Feature feature = feature(j);
    double value = feature.low() + (double) proposed * feature.weight();
    double from = feature.value(clean);
    double whole =
        value > from ? Math.max(from, Math.floor(value)) : Math.min(from, Math.ceil(value));
    double inBox = Math.max(Math.ceil(feature.low()), Math.min(Math.floor(feature.high()), whole));
    return inBox == from ? clean : feature.coordinate(inBox);
  }

  private void switchCategory(
      int[] group, float[] clean, float[] point, float[] result, List<Switched> switched) {
    int before = group[0];
    for (int j : group) {
      before = feature(j).value(clean[j]) == 1 ? j : before;
    }
    // Where two are as large, a change is tried: a search that sees no difference makes no step.
    int after = before;
    for (int j : group) {
      after = j != before && point[j] >= point[after] && canBe(group, j) ? j : after;
    }
    boolean tooFar = norm == Norm.LINF && 1 / feature(before).weight() > reach;
    if (after == before || tooFar || !canBe(group, after)) {
      return;
    }
    result[before] = feature(before).coordinate(0);
    result[after] = feature(after).coordinate(1);
    switched.add(new Switched(group, point[after] - point[before]));
  }

  /** Whether the boxes of a group allow a category, and may change at all. */
  private boolean canBe(int[] group, int category) {
    for (int j : group) {
      Feature feature = feature(j);
      boolean allowed = j == category ? feature.high() >= 1 : feature.low() <= 0;
      if (!allowed || feature.kind() == Feature.Kind.FROZEN) {
        return false;
      }
    }
    return true;
  }

  /** Numbers drawn towards the clean row until the whole is within reach; categories are clean. */
  private float[] scaled(float[] clean, float[] point, float[] tooFar) {
    double part = reach / features.between(clean, tooFar).in(norm);
    for (int i = 0; i < SCALINGS; i++) {
      double scale = part * (1 - Math.scalb(1.0, 2 * i - 22));
      float[] result = clean.clone();
      for (int j = 0; j < result.length; j++) {
        Feature.Kind kind = feature(j).kind();
        float end = kind == Feature.Kind.REAL ? tooFar[j] : point[j];
        float near = (float) (clean[j] + scale * ((double) end - clean[j]));
        if (kind == Feature.Kind.REAL) {
          result[j] = value(j, clean[j], near);
        } else if (kind == Feature.Kind.INTEGER) {
          result[j] = towards(j, clean[j], near);
        }
      }
      if (fits(clean, result)) {
        return result;
      }
    }
    return clean.clone();
  }
}

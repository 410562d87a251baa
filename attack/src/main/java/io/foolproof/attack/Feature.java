package io.foolproof.attack;

import java.util.Arrays;

/**
 * A feature of a table as attacks see it: its values, in its own unit, and the coordinates that
 * stand for them, in which epsilon is the same number for every feature.
 *
 * <p>A coordinate is {@code (value - low) / weight}, rounded to 32 bits. Where the way back misses
 * a value of the table by a rounding, that coordinate stands for the table's value all the same, so
 * that what does not change is the table's own value to the last bit.
 */
public final class Feature {
  private final String name;
  private final Kind kind;
  private final float low;
  private final float high;
  private final double weight;
  private final float[] coordinates;
  private final float[] exact;

  /** What values a feature can have. */
  public enum Kind {
    /** Any number of its box. */
    REAL,
    /** Whole numbers of its box. */
    INTEGER,
    /** The one it has. */
    FROZEN,
    /** 0 or 1: whether it is the category of its group. */
    CATEGORY
  }

  /**
   * A feature.
   *
   * @param weight by how much the value changes where its coordinate changes by 1
   * @param values of the table
   */
  Feature(String name, Kind kind, float low, float high, double weight, float[] values) {
    this.name = name;
    this.kind = kind;
    this.low = low;
    this.high = high;
    this.weight = weight;
    float[] missed = new float[values.length];
    int count = 0;
    for (float value : values) {
      missed[count] = value;
      count += computed(coordinate(value)) == value ? 0 : 1;
    }
    // In the order of their coordinates, which is their own; of several on one, the first counts.
    float[] sorted = Arrays.copyOf(missed, count);
    Arrays.sort(sorted);
    float[] keys = new float[count];
    float[] kept = new float[count];
    int distinct = 0;
    for (float value : sorted) {
      float key = coordinate(value);
      if (distinct == 0 || keys[distinct - 1] != key) {
        keys[distinct] = key;
        kept[distinct++] = value;
      }
    }
    this.coordinates = Arrays.copyOf(keys, distinct);
    this.exact = Arrays.copyOf(kept, distinct);
  }

  /** What the column is called. */
  public String name() {
    return name;
  }

  /** What values it can have. */
  public Kind kind() {
    return kind;
  }

  /** The smallest value, in its own unit. */
  public float low() {
    return low;
  }

  /** The largest value, in its own unit. */
  public float high() {
    return high;
  }

  /** By how much the value changes where its coordinate changes by 1. */
  public double weight() {
    return weight;
  }

  /** The coordinate that stands for a value. */
  float coordinate(double value) {
    return (float) ((value - low) / weight);
  }

  /** The coordinate of the upper end of the box; that of the lower end is 0. */
  float top() {
    return coordinate(high);
  }

  /** The value that a coordinate stands for. */
  float value(float coordinate) {
    int known = Arrays.binarySearch(coordinates, coordinate);
    return known >= 0 ? exact[known] : computed(coordinate);
  }

  private float computed(float coordinate) {
    double value = low + coordinate * weight;
    return switch (kind) {
      case INTEGER -> (float) Math.rint(inBox(value));
      case CATEGORY -> value >= 0.5 ? 1 : 0;
      case REAL, FROZEN -> (float) inBox(value);
    };
  }

  private double inBox(double value) {
    return Math.max(low, Math.min(high, value));
  }

  /** Which values of the table are not where a computation would put them. */
  int hashOfExact() {
    return 31 * Arrays.hashCode(coordinates) + Arrays.hashCode(exact);
  }
}

package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * One axis of an image that is resized: where each place of the result lies in the input, and from
 * which places of the input it is made. Positions are computed in 32 bits, as ONNX Runtime does.
 *
 * @param size of the input
 * @param result size of the result
 * @param scale from the input to the result, which the sizes need not have exactly
 * @param start of the region that is read, as part of the input's size
 * @param end of the region
 */
record ResizeAxis(
    long size, int result, float scale, String transformation, float start, float end) {
  /** Old operator sets: the place before when the image grows, the one behind when it shrinks. */
  static final String SIMPLE = "simple";

  static final Set<String> NEAREST =
      Set.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil");

  /** How values are made of their neighbours. */
  enum Mode {
    NEAREST,
    LINEAR,
    CUBIC
  }

  static Mode mode(String name) {
    return switch (name) {
      case "nearest" -> Mode.NEAREST;
      case "linear" -> Mode.LINEAR;
      case "cubic" -> Mode.CUBIC;
      default -> throw new InvalidInputException("attribute mode is '" + name + "'");
    };
  }

  boolean isIdentity() {
    return size == result
        && scale == 1
        && !transformation.equals("tf_crop_and_resize")
        && !transformation.equals("tf_half_pixel_for_nn");
  }

  /** Where a place of the result lies in the input. */
  private float position(int place) {
    float x = (float) place;
    return switch (transformation) {
      case "asymmetric" -> x / scale;
      case "pytorch_half_pixel" -> result > 1 ? (x + 0.5f) / scale - 0.5f : 0;
      case "tf_half_pixel_for_nn" -> (x + 0.5f) / scale;
      case "align_corners" -> result == 1 ? 0 : x * (size - 1) / (result - 1);
      case "half_pixel_symmetric" -> {
        float adjustment = result / (scale * size);
        float centre = size / 2f;
        yield centre * (1 - adjustment) + (x + 0.5f) / scale - 0.5f;
      }
      case "tf_crop_and_resize" ->
          result > 1
              ? start * (size - 1) + x * (end - start) * (size - 1) / (result - 1)
              : 0.5f * (start + end) * (size - 1);
      default -> (x + 0.5f) / scale - 0.5f;
    };
  }

  /** Which places of the result lie outside the input. */
  boolean[] beyond() {
    boolean[] beyond = new boolean[result];
    for (int i = 0; i < result; i++) {
      beyond[i] = !(position(i) >= 0 && position(i) <= size - 1);
    }
    return beyond;
  }

  /** For each place of the result the nearest of the input. */
  long[] nearest(String rounding) {
    long[] sources = new long[result];
    for (int i = 0; i < result; i++) {
      float x = position(i);
      double rounded =
          switch (rounding) {
            case "floor" -> Math.floor(x);
            case "ceil" -> Math.ceil(x);
            case "round_prefer_ceil" -> Math.floor(x + 0.5);
            case SIMPLE -> scale < 1 ? Math.ceil(x) : Math.floor(x);
            default -> Math.ceil(x - 0.5);
          };
      sources[i] = within((long) rounded);
    }
    return sources;
  }

  private long within(long place) {
    return Math.max(0, Math.min(place, size - 1));
  }

  /**
   * For each neighbour, in order, its place in the input and its weight.
   *
   * @param sources by neighbour and place of the result
   * @param weights likewise
   */
  record Taps(long[][] sources, double[][] weights) {}

  /**
   * The neighbours of each place of the result.
   *
   * @param a the cubic's coefficient: Keys, 1981, IEEE TASSP 29(6), equation 15
   * @param antialias whether the neighbourhood grows as the image shrinks
   * @param excludeOutside whether neighbours outside count nothing, or as the edge does
   */
  Taps taps(boolean cubic, double a, boolean antialias, boolean excludeOutside) {
    double narrow = antialias ? Math.min(scale, 1) : 1;
    int reach = (int) Math.ceil((cubic ? 2 : 1) / narrow);
    SizeLimits.checkTable(2L * reach, result);
    long[][] sources = new long[2 * reach][result];
    double[][] weights = new double[2 * reach][result];
    for (int i = 0; i < result; i++) {
      double x = position(i);
      if (!cubic && !antialias) {
        x = Math.max(0, Math.min(x, (double) size - 1));
      }
      long first = (long) Math.floor(x) - reach + 1;
      double sum = 0;
      for (int tap = 0; tap < 2 * reach; tap++) {
        long place = first + tap;
        boolean counts = !excludeOutside || (place >= 0 && place < size);
        double distance = Math.abs(place - x) * narrow;
        double weight = !counts ? 0 : cubic ? cubic(distance, a) : Math.max(0, 1 - distance);
        sources[tap][i] = within(place);
        weights[tap][i] = weight;
        sum += weight;
      }
      if (antialias || excludeOutside) {
        for (double[] weight : weights) {
          weight[i] /= sum;
        }
      }
    }
    return new Taps(sources, weights);
  }

  private static double cubic(double distance, double a) {
    if (distance <= 1) {
      return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
    }
    return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0;
  }
}

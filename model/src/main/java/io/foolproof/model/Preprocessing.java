package io.foolproof.model;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is done to an image before a model takes it, where the model does not do it by itself. An
 * image has pixels in [0, 1]; they are first scaled to a box and then normalised, value by value:
 *
 * <pre>{@code
 * v = low + (high - low) * pixel        the box
 * x = (v - mean) / std                  the normalisation
 * }</pre>
 *
 * <p>All in the precision of the images, one operation after the other, so that results are the
 * same to the last bit as those of a model with a Sub and a Div at its start.
 *
 * @param low what black becomes
 * @param high what white becomes
 * @param mean one number for all values, one a channel, or one a value; none without a
 *     normalisation
 * @param std as many as means
 * @param layout in which order the model takes the values
 */
public record Preprocessing(double low, double high, float[] mean, float[] std, Layout layout) {
  /** Nothing at all: pixels enter as they are. */
  public static final Preprocessing NONE =
      new Preprocessing(0, 1, new float[0], new float[0], Layout.BY_SHAPE);

  /** Checks the numbers and copies the arrays. */
  public Preprocessing {
    low = rounded(low);
    high = rounded(high);
    if (!(low < high) || Double.isInfinite(high - low)) {
      throw new InvalidInputException(
          "the box is from " + low + " to " + high + ": give the smaller end first, such as 0,255");
    }
    mean = mean.clone();
    std = std.clone();
    requirePairs(mean, std);
    requireFits(low, high, mean);
  }

  /** As 32 bits hold it, like the pixels. */
  private static double rounded(double end) {
    return (float) end;
  }

  /** Pixels scaled from [0, 1] to [low, high]. */
  public static Preprocessing box(double low, double high) {
    return new Preprocessing(low, high, new float[0], new float[0], Layout.BY_SHAPE);
  }

  /**
   * Pixels normalised with a mean and a standard deviation, as usual one a channel.
   *
   * @throws InvalidInputException when there are not as many of both, or one cannot be used
   */
  public static Preprocessing normalised(float[] mean, float[] std) {
    return new Preprocessing(0, 1, mean, std, Layout.BY_SHAPE);
  }

  /** The same for a model that takes values in this order. */
  public Preprocessing in(Layout other) {
    return new Preprocessing(low, high, mean, std, other);
  }

  private static void requirePairs(float[] mean, float[] std) {
    if (mean.length != std.length) {
      throw new InvalidInputException(
          "the normalisation has "
              + count(mean, "mean")
              + " and "
              + count(std, "standard deviation")
              + ": give as many of both");
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Float.isFinite(mean[i]) || !(std[i] > 0) || Float.isInfinite(std[i])) {
        throw new InvalidInputException(
            "the normalisation has the mean %s with the standard deviation %s: give finite numbers, and a standard deviation above 0"
                .formatted(mean[i], std[i]));
      }
    }
  }

  /** A mean far outside of what is normalised belongs to another scale. */
  private static void requireFits(double low, double high, float[] mean) {
    boolean both = mean.length > 0 && (low != 0 || high != 1);
    if (both && low != 0) {
      throw new InvalidInputException(
          "the box is from %s to %s and a normalisation is given: pixels are scaled to the box first, which then starts at 0; leave out one of the two"
              .formatted(low, high));
    }
    for (float one : mean) {
      if (!(one >= low && one <= high)) {
        throw new InvalidInputException(
            "the normalisation has the mean %s, but pixels are from %s to %s when it is applied: give means of such pixels%s"
                .formatted(
                    one, low, high, one > 1 && high == 1 ? ", or the box 0,255 as well" : ""));
      }
    }
  }

  private static String count(float[] numbers, String noun) {
    return numbers.length + " " + noun + (numbers.length == 1 ? "" : "s");
  }

  /** Whether values stay as they are; their order may still change. */
  boolean keepsValues() {
    return low == 0 && high == 1 && mean.length == 0;
  }

  /**
   * Scales and normalises.
   *
   * @param images [N, shape...], of floating-point numbers
   * @param channels how many channels an image has, the first dimension of its shape if there is
   *     more than one
   */
  Tensor scaled(Tensor images, int channels) {
    Tensor values = images;
    DType type = images.dtype();
    if (high - low != 1) {
      values = values.mul(Tensor.scalar((float) (high - low), type));
    }
    if (low != 0) {
      values = values.add(Tensor.scalar(low, type));
    }
    if (mean.length > 0) {
      long[] shape = columnShape(images, channels);
      values = values.sub(column(mean, shape, type)).div(column(std, shape, type));
    }
    return values;
  }

  /** The shape in which means and deviations meet the images: [1, C, 1, 1], or [1, values...]. */
  private long[] columnShape(Tensor images, int channels) {
    long[] shape = images.shape();
    long[] column = new long[shape.length];
    Arrays.fill(column, 1);
    if (mean.length == 1) {
      return column;
    }
    long elements = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    if (mean.length == elements) {
      System.arraycopy(shape, 1, column, 1, shape.length - 1);
    } else if (mean.length == channels && shape.length > 1 && shape[1] == channels) {
      column[1] = channels;
    } else {
      throw misfit(channels, elements);
    }
    return column;
  }

  /**
   * Checks that there are as many means as can be used.
   *
   * @param channels of an image
   * @param elements values of an image
   */
  void requireFits(int channels, long elements) {
    if (mean.length > 1 && mean.length != channels && mean.length != elements) {
      throw misfit(channels, elements);
    }
  }

  private InvalidInputException misfit(int channels, long elements) {
    return new InvalidInputException(
        "the normalisation has %s, but the images have %s: give one, or one a channel"
            .formatted(
                count(mean, "mean"),
                channels == 1
                    ? "1 channel"
                    : channels > 1 ? channels + " channels" : elements + " values"));
  }

  private static Tensor column(float[] values, long[] shape, DType type) {
    return Tensor.of(values, shape).to(type);
  }

  /** What one pixel becomes: one number, or one for each mean. */
  public float[] ofPixel(double pixel) {
    double scaled = low + (high - low) * pixel;
    if (mean.length == 0) {
      return new float[] {(float) scaled};
    }
    float[] values = new float[mean.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((scaled - mean[i]) / std[i]);
    }
    return values;
  }

  /** What it does, for reports and journals; empty where it does nothing. */
  public String text() {
    List<String> steps = new ArrayList<>();
    if (low != 0 || high != 1) {
      steps.add("pixels scaled to [" + (float) low + ", " + (float) high + "]");
    }
    if (mean.length > 0) {
      steps.add("normalised with mean " + text(mean) + " and standard deviation " + text(std));
    }
    if (layout != Layout.BY_SHAPE) {
      steps.add("layout " + layout);
    }
    return String.join(", ", steps);
  }

  private static String text(float[] numbers) {
    return numbers.length == 1 ? String.valueOf(numbers[0]) : Arrays.toString(numbers);
  }

  @Override
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public float[] std() {
    return std.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing that
        && low == that.low
        && high == that.high
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std)
        && layout == that.layout;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std) + Double.hashCode(high - low);
  }

  @Override
  public String toString() {
    return text().isEmpty() ? "no preprocessing" : text();
  }
}

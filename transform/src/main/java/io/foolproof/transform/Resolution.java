package io.foolproof.transform;

/**
 * Down-sampling by the mean of what a coarser pixel covers, and up-sampling back, bilinearly.
 *
 * @param factor how many pixels become one along a side, from 1, which changes nothing, to 100
 */
public record Resolution(Range factor) implements Separable {

  /** Checks the knob. */
  public Resolution {
    factor.within("resolution: factor", 1, 100);
  }

  @Override
  public Range knob() {
    return factor;
  }

  @Override
  public double neutral() {
    return 1;
  }

  @Override
  public double[][] weights(double factor, int size) {
    int count = (int) Math.ceil(size / factor);
    double first = (size - count * factor) / 2;
    double[][] coarse = new double[count][];
    for (int i = 0; i < count; i++) {
      coarse[i] = mean(first + i * factor, first + (i + 1) * factor, size);
    }
    double[][] weights = new double[size][size];
    for (int to = 0; to < size; to++) {
      double place = (to + 0.5 - first) / factor - 0.5;
      int before = (int) Math.floor(place);
      add(weights[to], coarse[Math.max(0, before)], 1 - (place - before));
      add(weights[to], coarse[Math.min(count - 1, before + 1)], place - before);
    }
    return weights;
  }

  /**
   * The mean of what is inside of a stretch of the row, each pixel by how much is covered of it.
   */
  private static double[] mean(double from, double to, int size) {
    double inside = Math.min(to, size) - Math.max(from, 0);
    double[] weights = new double[size];
    for (int pixel = 0; pixel < size; pixel++) {
      double covered = Math.min(to, pixel + 1) - Math.max(from, pixel);
      weights[pixel] = Math.max(0, covered) / inside;
    }
    return weights;
  }

  private static void add(double[] row, double[] other, double weight) {
    for (int i = 0; i < row.length; i++) {
      row[i] += weight * other[i];
    }
  }
}

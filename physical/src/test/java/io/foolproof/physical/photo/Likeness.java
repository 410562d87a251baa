package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Cell;
import java.util.List;

/** Compares images that were read with those that were printed. */
public final class Likeness {
  private Likeness() {}

  /** The place of the cell whose image correlates most. */
  public static int closest(float[] image, List<Cell> cells) {
    int best = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < cells.size(); i++) {
      double likeness = correlation(image, cells.get(i).pixels());
      if (likeness > most) {
        most = likeness;
        best = i;
      }
    }
    return best;
  }

  static double meanDifference(float[] image, Cell cell) {
    float[] printed = cell.pixels();
    double sum = 0;
    for (int i = 0; i < image.length; i++) {
      sum += Math.abs(image[i] - printed[i]);
    }
    return sum / image.length;
  }

  private static double correlation(float[] a, float[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}

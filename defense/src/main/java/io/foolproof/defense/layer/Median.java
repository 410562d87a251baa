package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * Each pixel becomes the median of a window around it. It hides nothing: the gradient passes to the
 * pixel that is the median.
 *
 * <p>Xu, Evans, Qi: Feature squeezing, 2017, arXiv 1704.01155, section III.B. Beyond the edge of an
 * image its last pixels are repeated.
 *
 * @param size of the window, an odd number of pixels
 */
@Named("median")
public record Median(@AtLeast(3) int size) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new Median(3),
          "the median of a window around each pixel",
          "Xu et al. 2017, arXiv 1704.01155");

  private static final int LARGEST = 9;

  /** Checks the settings. */
  public Median {
    Settings.check(Median.class, size);
    if (size % 2 == 0 || size > LARGEST) {
      throw new InvalidInputException("median: size=%d: give 3, 5, 7 or 9".formatted(size));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of();
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    int channels = (int) shape[0];
    int window = size * size;
    // A kernel for each place of the window, which takes the pixel there.
    float[] places = new float[channels * window * window];
    for (int kernel = 0; kernel < channels * window; kernel++) {
      places[kernel * window + kernel % window] = 1;
    }
    int half = size / 2;
    String padded = writer.padByEdge(images, half, half, half);
    String windows = writer.conv(padded, places, channels * window, size, 1, channels);
    String stacked = writer.reshape(windows, 0, channels, window, shape[1], shape[2]);
    int middle = window / 2;
    String upper = writer.largest(stacked, 2, middle + 1);
    String median = writer.slice(upper, 2, middle, middle + 1);
    return writer.reshape(median, 0, channels, shape[1], shape[2]);
  }
}

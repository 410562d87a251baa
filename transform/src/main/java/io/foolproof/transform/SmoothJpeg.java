package io.foolproof.transform;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JPEG with a smooth curve in place of rounding, for the sake of its gradient: Shin and Song,
 * JPEG-resistant adversarial images, 2017.
 */
final class SmoothJpeg {
  private static final int BLOCK = JpegTables.BLOCK;
  private static final int COEFFICIENTS = JpegTables.COEFFICIENTS;

  private static final Nn.Window BLOCKS =
      new Nn.Window(new long[] {BLOCK, BLOCK}, new long[2], new long[] {1, 1});

  private SmoothJpeg() {}

  /**
   * Images there and back.
   *
   * @param images [N, 1 or 3, H, W] in [0, 1]
   * @param qualities one for each image
   * @param halved whether colour has half the resolution
   */
  static Tensor compressed(Tensor images, int[] qualities, boolean halved) {
    // Convolutions of one image at a time: those of several differ in the last bit.
    List<Tensor> each = new ArrayList<>();
    for (int i = 0; i < qualities.length; i++) {
      each.add(single(images.rows(i, i + 1), qualities[i], halved));
    }
    return Tensor.concat(each, 0);
  }

  private static Tensor single(Tensor images, int quality, boolean halved) {
    Tensor levels = images.mul(JpegTables.MOST);
    if (images.size(1) == 1) {
      Tensor plane = plane(levels.sub(JpegTables.MIDDLE), quality, false);
      return plane.add(JpegTables.MIDDLE).div(JpegTables.MOST);
    }
    List<Tensor> ycc = mixed(levels, JpegTables.toYcbcr());
    Tensor light = plane(ycc.get(0).sub(JpegTables.MIDDLE), quality, false);
    List<Tensor> back = new ArrayList<>(List.of(light.add(JpegTables.MIDDLE)));
    for (Tensor colour : ycc.subList(1, 3)) {
      back.add(halved ? halved(colour, quality) : plane(colour, quality, true));
    }
    Tensor rgb = Tensor.concat(mixed(Tensor.concat(back, 1), JpegTables.toRgb()), 1);
    return rgb.div(JpegTables.MOST);
  }

  /** Three channels as sums of three. */
  private static List<Tensor> mixed(Tensor images, double[] matrix) {
    List<Tensor> mixed = new ArrayList<>();
    for (int row = 0; row < 3; row++) {
      Tensor weights =
          Tensor.of(Arrays.copyOfRange(matrix, 3 * row, 3 * row + 3), 1, 3, 1, 1)
              .to(images.dtype());
      mixed.add(images.mul(weights).sum(true, 1));
    }
    return mixed;
  }

  private static Tensor halved(Tensor colour, int quality) {
    long height = colour.size(2);
    long width = colour.size(3);
    long[] odd = {0, width % 2, 0, height % 2};
    long[] two = {2, 2};
    Tensor even = Nn.pad(colour, odd, Nn.PadMode.EDGE, 0);
    Tensor small = plane(Nn.averagePool(even, two, two, new long[2], false, true), quality, true);
    long rows = small.size(2);
    long columns = small.size(3);
    return small
        .reshape(small.size(0), 1, rows, 1, columns, 1)
        .expand(small.size(0), 1, rows, 2, columns, 2)
        .reshape(small.size(0), 1, 2 * rows, 2 * columns)
        .slice(2, 0, height, 1)
        .slice(3, 0, width, 1);
  }

  /** A channel, with levels around 0. */
  private static Tensor plane(Tensor levels, int quality, boolean isColour) {
    long height = levels.size(2);
    long width = levels.size(3);
    long[] missing = {0, JpegTables.missing(width), 0, JpegTables.missing(height)};
    Tensor padded = Nn.pad(levels, missing, Nn.PadMode.EDGE, 0);
    Tensor waves = waves(levels.dtype());
    Tensor steps = steps(quality, isColour, levels.dtype());
    Tensor multiples = Nn.conv(padded, waves, null, BLOCKS, 1).div(steps);
    Tensor whole = multiples.detach().round();
    Tensor kept = whole.add(multiples.sub(whole).pow(3)).mul(steps);
    return Nn.convTranspose(kept, waves, null, BLOCKS, new long[2], 1)
        .slice(2, 0, height, 1)
        .slice(3, 0, width, 1);
  }

  private static Tensor waves(DType dtype) {
    double[] all = Arrays.stream(JpegTables.waves()).flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(all, COEFFICIENTS, 1, BLOCK, BLOCK).to(dtype);
  }

  /** [1, 64, 1, 1]. */
  private static Tensor steps(int quality, boolean isColour, DType dtype) {
    double[] steps =
        Arrays.stream(JpegTables.quantisation(quality, isColour)).asDoubleStream().toArray();
    return Tensor.of(steps, 1, COEFFICIENTS, 1, 1).to(dtype);
  }
}

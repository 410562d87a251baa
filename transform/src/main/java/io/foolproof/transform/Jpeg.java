package io.foolproof.transform;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.JpegCodec.Plane;
import java.util.Locale;

/**
 * Compresses images as JPEG and decompresses them, as the library of the Independent JPEG Group
 * does: what is seen is exactly what comes out of a file. Values outside [0, 1] are clipped. Where
 * gradients come from is chosen.
 *
 * @param quality from 1, the smallest files, to 100; rounded to a whole number
 * @param chroma the resolution of colour
 * @param backward where gradients come from
 */
public record Jpeg(Range quality, Chroma chroma, Backward backward) implements Transformation {

  /** The resolution of colour. */
  public enum Chroma {
    /** Half of that of light, along both sides (4:2:0): what cameras do. */
    HALF,
    /** That of light (4:4:4). */
    FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where gradients come from, since those of rounding are zero. */
  public enum Backward {
    /** As if nothing was compressed. */
    IDENTITY,
    /**
     * Rounding is taken for round(x) + (x - round(x))^3: Shin and Song, JPEG-resistant adversarial
     * images, 2017.
     */
    CUBIC;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the knobs. */
  public Jpeg {
    quality.within("jpeg: quality", 1, JpegTables.BEST_QUALITY);
  }

  /** With gradients as if nothing was compressed, and colour at half the resolution. */
  static Jpeg of(Range quality) {
    return new Jpeg(quality, Chroma.HALF, Backward.IDENTITY);
  }

  @Override
  public Tensor apply(Tensor images, Draw draw) {
    if (images.size(1) != 1 && images.size(1) != 3) {
      throw new InvalidInputException(
          "jpeg: takes grey and colour images, found %d channels: expected 1 or 3"
              .formatted(images.size(1)));
    }
    double[] drawn = draw.values(quality);
    int[] qualities = new int[drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      qualities[i] = (int) Math.round(drawn[i]);
    }
    Tensor clipped = images.clamp(0, 1);
    Tensor compressed = compressed(clipped.detach(), qualities);
    if (!images.isDifferentiable()) {
      return compressed;
    }
    return Pixelwise.withGradientOf(
        compressed,
        backward == Backward.IDENTITY
            ? clipped
            : SmoothJpeg.compressed(clipped, qualities, chroma == Chroma.HALF));
  }

  private Tensor compressed(Tensor images, int[] qualities) {
    double[] all = images.toDoubles();
    int channels = (int) images.size(1);
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    int at = 0;
    for (int quality : qualities) {
      Plane[] planes = new Plane[channels];
      for (int channel = 0; channel < channels; channel++) {
        planes[channel] = new Plane(height, width);
        for (int i = 0; i < height * width; i++) {
          double value = all[at + channel * height * width + i];
          planes[channel].levels()[i] = (int) Math.rint(value * JpegTables.MOST);
        }
      }
      Plane[] back =
          channels == 1
              ? new Plane[] {
                JpegCodec.compressed(planes[0], JpegTables.quantisation(quality, false))
              }
              : JpegCodec.compressed(planes, quality, chroma == Chroma.HALF);
      for (Plane plane : back) {
        for (int level : plane.levels()) {
          all[at++] = (double) level / JpegTables.MOST;
        }
      }
    }
    return Tensor.of(all, images.shape()).to(images.dtype());
  }
}

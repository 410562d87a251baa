package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * Shrinks an image to a size drawn at random, and puts it at a place drawn at random on black of
 * its own size, by linear interpolation; rows and columns by the same factor.
 *
 * <p>Xie, Wang, Zhang, Ren, Yuille: Mitigating adversarial effects through randomization, 2017,
 * arXiv 1711.01991. The paper enlarges images for a net that takes larger ones; sizes and places
 * are whole pixels there.
 *
 * @param smallest size as a fraction of the image's
 */
@Named("resize")
public record RandomResize(@Fraction double smallest) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new RandomResize(0.8),
          "shrinks images to a random size, at a random place",
          "Xie et al. 2017, arXiv 1711.01991");

  /** Checks the settings. */
  public RandomResize {
    Settings.check(RandomResize.class, smallest);
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.CHANCE);
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    long side = Math.min(shape[1], shape[2]);
    if (smallest * side < 1) {
      throw new InvalidInputException(
          "resize: smallest=%s makes less than a pixel of %d: give at least %s"
              .formatted(smallest, side, 1.0 / side));
    }
    // A number for each image, whose random numbers are its own.
    String one = writer.slice(writer.slice(writer.slice(images, 1, 0, 1), 2, 0, 1), 3, 0, 1);
    String size = writer.add(writer.mul(writer.uniform(one), 1 - smallest), smallest);
    String rows = weights(writer, size, writer.uniform(one), shape[1], false);
    String columns = weights(writer, size, writer.uniform(one), shape[2], true);
    return writer.apply("MatMul", rows, writer.apply("MatMul", images, columns));
  }

  /**
   * How much of each pixel of the image a pixel of the result takes along a dimension.
   *
   * @param transposed whether the pixels of the result are the columns
   * @return [N, 1, pixels of the result, pixels of the image], or transposed
   */
  private static String weights(
      OnnxWriter writer, String size, String place, long pixels, boolean transposed) {
    float[] centres = new float[(int) pixels];
    float[] sources = new float[(int) pixels];
    for (int i = 0; i < pixels; i++) {
      centres[i] = i + 0.5f;
      sources[i] = i;
    }
    long[] across = transposed ? new long[] {1, pixels} : new long[] {pixels, 1};
    long[] along = transposed ? new long[] {pixels, 1} : new long[] {1, pixels};
    String room = writer.mul(writer.add(writer.mul(size, -1), 1), (double) pixels);
    String from = writer.apply("Mul", place, room);
    String inside = writer.apply("Sub", writer.numbers(centres, across), from);
    String source = writer.add(writer.apply("Div", inside, size), -0.5);
    String away = writer.apply("Abs", writer.apply("Sub", source, writer.numbers(sources, along)));
    return writer.apply("Relu", writer.add(writer.mul(away, -1), 1));
  }
}

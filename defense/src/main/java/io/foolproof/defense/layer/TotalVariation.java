package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.attack.setting.Probability;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.EnumSet;
import java.util.Set;

/**
 * Replaces an image by one that is close to it at some pixels, drawn at random, and smooth: a fixed
 * number of gradient steps on
 *
 * <pre>{@code
 * 1/2 |mask (z - x)|^2 + weight * sum over pixels sqrt(|Dz|^2 + smoothing^2)
 * }</pre>
 *
 * <p>where Dz are the differences to the pixel below and to the right.
 *
 * <p>Guo, Rana, Cissé, van der Maaten: Countering adversarial images using input transformations,
 * 2017, arXiv 1711.00117, section 4.2, which minimises with a solver; this smoothing and these
 * steps take its place, so that nothing hides the gradient but chance.
 *
 * @param keep probability that a pixel counts; 1 for all, without chance
 * @param weight of the variation
 * @param steps of gradient descent
 */
@Named("tv")
public record TotalVariation(
    @Probability double keep, @Positive double weight, @AtLeast(1) int steps)
    implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new TotalVariation(0.5, 0.03, 20),
          "a smooth image that is close at pixels drawn at random",
          "Guo et al. 2017, arXiv 1711.00117");

  /** Differences below it count as their square. */
  private static final double SMOOTHING = 0.03;

  /** The square of the norm of D is at most this. */
  private static final int STEEPEST = 8;

  private static final int MOST_STEPS = 500;

  /** Checks the settings. */
  public TotalVariation {
    Settings.check(TotalVariation.class, keep, weight, steps);
    Pixels.require("tv", "weight", weight, 1);
    if (steps > MOST_STEPS) {
      throw new InvalidInputException(
          "tv: steps=%d: give 1 to %d: each step is a dozen nodes of the file"
              .formatted(steps, MOST_STEPS));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return keep < 1 ? EnumSet.of(Hiding.CHANCE) : EnumSet.noneOf(Hiding.class);
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    int channels = (int) shape[0];
    float[] right = kernels(channels, 1);
    float[] below = kernels(channels, 2);
    double step = 1 / (1 + weight * STEEPEST / SMOOTHING);
    String mask = keep < 1 ? mask(writer, images) : "";
    String z = images;
    for (int i = 0; i < steps; i++) {
      String away = writer.apply("Sub", z, images);
      String data = mask.isEmpty() ? away : writer.apply("Mul", mask, away);
      String padded = writer.padByEdge(z, 0, 1, 1);
      String dx = writer.conv(padded, right, channels, 2, 1, channels);
      String dy = writer.conv(padded, below, channels, 2, 1, channels);
      String squares =
          writer.apply("Add", writer.apply("Mul", dx, dx), writer.apply("Mul", dy, dy));
      String lengths = writer.apply("Sqrt", writer.add(squares, SMOOTHING * SMOOTHING));
      String flow =
          writer.apply(
              "Add",
              adjoint(writer, writer.apply("Div", dx, lengths), right, channels),
              adjoint(writer, writer.apply("Div", dy, lengths), below, channels));
      String gradient = writer.apply("Add", data, writer.mul(flow, weight));
      z = writer.apply("Sub", z, writer.mul(gradient, step));
    }
    return z;
  }

  /** 1 at pixels that count. */
  private String mask(OnnxWriter writer, String images) {
    return writer.reaches(writer.uniform(images), writer.number(1 - keep));
  }

  private static String adjoint(
      OnnxWriter writer, String differences, float[] kernels, int channels) {
    return writer.convTranspose(differences, kernels, channels, 2, 1, channels, 1);
  }

  /** The difference of a pixel of a window of four to the first, in each channel. */
  private static float[] kernels(int channels, int place) {
    float[] kernels = new float[4 * channels];
    for (int channel = 0; channel < channels; channel++) {
      kernels[4 * channel] = -1;
      kernels[4 * channel + place] = 1;
    }
    return kernels;
  }
}

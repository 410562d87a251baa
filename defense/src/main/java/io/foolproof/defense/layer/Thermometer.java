package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * The thermometer code of each pixel: of some channels, the k-th is 1 where the pixel reaches the
 * k-th of as many levels, spaced evenly, else 0. A net that was trained on such channels takes them
 * as they are; any other is given their mean, which is the pixel rounded to a level.
 *
 * <p>Buckman, Roy, Raffel, Goodfellow: Thermometer encoding: one hot way to resist adversarial
 * examples, ICLR 2018. The paper's levels are k / levels; these are half a level lower, so that
 * black and white are levels.
 *
 * @param levels channels for each channel of the image
 * @param decode whether the net takes images, and so is given the means
 */
@Named("thermometer")
public record Thermometer(@AtLeast(2) int levels, boolean decode) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new Thermometer(16, true),
          "codes each pixel by the levels that it reaches; decode=false for a net that was trained"
              + " on the codes",
          "Buckman et al. 2018, ICLR");

  private static final int MOST = 255;

  /** Checks the settings. */
  public Thermometer {
    Settings.check(Thermometer.class, levels, decode);
    if (levels > MOST) {
      throw new InvalidInputException(
          "thermometer: levels=%d: give 2 to %d: images have no more".formatted(levels, MOST));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.STEPS);
  }

  @Override
  public long[] takes(long[] shape) {
    if (decode) {
      return shape;
    }
    if (shape[0] % levels != 0) {
      throw new InvalidInputException(
          "thermometer: makes %d channels of each of an image's, and the net takes %d: train a net on the codes, or give decode=true for one that takes images"
              .formatted(levels, shape[0]));
    }
    return new long[] {shape[0] / levels, shape[1], shape[2]};
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    float[] thresholds = new float[levels];
    for (int level = 0; level < levels; level++) {
      thresholds[level] = (float) ((level + 0.5) / levels);
    }
    String alone = writer.reshape(images, 0, shape[0], 1, shape[1], shape[2]);
    String above = writer.apply("Sub", alone, writer.numbers(thresholds, levels, 1, 1));
    String codes = writer.clip(writer.add(writer.apply("Floor", above), 1), 0, 1);
    return decode
        ? writer.reshape(writer.mean(codes, 2), 0, shape[0], shape[1], shape[2])
        : writer.reshape(codes, 0, shape[0] * levels, shape[1], shape[2]);
  }
}

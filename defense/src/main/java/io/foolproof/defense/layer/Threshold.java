package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import java.util.Set;

/**
 * White where a pixel reaches a threshold, else black.
 *
 * <p>Xu, Evans, Qi: Feature squeezing, 2017, arXiv 1704.01155, section III.A, with one bit.
 *
 * @param level in units of the image's box
 */
@Named("threshold")
public record Threshold(@Fraction double level) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new Threshold(0.5),
          "makes pixels that reach a level white, all others black",
          "Xu et al. 2017, arXiv 1704.01155");

  /** Checks the settings. */
  public Threshold {
    Pixels.require("threshold", "level", level, 1);
    Settings.check(Threshold.class, level);
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.STEPS);
  }

  @Override
  public String note() {
    return Crossing.of(level, 1 - level);
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    // A step with a floor, through which another backward pass leads, and which is exact.
    String floor = writer.apply("Floor", writer.add(images, -level));
    return writer.clip(writer.add(floor, 1), 0, 1);
  }
}

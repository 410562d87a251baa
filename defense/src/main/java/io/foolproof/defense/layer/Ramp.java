package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * A ramp, clip((x - low) / (high - low), 0, 1): black up to one level, white from another on. It is
 * what the first layer of a net learns that is trained against L-inf attacks on MNIST: Madry et
 * al.: Towards deep learning models resistant to adversarial attacks, 2017, arXiv 1706.06083,
 * appendix C.
 *
 * @param low up to which pixels become black, in units of the image's box
 * @param high from which on pixels become white
 */
@Named("clip")
public record Ramp(@NotNegative double low, @Positive double high) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new Ramp(0.3, 0.7),
          "clip((x - low) / (high - low), 0, 1)",
          "Madry et al. 2017, arXiv 1706.06083");

  /** Checks the settings. */
  public Ramp {
    Settings.check(Ramp.class, low, high);
    Pixels.require("clip", "low", low, 1);
    Pixels.require("clip", "high", high, 1);
    if (low >= high) {
      throw new InvalidInputException(
          "clip: low=%s, high=%s: give the smaller level as low; for a step take threshold"
              .formatted(low, high));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.SATURATION);
  }

  @Override
  public String note() {
    return Crossing.of(low, 1 - high);
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    return writer.clip(writer.mul(writer.add(images, -low), 1 / (high - low)), 0, 1);
  }
}

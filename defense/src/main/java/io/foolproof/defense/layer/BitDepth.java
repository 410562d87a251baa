package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * Rounds pixels to 2^bits levels, from 0 to 1.
 *
 * <p>Xu, Evans, Qi: Feature squeezing, 2017, arXiv 1704.01155, section III.A.
 *
 * @param bits from 1 to 8
 */
@Named("bits")
public record BitDepth(@AtLeast(1) int bits) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new BitDepth(3), "rounds pixels to 2^bits levels", "Xu et al. 2017, arXiv 1704.01155");

  private static final int MOST = 8;

  /** Checks the settings. */
  public BitDepth {
    Settings.check(BitDepth.class, bits);
    if (bits > MOST) {
      throw new InvalidInputException(
          "bits: bits=%d: give 1 to %d: images have no more".formatted(bits, MOST));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.STEPS);
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    int steps = (1 << bits) - 1;
    String whole = writer.round(writer.mul(images, steps));
    return writer.apply("Div", whole, writer.number(steps));
  }
}

package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.OnnxWriter;
import java.util.Set;

/**
 * Gaussian noise on every pixel, drawn anew each time. What leaves the box is not clipped.
 *
 * <p>Liu, Cheng, Zhang, Hsieh: Towards robust neural networks via random self-ensemble, 2017, arXiv
 * 1712.00673; of their noise layers this is the one in front of the net.
 *
 * @param sigma standard deviation, in units of the image's box; at most half of it
 */
@Named("noise")
public record GaussianNoise(@Positive double sigma) implements FrontLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new GaussianNoise(0.3),
          "adds Gaussian noise, drawn anew each time",
          "Liu et al. 2017, arXiv 1712.00673");

  private static final double MOST = 0.5;

  /** Checks the settings. */
  public GaussianNoise {
    Settings.check(GaussianNoise.class, sigma);
    Pixels.require("noise", "sigma", sigma, MOST);
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.CHANCE);
  }

  @Override
  public String write(OnnxWriter writer, String images, long[] shape) {
    return writer.apply("Add", images, writer.gaussian(images, sigma));
  }
}

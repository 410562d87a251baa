package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.OnnxWriter;
import java.util.Set;

/**
 * Drops activations of each rectified layer at random, small ones rather than large ones, and
 * divides the others by the probability with which they remain, so that the mean is what it was.
 * Activations are drawn with probabilities in proportion to them; those that are never drawn are
 * dropped.
 *
 * <p>Dhillon et al.: Stochastic activation pruning for robust adversarial defense, 2018, arXiv
 * 1803.01442. The paper fixes the number of draws; here it is Poisson distributed around that
 * number, so that activations are dropped independently, with the probability exp(-draws p) where
 * the paper has (1 - p)^draws.
 *
 * @param draws number of draws for each activation of a layer
 */
@Named("pruning")
public record ActivationPruning(@Positive double draws) implements RectifierLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new ActivationPruning(1),
          "drops small activations of each rectified layer at random",
          "Dhillon et al. 2018, arXiv 1803.01442");

  /** Of activations that are all 0 the mean is 0, and so is what they are divided by. */
  private static final double TINY = 1e-6;

  /** Checks the settings. */
  public ActivationPruning {
    Settings.check(ActivationPruning.class, draws);
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.CHANCE);
  }

  @Override
  public String write(OnnxWriter writer, String activations, long size) {
    String mean = writer.add(writer.mean(activations, 1), TINY);
    String expected = writer.mul(writer.apply("Div", activations, mean), draws);
    String dropped = writer.apply("Exp", writer.mul(expected, -1));
    String kept = writer.reaches(writer.uniform(activations), dropped);
    String remains = writer.add(writer.add(writer.mul(dropped, -1), 1), TINY);
    return writer.apply("Div", writer.apply("Mul", activations, kept), remains);
  }
}

package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.Positive;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import java.util.Set;

/**
 * Logits that are a factor larger, as those of a net that was distilled at a high temperature and
 * runs without it. No prediction changes, but the cross-entropy becomes so small that 32 bits hold
 * no gradient of it.
 *
 * <p>Papernot, McDaniel, Wu, Jha, Swami: Distillation as a defense, 2015, arXiv 1511.04508; undone
 * by Carlini, Wagner: Defensive distillation is not robust, 2016, arXiv 1607.04311.
 *
 * @param t the factor
 */
@Named("temperature")
public record Temperature(@Positive double t) implements LogitLayer {
  private static final double MOST = 1e6;

  static final LayerEntry ENTRY =
      new LayerEntry(
          new Temperature(100),
          "multiplies the logits, as distillation at this temperature does",
          "Papernot et al. 2015, arXiv 1511.04508");

  /** Checks the settings. */
  public Temperature {
    Settings.check(Temperature.class, t);
    if (t > MOST) {
      throw new InvalidInputException(
          "temperature: t=%s: give at most %s, or logits are no finite numbers".formatted(t, MOST));
    }
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.LARGE_LOGITS);
  }

  @Override
  public String write(OnnxWriter writer, String logits) {
    return writer.apply("Mul", logits, writer.number(t));
  }
}

package io.foolproof.defense.layer;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Fraction;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.OnnxWriter;
import java.util.Set;

/**
 * Of each rectified layer only the largest activations of an image remain, all others become 0.
 * Which ones they are changes all the time along a line, so that gradients say little about the
 * next point.
 *
 * <p>Xiao, Zhong, Zheng: Enhancing adversarial defense by k-winners-take-all, 2019, arXiv
 * 1905.10510, which trains nets so; undone by Tramèr et al.: On adaptive attacks, 2020, arXiv
 * 2002.08347.
 *
 * @param keep fraction of the activations that remain
 */
@Named("k-winners")
public record Winners(@Fraction double keep) implements RectifierLayer {
  static final LayerEntry ENTRY =
      new LayerEntry(
          new Winners(0.1),
          "keeps the largest activations of each rectified layer",
          "Xiao et al. 2019, arXiv 1905.10510");

  /** Checks the settings. */
  public Winners {
    Settings.check(Winners.class, keep);
  }

  @Override
  public Set<Hiding> hides() {
    return Set.of(Hiding.WINNERS);
  }

  @Override
  public String write(OnnxWriter writer, String activations, long size) {
    long count = Math.max(1, Math.round(keep * size));
    String winners = writer.largest(activations, 1, count);
    String last = writer.slice(winners, 1, count - 1, count);
    return writer.apply("Mul", activations, writer.reaches(activations, last));
  }
}

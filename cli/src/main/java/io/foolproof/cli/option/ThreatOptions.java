package io.foolproof.cli.option;

import io.foolproof.attack.Goal;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the attacker may do: options that several commands share. */
public final class ThreatOptions {
  @Option(
      names = "--norm",
      defaultValue = "linf",
      description =
          "how a change is measured: linf, l2, l1, l0 or flow (default: ${DEFAULT-VALUE})")
  String norm = "linf";

  @Option(
      names = "--epsilon",
      converter = NumberOrFraction.class,
      description =
          "the largest change, such as 0.1 or 8/255, in units of the pixels, for l0 in values, for"
              + " flow how many pixels far a pixel may move (default: 0.1 for linf, 1 for l2, 5 for l1, 10 for l0, 3 for"
              + " flow)")
  @Nullable Double epsilon;

  @Option(
      names = "--target",
      paramLabel = "CLASS",
      description = "count only this class, from 0, as success (default: any wrong class)")
  @Nullable Integer target;

  @Option(
      names = "--levels",
      paramLabel = "N",
      description = "search only among images whose values have N levels, such as 256")
  @Nullable Integer levels;

  public ThreatModel threat() {
    Goal goal = target == null ? new Goal.Untargeted() : new Goal.Targeted(target);
    ThreatModel threat =
        ThreatModel.of(norm, epsilon == null ? 0 : epsilon, goal, levels == null ? 0 : levels);
    return epsilon == null ? threat.withEpsilon(usual(threat)) : threat;
  }

  private static double usual(ThreatModel threat) {
    if (threat instanceof NormBounded bounded) {
      return switch (bounded.norm()) {
        case LINF -> 0.1;
        case L2 -> 1;
        case L1 -> 5;
        case L0 -> 10;
      };
    }
    return 3;
  }

  /** Without the samples that are of the target class already. */
  public ImageSet withoutTarget(ImageSet images) {
    if (target == null) {
      return images;
    }
    int wanted = target;
    return images.select(
        IntStream.range(0, images.size()).filter(i -> images.label(i) != wanted).toArray());
  }
}

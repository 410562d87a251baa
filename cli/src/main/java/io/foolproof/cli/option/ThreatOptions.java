package io.foolproof.cli.option;

import io.foolproof.attack.FeatureEpsilon;
import io.foolproof.attack.Features;
import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Table;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the attacker may do: options that several commands share. */
@Under(Heading.THREAT)
public final class ThreatOptions {
  @Spec(Spec.Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = "--norm",
      paramLabel = "NORM",
      defaultValue = "linf",
      description =
          "how a perturbation is measured: linf, l2, l1, l0 (values), l0-pixels, or flow for moved"
              + " pixels")
  String norm = "linf";

  @Option(
      names = "--epsilon",
      paramLabel = "NUMBER",
      converter = Epsilons.Converter.class,
      description =
          "largest perturbation, such as 0.1 or 8/255: in pixel values; for l0 the number of values"
              + " changed, for l0-pixels that of pixels; for flow the distance that a pixel moves, in pixels (default: 0.1 for"
              + " linf, 1 for l2, 5 for l1, 10 for l0 and l0-pixels, 3 for flow). Of a table: a"
              + " fraction of each feature's range; or one for each feature, such as 0.1,0.2,0, or"
              + " for some, 0.1,age=0.2 (default: 0.1 for linf, 0.2 for l2, 0.3 for l1, 1 feature for"
              + " l0)")
  @Nullable Epsilons epsilon;

  @Option(
      names = "--target",
      paramLabel = "CLASS",
      description = "class that the attacks must reach, counted from 0 (default: any wrong class)")
  @Nullable Integer target;

  @Option(
      names = "--levels",
      paramLabel = "N",
      description =
          "search only images whose pixels have N levels, such as 256 (default: no restriction)")
  @Nullable Integer levels;

  public ThreatModel threat() {
    ThreatModel threat =
        ThreatModel.of(
            norm, epsilon == null ? 0 : epsilon.ofImages(), goal(), levels == null ? 0 : levels);
    if (epsilon == null) {
      return threat.withEpsilon(usual(threat));
    }
    if (threat instanceof NormBounded bounded) {
      requireWhole(bounded.norm(), threat.epsilon());
    }
    return threat;
  }

  private static void requireWhole(Norm norm, double epsilon) {
    if (norm.countsChanges() && epsilon != Math.rint(epsilon)) {
      throw new InvalidInputException(
          "--epsilon is %s, and in %s it is how many changes are allowed: give a whole number, such as 10"
              .formatted(epsilon, norm.id()));
    }
  }

  private Goal goal() {
    return target == null ? new Goal.Untargeted() : new Goal.Targeted(target);
  }

  /** How far the features of a table may change. */
  FeatureEpsilon epsilon(Table table, boolean inUnits) {
    Norm measured = normOfRows();
    if (epsilon == null && inUnits) {
      throw new InvalidInputException(
          "--epsilon-in units needs an --epsilon: one number for each feature, in its unit");
    }
    FeatureEpsilon given =
        epsilon == null ? FeatureEpsilon.of(usualOfRows(measured)) : epsilon.of(table, inUnits);
    if (measured == Norm.L0 && (inUnits || !given.named().isEmpty())) {
      throw new InvalidInputException(
          "for l0, epsilon is the number of features that may change: give one number, and --frozen"
              + " for those that may not");
    }
    if (given.usual() != null) {
      requireWhole(measured, given.usual());
    }
    return given;
  }

  /** What the attacker may do to the rows of a table. */
  public NormBounded threat(Features features) {
    return features.threat(normOfRows(), goal());
  }

  private Norm normOfRows() {
    if (norm.equalsIgnoreCase(FlowBounded.ID)) {
      throw new InvalidInputException(
          "flow moves the pixels of images, and a row has none: give linf, l2, l1 or l0");
    }
    if (levels != null) {
      throw new InvalidInputException(
          "--levels are those of image files: leave it out, and name features that are whole"
              + " numbers (--integer)");
    }
    Norm measured = Norm.parse(norm);
    if (measured == Norm.L0_PIXELS) {
      throw new InvalidInputException(
          "l0-pixels counts the pixels of images, and a row has none: give l0, which counts features");
    }
    return measured;
  }

  private static double usualOfRows(Norm norm) {
    return switch (norm) {
      case LINF -> 0.1;
      case L2 -> 0.2;
      case L1 -> 0.3;
      case L0, L0_PIXELS -> 1;
    };
  }

  /** Epsilon in the name of a folder: 0.1, and 8-255 where 8/255 was given. */
  public String folderName(ThreatModel threat) {
    List<String> given =
        command == null ? List.of() : command.findOption("--epsilon").originalStringValues();
    return given.isEmpty() || !given.get(0).matches(".*[/,=].*")
        ? String.valueOf(threat.epsilon())
        : given.get(0).replaceAll("[^\\w.]+", "-");
  }

  private static double usual(ThreatModel threat) {
    if (threat instanceof NormBounded bounded) {
      return switch (bounded.norm()) {
        case LINF -> 0.1;
        case L2 -> 1;
        case L1 -> 5;
        case L0, L0_PIXELS -> 10;
      };
    }
    return 3;
  }

  /** Without the samples that are of the target class already. */
  public ImageSet withoutTarget(ImageSet images) {
    return target == null ? images : images.without(target);
  }
}

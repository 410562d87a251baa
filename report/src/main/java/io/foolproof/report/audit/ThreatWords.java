package io.foolproof.report.audit;

import io.foolproof.attack.Features;
import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Noun;
import io.foolproof.model.InputSpec;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the attacker was allowed, in words. */
public final class ThreatWords {
  private static final int LEVELS = 255;

  private final InputSpec input;
  private final ThreatModel threat;
  private final ClassNames names;
  private final boolean colour;
  private final String replayedBy;
  private final List<AttackSummary> attacks;
  private final Noun noun;

  /** What is said of rows of a table instead; null of images. */
  private final @Nullable TableWords table;

  /** Of the audit that had this result. */
  public ThreatWords(AuditResult result) {
    input = result.subject().input();
    threat = result.threat();
    names = new ClassNames(result.data().classNames());
    colour = result.data().channels() > 1;
    replayedBy = result.replayedBy();
    attacks = result.attacks();
    noun = result.noun();
    Features features = result.features();
    table = features == null ? null : TableWords.of(result, features);
  }

  /** What the attack with the most knowledge used. */
  private String knowledge() {
    Knowledge most =
        attacks.stream()
            .map(ThreatWords::knowledge)
            .min(Comparator.naturalOrder())
            .orElse(Knowledge.WHITE_BOX);
    String own =
        attacks.stream().anyMatch(ThreatWords::takesSurrogates)
            ? ", in addition to surrogate models for the same task"
            : "";
    String knows =
        switch (most) {
          case WHITE_BOX ->
              "white-box: the attacker knows the model, its weights and its gradients";
          case SCORES -> "black-box: the attacker sees the scores of all classes for every query";
          case LABELS -> "black-box: the attacker sees the predicted class for every query";
        };
    return knows + own;
  }

  /** An attack that follows another model's gradients knows no more than this one's scores. */
  private static Knowledge knowledge(AttackSummary attack) {
    if (takesSurrogates(attack)) {
      return attack.name().equals("transfer") ? Knowledge.LABELS : Knowledge.SCORES;
    }
    return Attacks.all().stream()
        .filter(entry -> entry.name().equals(attack.name()))
        .map(entry -> entry.standard().knowledge())
        .findFirst()
        .orElse(Knowledge.WHITE_BOX);
  }

  private static boolean takesSurrogates(AttackSummary attack) {
    return attack.name().equals("transfer") || attack.settings().contains("bpda=surrogate");
  }

  /** Epsilon in 8-bit levels, of which the box spans 255. */
  double levels() {
    return threat.epsilon() / (input.high() - input.low()) * LEVELS;
  }

  /** Norm, epsilon and levels, in a few characters: L-inf 0.3 (76.5/255). */
  public String brief() {
    return table == null ? threat.symbol() + " " + amount() + ofLevels() : table.brief();
  }

  private String ofLevels() {
    return threat.levels() == 0 ? "" : ", " + Numbers.count(threat.levels()) + " levels";
  }

  /** What goes after "an attacker who": may change every pixel by up to 0.3 (76.5/255). */
  String allowance() {
    if (table != null) {
      return table.allowance();
    }
    if (threat.epsilon() == 0) {
      return "may change nothing";
    }
    if (!(threat instanceof NormBounded bounded)) {
      return "may move every pixel by up to " + amount();
    }
    return change(bounded)
        + (threat.levels() == 0 ? "" : " among " + Numbers.count(threat.levels()) + " levels");
  }

  private String change(NormBounded bounded) {
    String epsilon = Numbers.decimal(threat.epsilon());
    return switch (bounded.norm()) {
      case LINF -> "may change every " + value() + " by up to " + amount();
      case L2 -> "may move an image by a Euclidean distance of up to " + epsilon;
      case L1 -> "may change an image's pixels by up to " + epsilon + " in all";
      case L0 -> "may change up to " + epsilon + " of an image's values by any amount";
      case L0_PIXELS ->
          "may change up to " + epsilon + " of an image's pixels, in all channels, by any amount";
    };
  }

  /** What goes after the model's name, where only one class counts. */
  String into() {
    return threat.goal() instanceof Goal.Targeted targeted
        ? " into class " + names.of(targeted.target())
        : "";
  }

  List<Fact> facts() {
    List<Fact> facts = new ArrayList<>(table == null ? ofImages() : table.facts());
    facts.add(Math.min(2, facts.size()), new Fact("Goal", goal()));
    facts.add(new Fact("Knowledge", knowledge()));
    facts.add(new Fact("Fooled", replay()));
    return facts;
  }

  private List<Fact> ofImages() {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Norm", norm()));
    facts.add(new Fact("Epsilon", epsilon()));
    facts.add(
        new Fact(
            "Box",
            "every pixel stays between "
                + Numbers.decimal(input.low())
                + " and "
                + Numbers.decimal(input.high())));
    if (threat.levels() > 0) {
      facts.add(
          new Fact(
              "Levels",
              "a changed value is one of "
                  + Numbers.count(threat.levels())
                  + " levels, evenly spaced, as in an image file"));
    }
    return facts;
  }

  private String norm() {
    String symbol = threat.symbol();
    if (!(threat instanceof NormBounded bounded)) {
      return symbol + ", the largest distance that any pixel moves";
    }
    return switch (bounded.norm()) {
      case LINF -> symbol + ", the largest change of any " + value();
      case L2 -> symbol + ", the Euclidean length of the change";
      case L1 -> symbol + ", the sum of all changes";
      case L0 -> symbol + ", the number of changed values";
      case L0_PIXELS -> symbol + ", the number of pixels changed in any channel";
    };
  }

  private String epsilon() {
    if (isIn(Norm.L0)) {
      return Numbers.count((long) threat.epsilon(), "value");
    }
    if (isIn(Norm.L0_PIXELS)) {
      return Numbers.count((long) threat.epsilon(), "pixel");
    }
    if (isIn(Norm.LINF) || threat instanceof FlowBounded || threat.epsilon() == 0) {
      return amount();
    }
    double relative = threat.epsilon() / (input.high() - input.low());
    double flips = isIn(Norm.L2) ? relative * relative : relative;
    // A hair more, since what is 4 on paper may come out as 3.9999999.
    long whole = (long) (flips + 1e-9);
    return amount()
        + (whole == 0
            ? ", less than it takes to turn one value from black to white"
            : ", enough to turn " + Numbers.count(whole, "value") + " from black to white");
  }

  /** Only the largest change of a single value is something that 8-bit levels make clearer. */
  private String amount() {
    String epsilon = Numbers.decimal(threat.epsilon());
    if (threat instanceof FlowBounded) {
      return epsilon + (threat.epsilon() == 1 ? " pixel" : " pixels");
    }
    return isIn(Norm.LINF) && threat.epsilon() > 0
        ? epsilon + " (" + Numbers.decimal(levels()) + "/" + LEVELS + ")"
        : epsilon;
  }

  /** What counts as fooled: any wrong class. */
  public String goal() {
    return threat.goal() instanceof Goal.Targeted targeted
        ? "class " + names.of(targeted.target()) + " and no other"
        : "any wrong class";
  }

  private String replay() {
    return "the adversarial "
        + noun.one()
        + " was replayed alone: "
        + (threat instanceof FlowBounded ? "warped again from the clean image by its flow, " : "")
        + "inside the box, within epsilon in double precision, and classified as "
        + (threat.goal() instanceof Goal.Targeted ? "the target class" : "another class")
        + (replayedBy.isEmpty() ? "" : "; " + replayedBy + " agreed");
  }

  private boolean isIn(Norm norm) {
    return threat instanceof NormBounded bounded && bounded.norm() == norm;
  }

  private String value() {
    return colour ? "colour value of every pixel" : "pixel";
  }
}

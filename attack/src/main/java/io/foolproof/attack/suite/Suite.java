package io.foolproof.attack.suite;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.Goal;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Attacks that belong together, under one name.
 *
 * <p>{@link #STANDARD} and {@link #PLUS} are AutoAttack's ensembles with its parameters: Croce and
 * Hein: Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free
 * attacks, 2020, arXiv 2003.01690, and for L1 Mind the box, 2021, arXiv 2103.01208. For L0, of
 * values or pixels, {@link #STANDARD} and {@link #FAST} are sigma-zero and Sparse-RS.
 */
public enum Suite {
  /** The usual ensemble: three that follow gradients in different ways, one that does not. */
  STANDARD("AutoAttack's ensemble with its parameters"),
  /**
   * The same, with more restarts and one more loss; and, on a graph that rounds, or clips images
   * before it weighs them, with gradients that pass on there.
   */
  PLUS(
      "AutoAttack's ensemble with restarts and one more loss, and straight-through gradients where"
          + " a graph rounds or clips images"),
  /**
   * What the usual ensemble finds, for a fraction of its passes: a {@link Cascade}. For L0 and
   * flows, which have no short attacks to rank samples by, it is that ensemble.
   */
  STRONG("a cascade that finds what standard finds, for a fraction of its passes"),
  /** For randomised models: the mean of 20 draws at every step. */
  RAND("AutoAttack's ensemble for randomised models, over 20 draws"),
  /** Takes about a minute; for a first impression and for gates. */
  FAST("a short ensemble, for a first impression and for gates"),
  /** Without gradients, with a number of queries for each image. */
  BLACK_BOX("attacks that need scores or labels only, with a number of queries for each image"),
  /** The smallest perturbation of each image, by every minimal-norm attack with gradients. */
  MINIMAL("the smallest perturbation of each image, by all minimal-norm attacks with gradients");

  /** Of the suite black-box, where queries allow it. */
  private static final int NOISE_DRAWS = 10;

  private static final List<String> BLACK_BOX_SEARCHES =
      List.of("square", "sparse-rs", "one-pixel", "hopskipjump", "geoda", "pointwise", "spatial");

  /** Where a graph rounds, or clips images before it weighs them: elsewhere it is left out. */
  private static final String STRAIGHT_THROUGH =
      "pgd:steps=40:restarts=2:loss=margin:bpda=identity";

  private final String summary;

  Suite(String summary) {
    this.summary = summary;
  }

  /** What it is, in a line. */
  public String summary() {
    return summary;
  }

  /**
   * As it is written on the command line: standard, plus, strong, rand, fast, black-box, minimal.
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What to attack with.
   *
   * @param closest whether every attack searches for the smallest perturbation of every image
   * @param suite whether a suite was chosen, of which some attacks may not suit a model
   * @param cascade how the attacks follow each other where not each runs on every sample; null
   *     where each does
   */
  public record Choice(
      List<Attack> attacks, boolean closest, boolean suite, @Nullable Cascade cascade) {

    /** Copies the list. */
    public Choice {
      attacks = List.copyOf(attacks);
    }

    /** Attacks that were asked for, in this order. */
    public static Choice of(Attack... attacks) {
      return new Choice(List.of(attacks), false, false, null);
    }

    /** A suite that is a cascade: its first attacks, the thorough, the last, and the reference. */
    private static Choice cascade(
        List<Attack> first,
        List<Attack> thorough,
        List<Attack> last,
        List<Attack> reference,
        String nameOfReference) {
      List<Attack> all = new ArrayList<>(first);
      all.addAll(thorough);
      all.addAll(last);
      all.addAll(reference);
      Cascade sizes =
          new Cascade(
              first.size(), thorough.size(), last.size(), reference.size(), nameOfReference);
      return new Choice(all, false, true, sizes);
    }

    /** Whether any of them follows gradients. */
    public boolean needsGradients() {
      return attacks.stream().anyMatch(attack -> attack.knowledge() == Knowledge.WHITE_BOX);
    }

    /** With the attacks that a model's answers suffice for; all that were asked for by name. */
    public Choice on(Classifier model) {
      if (!suite) {
        return this;
      }
      if (cascade != null) {
        return model instanceof DifferentiableClassifier ? suiting(cascade, model) : scoresAlone();
      }
      List<Attack> fitting =
          attacks.stream()
              .filter(attack -> attack.knowledge() != Knowledge.SCORES || model.answersScores())
              .filter(attack -> attack.suits(model))
              .toList();
      return new Choice(fitting, closest, true, null);
    }

    /** The cascade without the attacks that have nothing to do on a model. */
    private Choice suiting(Cascade whole, Classifier model) {
      List<List<Attack>> parts = new ArrayList<>();
      int from = 0;
      for (int count :
          new int[] {whole.first(), whole.thorough(), whole.last(), whole.reference()}) {
        List<Attack> part = attacks.subList(from, from + count);
        parts.add(part.stream().filter(attack -> attack.suits(model)).toList());
        from += count;
      }
      return cascade(
          parts.get(0), parts.get(1), parts.get(2), parts.get(3), whole.nameOfReference());
    }

    /** The cascade of a model without gradients: ranked by the first queries of a search. */
    private static Choice scoresAlone() {
      return cascade(
          parsed("square:queries=100"),
          parsed("square"),
          List.of(),
          parsed("square:schedule=10000"),
          "square");
    }

    /** Its attacks with their settings, as they are given on the command line. */
    @Override
    public String toString() {
      return attacks.stream().map(Attack::settings).collect(Collectors.joining(","));
    }
  }

  /**
   * Reads what to attack with: the name of a suite, or a list of attacks with settings.
   *
   * @param text as {@code standard} or {@code fgsm,pgd:steps=100}
   * @param queries how many queries an image may cost all attacks of the suite black-box together
   * @throws InvalidInputException when a name is not known, or a suite has nothing for the threat
   */
  public static Choice parse(String text, ThreatModel threat, int queries) {
    for (Suite suite : values()) {
      if (suite.toString().equals(text.strip())) {
        return suite.choice(threat, queries);
      }
    }
    List<String> suites = Arrays.stream(values()).map(Suite::toString).toList();
    List<Attack> attacks = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      if (suites.contains(one.strip())) {
        throw new InvalidInputException(
            "attacks '" + text + "': '" + one.strip() + "' is a suite and stands for itself");
      }
      attacks.add(Attacks.parse(one, suites));
    }
    return new Choice(attacks, false, false, null);
  }

  /**
   * This suite under a threat model, as what to attack with.
   *
   * @param queries how many queries an image may cost all attacks of {@link #BLACK_BOX} together
   * @throws InvalidInputException when it has no attack for the threat
   */
  public Choice choice(ThreatModel threat, int queries) {
    return this == STRONG
            && threat instanceof NormBounded bounded
            && Norm.withBalls().contains(bounded.norm())
        ? strong(bounded.norm())
        : new Choice(attacks(threat, queries), this == MINIMAL, true, null);
  }

  /**
   * The cascade. Most of what the usual ensemble spends finds nothing: its thorough attacks fool
   * those samples alone that short ones almost fooled.
   */
  private static Choice strong(Norm norm) {
    List<Attack> reference = STANDARD.attacks(new NormBounded(norm, 1, new Goal.Untargeted()), 1);
    return Choice.cascade(
        parsed(
            "apgd:steps=20:loss=margin",
            "stripes:starts=20:steps=40:restarts=2",
            "malt:steps=20:targets=3",
            STRAIGHT_THROUGH),
        // Without gradients last: what it fools then says something about gradients.
        parsed("apgd", "apgd-t", "odi", "square"),
        parsed("fabt"),
        reference,
        "the suite " + STANDARD);
  }

  /**
   * Its attacks under a threat model, in the order in which they run.
   *
   * @throws InvalidInputException when it has none for it
   */
  public List<Attack> attacks(ThreatModel threat, int queries) {
    List<Attack> attacks =
        switch (this) {
          // Of norms without a ball, which have no short attacks to rank samples by.
          case STANDARD, STRONG ->
              threat instanceof NormBounded bounded && bounded.norm() == Norm.L1
                  ? parsed("apgd:restarts=5", "apgd-t:targets=5", "fabt", "square:schedule=10000")
                  : parsed(
                      "apgd",
                      "apgd-t",
                      "fabt",
                      "square:schedule=10000",
                      "sigmazero",
                      "sparse-rs",
                      "spatial",
                      "stadv");
          case PLUS ->
              parsed(
                  "apgd:restarts=5",
                  "apgd:restarts=5:loss=dlr",
                  "pgd:steps=100:restarts=2:loss=margin:bpda=identity",
                  "apgd:loss=dlr:bpda=identity",
                  "fab:restarts=5",
                  "square:schedule=10000",
                  "apgd-t",
                  "fabt");
          case RAND -> parsed("apgd:eot=20", "apgd:loss=dlr:eot=20");
          case FAST ->
              parsed(
                  "apgd:steps=40",
                  "stripes:steps=40:restarts=3",
                  STRAIGHT_THROUGH,
                  "square:queries=200",
                  "sigmazero:steps=100",
                  "sparse-rs:queries=300",
                  "spatial:angles=7:shifts=3",
                  "stadv:steps=50");
          case BLACK_BOX -> blackBox(threat, queries);
          case MINIMAL -> minimal();
        };
    List<Attack> fitting = attacks.stream().filter(attack -> attack.covers(threat)).toList();
    if (fitting.isEmpty()) {
      throw new InvalidInputException(
          "attacks '" + this + "' has nothing for " + threat.symbol() + ": " + others(threat));
    }
    return fitting;
  }

  private static String others(ThreatModel threat) {
    return "give one or more of "
        + Attacks.all().stream()
            .filter(entry -> entry.standard().covers(threat))
            .map(AttackEntry::name)
            .collect(Collectors.joining(", "));
  }

  private static List<Attack> parsed(String... texts) {
    return Arrays.stream(texts).map(Attacks::parse).toList();
  }

  /**
   * For each norm one or two that need scores and one that needs labels; for flows only that. Noise
   * takes a tenth of the queries at most, the others that cover the threat the same number each.
   */
  private static List<Attack> blackBox(ThreatModel threat, int queries) {
    if (queries < 1) {
      throw new InvalidInputException(
          "attacks 'black-box': queries=" + queries + ": give 1 or more");
    }
    int draws = Math.max(1, Math.min(NOISE_DRAWS, queries / 10));
    Attack noise = Attacks.parse("noise:draws=" + draws);
    int left = noise.covers(threat) ? queries - draws : queries;
    List<String> searches =
        BLACK_BOX_SEARCHES.stream()
            .filter(name -> Attacks.parse(name).covers(threat))
            .limit(left)
            .toList();
    List<Attack> attacks = new ArrayList<>(List.of(noise));
    for (String name : searches) {
      attacks.add(Attacks.parse(name + ":queries=" + left / searches.size()));
    }
    return attacks;
  }

  /** What jars on the class path provide is left out: a suite is the same everywhere. */
  private static List<Attack> minimal() {
    return Attacks.builtIn().stream()
        .map(AttackEntry::standard)
        .filter(Attack::findsClosest)
        .filter(attack -> attack.knowledge() == Knowledge.WHITE_BOX)
        .toList();
  }
}

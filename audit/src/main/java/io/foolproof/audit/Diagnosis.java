package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Feature;
import io.foolproof.attack.Features;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.transfer.Transfer;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.remote.QueryBudgetExhausted;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks for signs that attacks failed for a reason that is not robustness, on some of the samples
 * that are correctly classified: the probes.
 */
final class Diagnosis {
  private static final int PROBES = 60;

  /** Of a model that does not give gradients, whose answers may cost something. */
  private static final int PROBES_WITHOUT_GRADIENTS = 20;

  /** Shares of probes above which something is a sign. */
  private static final double SOME = 0.05;

  private static final double FEW = 0.01;

  /**
   * With fewer queries for an image, a search of scores has hardly left its first coarse pattern,
   * and one of labels alone its starting point.
   */
  private static final int FEW_QUERIES = 100;

  /** Noise is as good as gradients when it fools this fraction of what they fool. */
  private static final double AS_GOOD = 0.9;

  private static final String NO_GRADIENTS =
      "The model gives no gradients, or no attack of this audit follows them.";
  private static final String NO_QUERIES_LEFT = "The query budget did not suffice.";

  private final AuditPlan plan;
  private final Stages stages;
  private final ShortAttacks shortAttacks;
  private final int[] right;
  private final int[] probes;
  private final Probing probing;
  private final ProbeAttacks attacks;

  /** Around which probes the logits do not change; measured when it is first wanted. */
  private boolean @Nullable [] constant;

  /** Classes of which images are known; found when they are first wanted. */
  private final Set<Integer> classes = new TreeSet<>();

  /**
   * A diagnosis.
   *
   * @param right the places of the samples that are correctly classified
   */
  Diagnosis(
      AuditPlan plan, Stages stages, Witnesses witnesses, ShortAttacks shortAttacks, int[] right) {
    this.plan = plan;
    this.stages = stages;
    this.shortAttacks = shortAttacks;
    this.right = right;
    int most = hasGradients() ? PROBES : PROBES_WITHOUT_GRADIENTS;
    this.probes = Spread.over(right.length, most).map(i -> right[i]).toArray();
    Classifier model = plan.model().drawing(new RandomStream(plan.seed(), 0, "signs", 0));
    this.probing = new Probing(model, samples(), plan.threat().goal());
    this.attacks = new ProbeAttacks(plan, shortAttacks, witnesses, right, probes);
  }

  /** How many images the signs of a model without gradients send at most, given so many samples. */
  static long mostQueries(int samples) {
    return (long) Math.min(samples, PROBES_WITHOUT_GRADIENTS) * Probing.ANSWERS;
  }

  private boolean hasGradients() {
    return plan.model() instanceof DifferentiableClassifier;
  }

  /**
   * Runs the short attacks: their successes count as those of the audit's own attacks, so that they
   * come before its verdicts.
   */
  void attack() {
    if (whyNotAttacked().isEmpty()) {
      attacks.run(probing.saturated());
    }
  }

  /** One diagnostic for each sign, in the order in which a report shows them. */
  List<Diagnostic> signs() {
    List<Diagnostic> diagnostics = new ArrayList<>(nothingMayChange().stream().toList());
    if (probes.length == 0 || !stages.exhausted().isEmpty()) {
      diagnostics.addAll(
          noneMeasured(
              probes.length > 0
                  ? NO_QUERIES_LEFT
                  : "No " + Noun.of(plan.threat()).one() + " is correctly classified."));
      return diagnostics;
    }
    diagnostics.addAll(fewQueries().stream().toList());
    diagnostics.addAll(byAttacking());
    String sameClass = whyNothingToFind();
    if (!hasGradients()) {
      diagnostics.add(Sign.VANISHING_GRADIENTS.notMeasured(NO_GRADIENTS));
      diagnostics.add(Sign.BACKWARD_GRADIENTS.notMeasured(NO_GRADIENTS));
      diagnostics.add(Sign.SATURATED_LOSS.notMeasured(NO_GRADIENTS));
    } else {
      diagnostics.add(
          sameClass.isEmpty()
              ? probing.vanishingGradients(SOME, constantAround())
              : Sign.VANISHING_GRADIENTS.notMeasured(sameClass));
      String why = whyNotAttacked();
      diagnostics.add(
          why.isEmpty()
              ? probing.backwardGradients(NormBounded.require(plan.threat()))
              : Sign.BACKWARD_GRADIENTS.notMeasured(why));
      diagnostics.add(saturatedLoss());
    }
    diagnostics.add(withinBudget(Sign.DIFFERING_ANSWERS, Probing::differingAnswers));
    boolean roundedByRule =
        Noun.of(plan.threat()).isRow() && features(Feature.Kind.REAL).findAny().isEmpty();
    String noQuantum =
        roundedByRule ? "No feature changes by less than a whole number." : sameClass;
    diagnostics.add(
        noQuantum.isEmpty()
            ? withinBudget(
                Sign.QUANTISED_ANSWERS, with -> with.quantisedAnswers(SOME, harmlessRounding()))
            : Sign.QUANTISED_ANSWERS.notMeasured(noQuantum));
    return diagnostics;
  }

  /**
   * Why zero gradients are no sign of masking: no image is known that would fool any probe, however
   * far it may be moved. Empty where one is known.
   */
  private String whyNothingToFind() {
    return IntStream.of(probes).anyMatch(this::canBeFooled)
        ? ""
        : "No "
            + Noun.of(plan.threat()).one()
            + " is known that would fool any probe, at any distance.";
  }

  /**
   * Whether an adversarial example of a probe is known at some distance: any image in the box that
   * the model gives another class, or the target. Those that are correctly classified are some.
   */
  private boolean canBeFooled(int place) {
    int label = plan.data().label(place);
    return classes().stream().anyMatch(to -> plan.threat().goal().isReachedBy(to, label));
  }

  private Set<Integer> classes() {
    if (classes.isEmpty()) {
      IntStream.of(right).map(plan.data()::label).forEach(classes::add);
      boolean ofImages = !Noun.of(plan.threat()).isRow() && !plan.model().isMetered();
      if (ofImages) {
        classes.addAll(probing.classesInBox());
      }
    }
    return classes;
  }

  private Diagnostic withinBudget(Sign sign, Function<Probing, Diagnostic> measured) {
    try {
      return stages.evaluate(
          "sign " + sign.id(),
          probing.model(),
          model -> measured.apply(new Probing(model, probing.probes(), plan.threat().goal())));
    } catch (QueryBudgetExhausted e) {
      return sign.notMeasured(NO_QUERIES_LEFT);
    }
  }

  private static List<Diagnostic> noneMeasured(String why) {
    return EnumSet.range(Sign.BLACK_BOX_BEATS_WHITE_BOX, Sign.QUANTISED_ANSWERS).stream()
        .map(sign -> sign.notMeasured(why))
        .toList();
  }

  /** With the sign before all others that what is reported is a part of what was asked for. */
  static List<Diagnostic> unfinished(String why, List<Diagnostic> others) {
    List<Diagnostic> diagnostics = new ArrayList<>(others);
    diagnostics.add(
        0,
        Sign.UNFINISHED.of(
            true,
            why,
            "Samples that the attacks did not reach count as not fooled. With a larger query budget"
                + " the same command continues where this audit stopped."));
    return diagnostics;
  }

  private Samples samples() {
    return stages.samples(probes);
  }

  /** Whether gradient steps have a version for a threat model, to compare others with. */
  private static boolean stepsFitIn(ThreatModel threat) {
    return threat instanceof NormBounded bounded && !bounded.norm().countsChanges();
  }

  /** Why no short attacks are run; empty where they are. */
  private String whyNotAttacked() {
    if (probes.length == 0) {
      return "No " + Noun.of(plan.threat()).one() + " is correctly classified.";
    }
    if (!hasGradients()) {
      return NO_GRADIENTS;
    }
    if (!stepsFitIn(plan.threat())) {
      return "Gradient steps have no version for " + plan.threat().symbol() + " to compare with.";
    }
    return plan.threat().epsilon() == 0 ? "With epsilon 0 nothing can be fooled." : "";
  }

  /** An epsilon in other units, or beside levels that are farther apart, leaves every sample. */
  private Optional<Diagnostic> nothingMayChange() {
    String why = plan.threat().whyFixed(plan.model().input());
    return why.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Sign.NOTHING_MAY_CHANGE.of(
                true,
                why,
                "The threat model leaves each "
                    + Noun.of(plan.threat()).one()
                    + " next to no room ("
                    + why
                    + "): that it was not fooled says nothing of the model."));
  }

  /**
   * Where neither the audit nor the probes could follow gradients, nothing but the number of
   * queries says how much an attack that found nothing is worth.
   */
  private Optional<Diagnostic> fewQueries() {
    boolean followed =
        whyNotAttacked().isEmpty()
            || plan.threat().epsilon() == 0
            || plan.attacks().isEmpty()
            || plan.attacks().stream()
                .anyMatch(by -> by.knowledge() == Knowledge.WHITE_BOX || by instanceof Transfer);
    int most =
        plan.attacks().stream()
            .mapToInt(by -> by instanceof HasQueries<?> search ? search.queries() : 0)
            .max()
            .orElse(0);
    int left = right.length - attacks.audited(right, by -> true).size();
    if (followed || most >= FEW_QUERIES || left == 0) {
      return Optional.empty();
    }
    return Optional.of(
        Sign.FEW_QUERIES.of(
            true,
            most + " of " + FEW_QUERIES,
            "No attack could follow gradients, and none asked more than "
                + most
                + " times about "
                + Noun.of(plan.threat()).one()
                + ": that "
                + left
                + " were not fooled says next to nothing. Give "
                + FEW_QUERIES
                + " queries or more to one attack; published figures take thousands."));
  }

  private List<Diagnostic> byAttacking() {
    String why = whyNotAttacked();
    if (!why.isEmpty()) {
      List<Diagnostic> signs = new ArrayList<>();
      EnumSet.range(Sign.BLACK_BOX_BEATS_WHITE_BOX, Sign.ONE_STEP_BEATS_MANY)
          .forEach(sign -> signs.add(sign.notMeasured(why)));
      signs.add(leftTooMany());
      return signs;
    }
    return List.of(
        blackBoxBeatsWhiteBox(),
        transferBeatsWhiteBox(),
        convergence(),
        unboundedSurvivors(),
        noiseAsGoodAsGradients(),
        oneStepBeatsMany(),
        leftTooMany());
  }

  private Diagnostic blackBoxBeatsWhiteBox() {
    Set<Integer> scores = attacks.byScoresAlone();
    scores.addAll(attacks.audited(probes, by -> by.knowledge() != Knowledge.WHITE_BOX));
    scores.removeAll(attacks.byGradients());
    int left = leftByGradients();
    return Sign.BLACK_BOX_BEATS_WHITE_BOX.of(
        scores.size() > atLeastOne(FEW) || left > Math.max(1, FEW * right.length),
        ofProbes(scores.size()) + (left == 0 ? "" : "; " + left + " of all " + right.length),
        "Attacks without gradients fooled "
            + ofProbes(scores.size())
            + " probes that no gradient attack fooled"
            + (left == 0
                ? "."
                : ", and in the audit "
                    + left
                    + " of the "
                    + right.length
                    + " "
                    + Noun.of(plan.threat()).many()
                    + " that its gradient attacks had not fooled."));
  }

  /**
   * How many samples an attack without gradients of this audit fooled that others with gradients
   * had left.
   */
  private int leftByGradients() {
    boolean followed = false;
    int left = 0;
    for (Attack attack : plan.attacks()) {
      boolean gradients = attack.knowledge() == Knowledge.WHITE_BOX;
      left += followed && !gradients ? attacks.audited(right, by -> by == attack).size() : 0;
      followed |= gradients;
    }
    return plan.closest() ? 0 : left;
  }

  private Diagnostic transferBeatsWhiteBox() {
    if (plan.surrogates().isEmpty()) {
      return Sign.TRANSFER_BEATS_WHITE_BOX.notMeasured("No surrogate model was given.");
    }
    Set<Integer> transferred = attacks.byTransfer();
    int all = transferred.size();
    transferred.removeAll(attacks.byGradients());
    return Sign.TRANSFER_BEATS_WHITE_BOX.of(
        transferred.size() > atLeastOne(FEW),
        ofProbes(transferred.size()),
        "Adversarial examples of the surrogate models fooled "
            + ofProbes(all)
            + " probes, "
            + transferred.size()
            + " of which no gradient attack fooled.");
  }

  private Diagnostic convergence() {
    List<Diagnostic.Point> series = new ArrayList<>();
    List<String> figures = new ArrayList<>();
    for (int steps : ProbeAttacks.STEPS) {
      int fooled = attacks.bySteps(steps).size();
      series.add(new Diagnostic.Point(steps, (double) fooled / probes.length));
      figures.add(steps + ": " + fooled);
    }
    int restarted = attacks.byRestarts().size();
    Set<Integer> gained = attacks.byCrossEntropy();
    gained.removeAll(attacks.audited(right, by -> true));
    boolean fired = gained.size() > atLeastOne(SOME);
    String figure =
        gained.size()
            + " beyond the audit's attacks ("
            + String.join(", ", figures)
            + "; 3 restarts of 20: "
            + restarted
            + ")";
    String sentence =
        "APGD with more steps or restarts fooled "
            + ofProbes(gained.size())
            + " probes that the audit's own attacks had not"
            + (fired
                ? ", so that longer attacks on all "
                    + Noun.of(plan.threat()).many()
                    + " would fool more."
                : ".");
    return new Diagnostic(
        Sign.NOT_CONVERGED.id(),
        Sign.NOT_CONVERGED.title(),
        fired ? Diagnostic.State.FIRED : Diagnostic.State.QUIET,
        figure,
        sentence,
        series);
  }

  /** Confident models saturate too: it is a sign where the loss is why attacks fail. */
  private Diagnostic saturatedLoss() {
    String why = whyNotAttacked();
    if (!why.isEmpty()) {
      return Sign.SATURATED_LOSS.notMeasured(why);
    }
    int missed = attacks.byMarginAlone().size();
    int saturated = attacks.saturated();
    boolean fired = missed > atLeastOne(FEW);
    return Sign.SATURATED_LOSS.of(
        fired,
        missed + " of " + saturated,
        "The cross-entropy is exactly 0 at "
            + ofProbes(saturated)
            + " clean probes. An attack on the margin fooled "
            + missed
            + " of these that the audit's attacks and those on the cross-entropy had not"
            + (fired ? ": use losses that do not depend on the scale (margin, dlr)." : "."));
  }

  /** Around which probes the logits are the same all over the ball. */
  private boolean[] constantAround() {
    if (constant == null) {
      constant =
          whyNotAttacked().isEmpty()
              ? probing.constantWithin(NormBounded.require(plan.threat()))
              : new boolean[probes.length];
    }
    return constant;
  }

  /** At which probes rounded answers hide nothing from gradients, as far as these can be asked. */
  private boolean[] harmlessRounding() {
    boolean[] harmless = constantAround().clone();
    if (whyNotAttacked().isEmpty()) {
      boolean[] lead = probing.gradientsLeadOn(NormBounded.require(plan.threat()));
      for (int i = 0; i < harmless.length; i++) {
        harmless[i] |= lead[i];
      }
    }
    return harmless;
  }

  private Diagnostic unboundedSurvivors() {
    if (features(Feature.Kind.FROZEN).findAny().isPresent()) {
      return Sign.UNBOUNDED_SURVIVORS.notMeasured(
          "Some features may not change at all, so that no epsilon is unbounded.");
    }
    Set<Integer> fooled = attacks.withoutBound();
    boolean[] around = constantAround();
    // Where the whole ball has the same logits, the figure is no fault of the gradients.
    int left =
        (int)
            IntStream.range(0, probes.length)
                .filter(i -> !fooled.contains(probes[i]) && !around[i] && canBeFooled(probes[i]))
                .count();
    return Sign.UNBOUNDED_SURVIVORS.of(
        left > 0,
        ofProbes(left),
        left > 0
            ? "Even with an unbounded epsilon, gradient attacks failed on "
                + ofProbes(left)
                + " probes, though the box holds adversarial examples of these: the gradients do not"
                + " point towards them."
            : "With an unbounded epsilon, gradient attacks fooled all probes of which the box holds"
                + " adversarial examples, but for those whose logits are the same all over the"
                + " ball.");
  }

  /** The features of a table that are of this kind; none of images. */
  private Stream<Feature> features(Feature.Kind kind) {
    return plan.threat() instanceof NormBounded bounded
            && bounded.admissible() instanceof Features table
        ? table.features().stream().filter(feature -> feature.kind() == kind)
        : Stream.empty();
  }

  private Diagnostic noiseAsGoodAsGradients() {
    int noise = attacks.byNoise().size();
    int gradients = attacks.byMostSteps().size();
    // Where next to nothing fools, that the two are equal says nothing.
    boolean fired = noise > atLeastOne(SOME) && noise >= AS_GOOD * gradients;
    return Sign.NOISE_AS_GOOD.of(
        fired,
        noise + " against " + gradients,
        "Random noise fooled "
            + noise
            + " of the probes, APGD "
            + gradients
            + (fired
                ? ": either the gradients are uninformative, or epsilon is so large that any change"
                    + " fools."
                : "."));
  }

  private Diagnostic oneStepBeatsMany() {
    int one = attacks.byOneStep().size();
    int many = attacks.byMostSteps().size();
    return Sign.ONE_STEP_BEATS_MANY.of(
        one - many > atLeastOne(FEW),
        one + " against " + many,
        "One gradient step fooled "
            + one
            + " of the probes, APGD with "
            + ProbeAttacks.MOST_STEPS
            + " steps "
            + many
            + ".");
  }

  /** What short attacks fool counts as fooled; but they were not run on all samples. */
  private Diagnostic leftTooMany() {
    Set<Integer> missed = shortAttacks.fooledBesides();
    int ofProbes = (int) IntStream.of(probes).filter(missed::contains).count();
    int byNoise = missed.size() - ofProbes;
    String why = whyNotAttacked();
    if (byNoise == 0 && !why.isEmpty()) {
      return Sign.LEFT_TOO_MANY.notMeasured(why);
    }
    List<String> figures = new ArrayList<>();
    if (why.isEmpty()) {
      figures.add(ofProbes(ofProbes));
    }
    if (byNoise > 0) {
      figures.add(byNoise + (figures.isEmpty() ? "" : " others") + " by noise");
    }
    String figure = String.join("; ", figures);
    boolean fired = ofProbes + byNoise > 0;
    return Sign.LEFT_TOO_MANY.of(
        fired,
        figure,
        fired
            ? "The audit's own attacks were too weak: "
                + (ofProbes > 0 ? "short attacks fooled " + ofProbes(ofProbes) + " probes" : "")
                + (ofProbes > 0 && byNoise > 0 ? ", and " : "")
                + (byNoise > 0
                    ? "random noise fooled " + byNoise + " " + Noun.of(plan.threat()).many()
                    : "")
                + " that they had not. These count as fooled; others, on which no short attack was"
                + " run, are probably fooled too: use stronger attacks, such as the suite standard."
            : "The audit's attacks fooled every probe that the short attacks of this section fooled.");
  }

  private int atLeastOne(double fraction) {
    return Math.max(1, (int) (fraction * probes.length));
  }

  private String ofProbes(int count) {
    return count + " of " + probes.length;
  }
}

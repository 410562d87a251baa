package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Attacks;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.Norm;
import io.foolproof.attack.Samples;
import io.foolproof.attack.ThreatModel;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.remote.QueryBudgetExhausted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Looks for signs that attacks failed for a reason that is not robustness, on some of the samples
 * that are classified rightly: the probes.
 */
final class Diagnosis {
  private static final int PROBES = 60;

  /** Of a model that does not give gradients, whose answers may cost something. */
  private static final int PROBES_WITHOUT_GRADIENTS = 20;

  /** Shares of probes above which something is a sign. */
  private static final double SOME = 0.05;

  private static final double FEW = 0.01;

  /** The loss of confident nets is 0 at some images; attacks have other losses for these. */
  private static final double MANY = 0.25;

  /** Noise is as good as gradients when it fools this share of what they fool. */
  private static final double AS_GOOD = 0.9;

  private static final int[] STEPS = {10, 20, 40};
  private static final String LONGEST = gradientSteps(STEPS[STEPS.length - 1]);

  private final AuditPlan plan;
  private final Stages stages;
  private final Witnesses witnesses;
  private final int[] probes;

  /**
   * A diagnosis.
   *
   * @param right the places of the samples that are classified rightly
   */
  Diagnosis(AuditPlan plan, Stages stages, Witnesses witnesses, int[] right) {
    this.plan = plan;
    this.stages = stages;
    this.witnesses = witnesses;
    int most = hasGradients() ? PROBES : PROBES_WITHOUT_GRADIENTS;
    this.probes = Arrays.copyOf(right, Math.min(most, right.length));
  }

  private boolean hasGradients() {
    return plan.model() instanceof DifferentiableClassifier;
  }

  /** One diagnostic for each sign, in the order in which a report shows them. */
  List<Diagnostic> run() {
    if (probes.length == 0) {
      return List.of();
    }
    List<Diagnostic> diagnostics = new ArrayList<>();
    Probing probing = new Probing(plan.model(), samples(), plan.threat().goal());
    diagnostics.addAll(byAttacking());
    if (hasGradients()) {
      diagnostics.add(probing.vanishingGradients(SOME));
      diagnostics.add(probing.saturatedLoss(MANY));
    }
    try {
      diagnostics.add(probing.differingAnswers());
      diagnostics.add(probing.quantisedAnswers(SOME));
    } catch (QueryBudgetExhausted e) {
      diagnostics.add(
          Diagnostic.notMeasured(
              "answers", "How answers vary", "The query budget did not suffice."));
    }
    return diagnostics;
  }

  private Samples samples() {
    return stages.samples(probes);
  }

  private List<Diagnostic> byAttacking() {
    String why = "";
    if (!hasGradients()) {
      why = "The model gives no gradients to compare with.";
    } else if (plan.threat().norm() == Norm.L0 || plan.threat().norm() == Norm.FLOW) {
      why =
          "Gradient steps have no version for "
              + plan.threat().norm().symbol()
              + " to compare with.";
    } else if (plan.threat().epsilon() == 0) {
      why = "With epsilon 0 nothing can be fooled.";
    }
    if (!why.isEmpty()) {
      String reason = why;
      return Arrays.stream(Sign.values())
          .map(sign -> Diagnostic.notMeasured(sign.id(), sign.title, reason))
          .toList();
    }
    return List.of(
        blackBoxBeatsWhiteBox(),
        transferBeatsWhiteBox(),
        convergence(),
        unboundedSurvivors(),
        noiseAsGoodAsGradients(),
        oneStepBeatsMany());
  }

  private enum Sign {
    BLACK_BOX_BEATS_WHITE_BOX("Black-box beats white-box"),
    TRANSFER_BEATS_WHITE_BOX("Transfer beats white-box"),
    NOT_CONVERGED("More steps or restarts still help"),
    UNBOUNDED_SURVIVORS("Survivors without a bound"),
    NOISE_AS_GOOD("Noise as good as gradients"),
    ONE_STEP_BEATS_MANY("One step beats many");

    private final String title;

    Sign(String title) {
      this.title = title;
    }

    String id() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    Diagnostic of(boolean fired, String figure, String sentence) {
      return Diagnostic.of(id(), title, fired, figure, sentence);
    }
  }

  private Diagnostic blackBoxBeatsWhiteBox() {
    Set<Integer> scores = fooledBy("square:queries=100");
    scores.addAll(knownFrom(by -> by.knowledge() != Knowledge.WHITE_BOX));
    scores.removeAll(fooledByGradients());
    return Sign.BLACK_BOX_BEATS_WHITE_BOX.of(
        scores.size() > atLeastOne(FEW),
        ofProbes(scores.size()),
        "Attacks without gradients fooled "
            + ofProbes(scores.size())
            + " probes that no attack with gradients fooled.");
  }

  private Diagnostic transferBeatsWhiteBox() {
    if (plan.surrogates().isEmpty()) {
      return Diagnostic.notMeasured(
          Sign.TRANSFER_BEATS_WHITE_BOX.id(),
          Sign.TRANSFER_BEATS_WHITE_BOX.title,
          "No surrogate model was given.");
    }
    Set<Integer> transferred = fooledBy("transfer");
    int all = transferred.size();
    transferred.removeAll(fooledByGradients());
    return Sign.TRANSFER_BEATS_WHITE_BOX.of(
        transferred.size() > atLeastOne(FEW),
        ofProbes(transferred.size()),
        "Examples of the surrogate models fooled "
            + ofProbes(all)
            + " probes, "
            + transferred.size()
            + " of which no attack with gradients fooled.");
  }

  /** What gradients fool, here or in the attacks of the audit. */
  private Set<Integer> fooledByGradients() {
    Set<Integer> fooled = fooledBy(LONGEST);
    fooled.addAll(knownFrom(by -> by.knowledge() == Knowledge.WHITE_BOX));
    return fooled;
  }

  private Set<Integer> knownFrom(Predicate<Attack> wanted) {
    Set<Integer> known = new TreeSet<>();
    for (int place : probes) {
      Attack by = witnesses.by(place);
      if (by != null && witnesses.fooled(place) && wanted.test(by)) {
        known.add(place);
      }
    }
    return known;
  }

  private Diagnostic convergence() {
    List<Diagnostic.Point> series = new ArrayList<>();
    List<String> figures = new ArrayList<>();
    for (int steps : STEPS) {
      int fooled = fooledBy(gradientSteps(steps)).size();
      series.add(new Diagnostic.Point(steps, (double) fooled / probes.length));
      figures.add(steps + ": " + fooled);
    }
    int last = fooledBy(LONGEST).size();
    int before = fooledBy(gradientSteps(STEPS[STEPS.length - 2])).size();
    int restarted = fooledBy(gradientSteps(STEPS[STEPS.length - 2]) + ":restarts=3").size();
    boolean fired = Math.max(last, restarted) - before > atLeastOne(SOME);
    String figure = String.join(", ", figures) + "; 3 restarts of 20: " + restarted;
    String sentence =
        "APGD's steps and the probes that it fools: "
            + (fired
                ? "the last doubling, or restarts, still found more, so that longer attacks would"
                    + " find more yet."
                : "neither the last doubling nor restarts found much more.");
    return new Diagnostic(
        Sign.NOT_CONVERGED.id(),
        Sign.NOT_CONVERGED.title,
        fired ? Diagnostic.State.FIRED : Diagnostic.State.QUIET,
        figure,
        sentence,
        series);
  }

  private Diagnostic unboundedSurvivors() {
    ThreatModel unbounded = plan.threat().withEpsilon(plan.widest());
    int left = probes.length - fooledBy("apgd:steps=40", unbounded).size();
    return Sign.UNBOUNDED_SURVIVORS.of(
        left > 0,
        ofProbes(left),
        left > 0
            ? "Even where every image is allowed, gradients left "
                + ofProbes(left)
                + " probes standing: they do not lead where they should."
            : "Where every image is allowed, gradients fooled all probes.");
  }

  private Diagnostic noiseAsGoodAsGradients() {
    int noise = fooledBy("noise:draws=10").size();
    int gradients = fooledBy(LONGEST).size();
    boolean fired = noise > 0 && noise >= AS_GOOD * gradients;
    return Sign.NOISE_AS_GOOD.of(
        fired,
        noise + " against " + gradients,
        "Plain noise fooled "
            + noise
            + " of the probes, APGD "
            + gradients
            + (fired
                ? ": either the gradients are of no use, or epsilon is so large that anything fools."
                : "."));
  }

  private Diagnostic oneStepBeatsMany() {
    int one = fooledBy("fgsm").size();
    int many = fooledBy(LONGEST).size();
    return Sign.ONE_STEP_BEATS_MANY.of(
        one - many > atLeastOne(FEW),
        one + " against " + many,
        "One gradient step fooled "
            + one
            + " of the probes, "
            + STEPS[STEPS.length - 1]
            + " steps "
            + many
            + ".");
  }

  private static String gradientSteps(int steps) {
    return "apgd:steps=" + steps;
  }

  private int atLeastOne(double share) {
    return Math.max(1, (int) (share * probes.length));
  }

  private String ofProbes(int count) {
    return count + " of " + probes.length;
  }

  private Set<Integer> fooledBy(String attack) {
    return fooledBy(attack, plan.threat());
  }

  /** Which probes an attack fools by itself; what the journal knows is not done again. */
  private Set<Integer> fooledBy(String settings, ThreatModel threat) {
    Set<Integer> fooled = new TreeSet<>();
    stages.attack(
        "diagnosis " + settings + " at " + threat.epsilon(),
        "diagnosis: " + settings,
        Attacks.parse(settings).withSurrogates(plan.surrogates()),
        threat,
        probes,
        (place, entry) -> {
          if (entry.outcome() == JournalEntry.Outcome.FOOLED) {
            fooled.add(place);
          }
        });
    return fooled;
  }
}

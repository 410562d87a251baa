package io.foolproof.study.figure;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Suite;
import io.foolproof.audit.Audit;
import io.foolproof.audit.AuditPlan;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Randomness;
import io.foolproof.audit.frontier.Published;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.study.Estimate;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What defenses cost, and what they give. */
public final class Frontier implements Figure<Frontier.Found> {
  private static final double EPSILON = 0.3;
  private static final String QUICK_RANDOM = "apgd:steps=20:eot=10";

  /**
   * What it computes.
   *
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param suite the attacks, as an audit takes them
   * @param points measured here
   * @param published by others, for the same data and epsilon; empty for data of which there are
   *     none
   */
  public record Found(double epsilon, String suite, List<Point> points, List<Hollow> published) {
    /** Copies the lists. */
    public Found {
      points = List.copyOf(points);
      published = List.copyOf(published);
    }
  }

  /**
   * A defense.
   *
   * @param name what it is called, such as {@code ridge}
   * @param family {@code none}, {@code flat}, {@code small}, {@code noisy}, {@code hiding} or
   *     {@code adversarial}
   * @param summary what it is, in a line
   * @param attacks those that judged it, their settings
   * @param clean test images that are misclassified without any attack
   * @param robust the fraction of attacked test images that are misclassified or were fooled
   * @param others the same of nets that were trained with other seeds
   */
  public record Point(
      String name,
      String family,
      String summary,
      String attacks,
      Proportion clean,
      Estimate robust,
      List<Errors> others) {
    /** Copies the list. */
    public Point {
      others = List.copyOf(others);
    }
  }

  /**
   * What one net errs.
   *
   * @param clean test images that are misclassified without any attack
   * @param robust the fraction of attacked test images that are misclassified or were fooled
   * @param attacks those that judged it, their settings
   */
  public record Errors(Proportion clean, Estimate robust, String attacks) {}

  /**
   * A published defense.
   *
   * @param clean error, a fraction
   * @param robust error after AutoAttack, a fraction
   * @param source the paper
   */
  public record Hollow(String name, double clean, double robust, String source) {}

  @Override
  public int number() {
    return 19;
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public String title() {
    return "The frontier";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    NormBounded threat = ThreatModel.linf(EPSILON);
    ImageSet test = workshop.plan().test();
    return new Found(
        EPSILON,
        suite(workshop.plan().extent(), false).toString(),
        Defenses.of(workshop).stream()
            .flatMap(defense -> point(defense, threat, workshop).stream())
            .toList(),
        Published.beside(test, threat).stream()
            .map(p -> new Hollow(p.name(), 1 - p.clean(), 1 - p.robust(), p.source()))
            .toList());
  }

  /** Of randomised models the mean of draws is attacked, in the quick study of fewer. */
  private static Suite.Choice suite(Extent extent, boolean random) {
    NormBounded threat = ThreatModel.linf(EPSILON);
    if (!random) {
      return (extent == Extent.QUICK ? Suite.FAST : Suite.STANDARD).choice(threat, 1);
    }
    return extent == Extent.QUICK
        ? Suite.parse(QUICK_RANDOM, threat, 1)
        : Suite.RAND.choice(threat, 1);
  }

  private Optional<Point> point(Defenses.Defense defense, NormBounded threat, Workshop workshop) {
    List<Errors> seeds = new ArrayList<>();
    for (int i = 0; i < defense.repetitions(); i++) {
      Optional<DifferentiableClassifier> model = defense.model().apply(i);
      if (model.isEmpty()) {
        return Optional.empty();
      }
      workshop.progress().note("frontier: " + defense.name() + (i == 0 ? "" : ", seed " + i));
      seeds.add(
          workshop.part(
              this,
              defense.name() + "-" + i,
              Errors.class,
              own -> errors(defense, model.get(), threat, workshop, own)));
    }
    Errors first = seeds.get(0);
    return Optional.of(
        new Point(
            defense.name(),
            defense.family(),
            defense.summary(),
            first.attacks(),
            first.clean(),
            first.robust(),
            seeds.subList(1, seeds.size())));
  }

  private static Errors errors(
      Defenses.Defense defense,
      DifferentiableClassifier model,
      NormBounded threat,
      Workshop workshop,
      Path journal) {
    StudyPlan plan = workshop.plan();
    Extent extent = plan.extent();
    ImageSet test = plan.test();
    ImageSet clean = test.first(Math.min(test.size(), extent.of(1000, 10_000)));
    ImageSet attacked = test.first(Math.min(test.size(), extent.of(100, 1000)));
    Suite.Choice suite =
        defense.hides() && extent == Extent.FULL
            ? Suite.PLUS.choice(threat, 1)
            : suite(extent, model.drawsAtRandom());
    Audit audit =
        Audit.of(model, attacked)
            .against(threat)
            .with(suite)
            .seed(plan.seed())
            .extent(AuditPlan.Extent.VERDICTS);
    if (model.origin().isKnown()) {
      audit = audit.journal(journal);
    }
    return new Errors(
        Subject.of(model, workshop).errors(clean),
        robust(audit.run()).rest(),
        suite.on(model).toString());
  }

  private static Estimate robust(AuditResult result) {
    Randomness random = result.randomness();
    return random == null
        ? Estimate.of(result.robustAccuracy())
        : new Estimate(random.mean(), random.overBoth().low(), random.overBoth().high());
  }
}

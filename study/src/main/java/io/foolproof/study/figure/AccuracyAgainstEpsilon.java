package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageSet;
import io.foolproof.study.Extent;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** How the accuracy falls with the size of the change, for attackers who know less and less. */
public final class AccuracyAgainstEpsilon implements Figure<AccuracyAgainstEpsilon.Found> {
  private static final double[] EPSILONS = {0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3};

  /**
   * What it computes.
   *
   * @param epsilons L-inf, of pixels in [0, 1], ascending, 0 first
   * @param curves gradients, scores, labels, and noise, in this order
   */
  public record Found(double[] epsilons, List<Curve> curves) {
    /** Copies the list. */
    public Found {
      curves = List.copyOf(curves);
    }
  }

  /**
   * What an attacker leaves.
   *
   * @param knows {@code gradients}, {@code scores}, {@code labels} or {@code nothing}, which is
   *     noise
   * @param attack its settings
   * @param remaining for each epsilon, the images that are correctly classified and were not fooled
   *     within it
   * @param images how many were attacked
   */
  public record Curve(String knows, String attack, int[] remaining, int images) {

    /** What remains at an epsilon. */
    public Proportion at(int epsilon) {
      return new Proportion(remaining[epsilon], images);
    }
  }

  @Override
  public int number() {
    return 11;
  }

  @Override
  public String title() {
    return "Accuracy against epsilon";
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    Subject subject = Subject.of(workshop);
    Extent extent = workshop.plan().extent();
    return new Found(
        EPSILONS.clone(),
        List.of(
            kept(
                workshop,
                "gradients",
                () -> within(subject, "gradients", "pgd", extent.of(200, 10_000))),
            kept(
                workshop,
                "scores",
                () ->
                    within(
                        subject,
                        "scores",
                        extent == Extent.QUICK ? "square:queries=300" : "square",
                        extent.of(100, 1000))),
            kept(
                workshop,
                "labels",
                () ->
                    closest(
                        subject,
                        "labels",
                        extent == Extent.QUICK ? "hopskipjump:queries=1000" : "hopskipjump",
                        extent.of(50, 1000))),
            kept(workshop, "nothing", () -> noise(subject, extent.of(200, 10_000)))));
  }

  private Curve kept(Workshop workshop, String knows, Supplier<Curve> compute) {
    return workshop.part(this, knows, Curve.class, own -> compute.get());
  }

  private static ImageSet test(Subject subject, int most) {
    ImageSet test = subject.workshop().plan().test();
    return test.first(Math.min(most, test.size()));
  }

  /** What is fooled within an epsilon is fooled within all larger ones. */
  private static Curve within(Subject subject, String knows, String settings, int most) {
    ImageSet images = test(subject, most);
    Attack attack = Attacks.parse(settings);
    ImageSet left = subject.correct(images, images.size());
    int[] remaining = new int[EPSILONS.length];
    for (int k = 0; k < EPSILONS.length; k++) {
      if (k > 0) {
        ImageSet before = left;
        List<AttackResult> results =
            subject.attacked(attack, before, ThreatModel.linf(EPSILONS[k]));
        left =
            before.select(
                IntStream.range(0, before.size())
                    .filter(i -> !Subject.isFooled(results.get(i)))
                    .toArray());
      }
      remaining[k] = left.size();
    }
    return new Curve(knows, attack.settings(), remaining, images.size());
  }

  /** Of an attack that looks for the closest example, one search gives the whole curve. */
  private static Curve closest(Subject subject, String knows, String settings, int most) {
    ImageSet images = test(subject, most);
    Attack attack = Attacks.parse(settings);
    ImageSet correct = subject.correct(images, images.size());
    ThreatModel threat = ThreatModel.linf(EPSILONS[EPSILONS.length - 1]);
    double[] distances =
        subject.distances(subject.attacked(attack, correct, threat), correct, threat);
    int[] remaining =
        Arrays.stream(EPSILONS)
            .mapToInt(epsilon -> (int) Arrays.stream(distances).filter(d -> d > epsilon).count())
            .toArray();
    return new Curve(knows, attack.settings(), remaining, images.size());
  }

  /** One random point of each ball. */
  private static Curve noise(Subject subject, int most) {
    ImageSet images = test(subject, most);
    Attack attack = Attacks.parse("noise:draws=1");
    ImageSet correct = subject.correct(images, images.size());
    int[] remaining = new int[EPSILONS.length];
    for (int k = 0; k < EPSILONS.length; k++) {
      remaining[k] =
          k == 0
              ? correct.size()
              : (int)
                  subject.attacked(attack, correct, ThreatModel.linf(EPSILONS[k])).stream()
                      .filter(result -> !Subject.isFooled(result))
                      .count();
    }
    return new Curve("nothing", attack.settings(), remaining, images.size());
  }
}

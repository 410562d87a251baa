package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Distances;
import io.foolproof.audit.journal.Finding;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The closest adversarial example that is known of each sample, by its place in the data. */
final class Witnesses {
  private final AuditPlan plan;
  private final SampleVerdict.@Nullable Witness[] closest;
  private final @Nullable Attack[] foundBy;
  private final double[] distance;

  /** Decides on the samples of a randomised model; null of others. */
  private final @Nullable Decision decision;

  Witnesses(AuditPlan plan, @Nullable Decision decision) {
    this.plan = plan;
    this.decision = decision;
    int n = plan.data().size();
    this.closest = new SampleVerdict.Witness[n];
    this.foundBy = new Attack[n];
    this.distance = new double[n];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
  }

  /**
   * Keeps what a stage found where it is closer than what was known. Of a randomised model it is a
   * candidate, to be decided on, where it is within epsilon.
   *
   * @return how far it is from the clean image; infinite where nothing was found
   */
  double remember(int place, Finding finding, Attack attack) {
    offer(place, finding, attack);
    double away = distance(place, finding);
    if (decision == null || away > plan.threat().epsilon()) {
      keep(place, finding, attack);
    }
    return away;
  }

  /** Keeps what a stage found as a candidate, fooled or not; nothing of a model without chance. */
  void offer(int place, Finding finding, Attack attack) {
    Finding.Example example = finding.example();
    if (decision != null
        && !decision.isDecided()
        && example != null
        && plan.threat().size(distances(place, example)) <= plan.threat().epsilon()) {
      decision.offer(place, finding, attack);
    }
  }

  /** Keeps what was decided where it is fooled. */
  void decide(int place, Finding decided, Attack attack) {
    keep(place, decided, attack);
  }

  private void keep(int place, Finding finding, Attack attack) {
    Finding.Example example = finding.example();
    double away = distance(place, finding);
    if (example != null && away < distance[place]) {
      closest[place] =
          new SampleVerdict.Witness(
              attack.name(),
              example.image(),
              finding.prediction(),
              finding.confidence(),
              distances(place, example),
              example.survivesRounding());
      foundBy[place] = attack;
      distance[place] = away;
    }
  }

  /** How far what a stage found is from the clean image; infinite where it fooled nothing. */
  double distance(int place, Finding finding) {
    Finding.Example example = finding.example();
    return example == null || finding.outcome() != Finding.Outcome.FOOLED
        ? Double.POSITIVE_INFINITY
        : plan.threat().size(distances(place, example));
  }

  /** How far the closest example is, in the threat model's norm; infinite where none is known. */
  double distance(int place) {
    return distance[place];
  }

  /**
   * Whether an example within epsilon is known; as long as it is not decided, what the draws that
   * chose a candidate say.
   */
  boolean fooled(int place) {
    return (decision != null && !decision.isDecided())
        ? decision.isProbablyFooled(place)
        : distance[place] <= plan.threat().epsilon();
  }

  /** Whether all has been decided, so that nothing more becomes fooled. */
  boolean areDecided() {
    return decision != null && decision.isDecided();
  }

  /** Which attack found the closest example; null where none is known. */
  @Nullable Attack by(int place) {
    return decision != null && !decision.isDecided() ? decision.by(place) : foundBy[place];
  }

  /** Two images do not tell how far a pixel was moved; the replay has measured it. */
  private Distances distances(int place, Finding.Example example) {
    Distances between =
        plan.threat().between(plan.data().pixels(place), example.image(), plan.model().input());
    return example.moved() == null ? between : between.moved(example.moved());
  }

  /** The closest example; null where none is known. */
  SampleVerdict.@Nullable Witness witness(int place) {
    return closest[place];
  }
}

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

  Witnesses(AuditPlan plan) {
    this.plan = plan;
    int n = plan.data().size();
    this.closest = new SampleVerdict.Witness[n];
    this.foundBy = new Attack[n];
    this.distance = new double[n];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
  }

  /**
   * Keeps what a stage found where it is closer than what was known.
   *
   * @return how far it is from the clean image; infinite where nothing was found
   */
  double remember(int place, Finding finding, Attack attack) {
    Finding.Example example = finding.example();
    if (example == null) {
      return Double.POSITIVE_INFINITY;
    }
    Distances distances = distances(place, example);
    double away = plan.threat().size(distances);
    if (away < distance[place]) {
      closest[place] =
          new SampleVerdict.Witness(
              attack.name(),
              example.image(),
              finding.prediction(),
              finding.confidence(),
              distances,
              example.survivesRounding());
      foundBy[place] = attack;
      distance[place] = away;
    }
    return away;
  }

  /** How far what a stage found is from the clean image; infinite where it found nothing. */
  double distance(int place, Finding finding) {
    Finding.Example example = finding.example();
    return example == null
        ? Double.POSITIVE_INFINITY
        : plan.threat().size(distances(place, example));
  }

  /** How far the closest example is, in the threat model's norm; infinite where none is known. */
  double distance(int place) {
    return distance[place];
  }

  /** Whether an example within epsilon is known. */
  boolean fooled(int place) {
    return distance[place] <= plan.threat().epsilon();
  }

  /** Which attack found the closest example; null where none is known. */
  @Nullable Attack by(int place) {
    return foundBy[place];
  }

  /** Two images do not tell how far a pixel was moved; the replay has measured it. */
  private Distances distances(int place, Finding.Example example) {
    Distances between = Distances.between(plan.data().pixels(place), example.image());
    return example.moved() == null ? between : between.moved(example.moved());
  }

  /** The closest example; null where none is known. */
  SampleVerdict.@Nullable Witness witness(int place) {
    return closest[place];
  }
}

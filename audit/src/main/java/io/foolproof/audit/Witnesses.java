package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Distances;
import io.foolproof.audit.journal.JournalEntry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The closest adversarial example that is known of each sample, by its place in the data. */
final class Witnesses {
  private final AuditPlan plan;
  private final @Nullable JournalEntry[] found;
  private final @Nullable Attack[] foundBy;
  private final double[] distance;

  Witnesses(AuditPlan plan) {
    this.plan = plan;
    int n = plan.data().size();
    this.found = new JournalEntry[n];
    this.foundBy = new Attack[n];
    this.distance = new double[n];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
  }

  /**
   * Keeps what a stage found where it is closer than what was known.
   *
   * @return how far it is from the clean image; infinite where nothing was found
   */
  double remember(int place, JournalEntry entry, Attack attack) {
    if (entry.outcome() != JournalEntry.Outcome.FOOLED) {
      return Double.POSITIVE_INFINITY;
    }
    double away = plan.threat().size(distances(place, entry));
    if (away < distance[place]) {
      found[place] = entry;
      foundBy[place] = attack;
      distance[place] = away;
    }
    return away;
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

  /** How far a pixel was moved, the replay has measured: two images do not tell. */
  private Distances distances(int place, JournalEntry entry) {
    Distances between = Distances.between(plan.data().pixels(place), entry.floats());
    return entry.moved() == null ? between : between.moved(entry.moved());
  }

  /** The closest example, for the result; null where none is known. */
  SampleVerdict.@Nullable Witness witness(int place) {
    JournalEntry entry = found[place];
    Attack attack = foundBy[place];
    if (entry == null || attack == null) {
      return null;
    }
    return new SampleVerdict.Witness(
        attack.name(),
        entry.floats(),
        entry.prediction(),
        entry.confidence(),
        distances(place, entry),
        entry.survivesRounding());
  }
}

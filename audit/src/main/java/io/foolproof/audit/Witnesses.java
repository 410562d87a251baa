package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Distances;
import io.foolproof.attack.Levels;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The closest adversarial example that is known of each sample, by its place in the data. */
final class Witnesses {
  /** What a file of 8-bit images holds. */
  private static final int EIGHT_BIT = 256;

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
    double away = between(place, entry.floats()).in(plan.threat().norm());
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

  private Distances between(int place, float[] image) {
    return Distances.between(plan.data().pixels(place), image);
  }

  /** The closest example, for the result; null where none is known. */
  SampleVerdict.@Nullable Witness witness(int place) {
    JournalEntry entry = found[place];
    Attack attack = foundBy[place];
    if (entry == null || attack == null) {
      return null;
    }
    float[] image = entry.floats();
    Levels levels = new Levels(EIGHT_BIT, plan.model().input());
    boolean held =
        new Replay(List.of(plan.model()))
            .fools(plan.threat().goal(), plan.data().label(place), levels.nearest(image));
    return new SampleVerdict.Witness(
        attack.name(), image, entry.prediction(), entry.confidence(), between(place, image), held);
  }
}

package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.journal.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Attacks that an audit runs on some of its samples to judge its own attacks by: those of the
 * diagnosis, and the noise beside the accuracy curve.
 *
 * <p>They come after the audit's own. What they fool within epsilon is fooled all the same: it has
 * been replayed, and becomes the sample's witness.
 */
final class ShortAttacks {
  private final AuditPlan plan;
  private final Stages stages;
  private final Witnesses witnesses;

  /** By place, what was found of the samples that the audit's own attacks did not fool. */
  private final Map<Integer, List<Finding>> missed = new LinkedHashMap<>();

  /** Settings of the attacks that fooled such a sample first. */
  private final Set<String> successful = new LinkedHashSet<>();

  ShortAttacks(AuditPlan plan, Stages stages, Witnesses witnesses) {
    this.plan = plan;
    this.stages = stages;
    this.witnesses = witnesses;
  }

  /**
   * As {@link Stages#attack}; what is fooled within the audit's epsilon becomes known.
   *
   * @param threat what this attack is allowed: its epsilon may differ from the audit's
   */
  void run(
      String stage,
      String title,
      Attack attack,
      ThreatModel threat,
      int[] places,
      Stages.Receiver receiver) {
    stages.attack(
        stage,
        title,
        attack,
        threat,
        places,
        (place, finding) -> {
          remember(place, finding, attack);
          receiver.take(place, finding);
        });
  }

  private void remember(int place, Finding finding, Attack attack) {
    boolean fooledBefore = witnesses.fooled(place);
    witnesses.offer(place, finding, attack);
    if (!fooledBefore) {
      missed.computeIfAbsent(place, unseen -> new ArrayList<>());
      boolean within = witnesses.distance(place, finding) <= plan.threat().epsilon();
      if (within && !witnesses.areDecided()) {
        witnesses.remember(place, finding, attack);
        successful.add(attack.settings());
      }
    }
    missed.computeIfPresent(
        place,
        (same, findings) -> {
          findings.add(finding);
          return findings;
        });
  }

  /**
   * The places of the samples that these attacks fooled within epsilon, and the audit's own did
   * not.
   */
  Set<Integer> fooledBesides() {
    return missed.keySet().stream().filter(witnesses::fooled).collect(Collectors.toSet());
  }

  /**
   * What these attacks did to the samples that the audit's own had not fooled; empty where they
   * fooled none of them.
   *
   * @param left what is not fooled after them
   */
  Optional<AttackSummary> summary(Proportion left) {
    if (successful.isEmpty()) {
      return Optional.empty();
    }
    double[] distances =
        missed.keySet().stream()
            .mapToDouble(
                place ->
                    witnesses.fooled(place) ? witnesses.distance(place) : Double.POSITIVE_INFINITY)
            .toArray();
    return Optional.of(
        AttackSummary.of(
            AttackSummary.SHORT_ATTACKS,
            AttackSummary.SHORT_ATTACKS + " (" + String.join(", ", successful) + ")",
            missed.size(),
            missed.values().stream().flatMap(List::stream).toList(),
            distances,
            left,
            plan,
            ""));
  }
}

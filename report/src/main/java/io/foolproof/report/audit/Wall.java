package io.foolproof.report.audit;

import io.foolproof.attack.ThreatModel;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.SampleVerdict.Witness;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Chooses the adversarial examples that teach the most: the closest ones, of many classes. */
final class Wall {
  private Wall() {}

  /**
   * A fooled sample.
   *
   * @param place its place in the result's data
   */
  record Pick(int place, SampleVerdict sample, Witness witness) {}

  /**
   * The closest of each class, then the second closest of each, and so on, until there are enough.
   *
   * @param most how many at most
   * @return by label, and the closest of a label first
   */
  static List<Pick> choose(AuditResult result, int most) {
    Comparator<Pick> closest = closest(result.threat());
    Map<Integer, Integer> ofLabel = new HashMap<>();
    List<List<Pick>> rounds = new ArrayList<>();
    for (Pick pick : fooled(result.samples()).stream().sorted(closest).toList()) {
      int round = ofLabel.merge(pick.sample().label(), 1, Integer::sum) - 1;
      if (round == rounds.size()) {
        rounds.add(new ArrayList<>());
      }
      rounds.get(round).add(pick);
    }
    return rounds.stream()
        .flatMap(List::stream)
        .limit(most)
        .sorted(Comparator.<Pick>comparingInt(pick -> pick.sample().label()).thenComparing(closest))
        .toList();
  }

  private static List<Pick> fooled(List<SampleVerdict> samples) {
    List<Pick> fooled = new ArrayList<>();
    for (int place = 0; place < samples.size(); place++) {
      SampleVerdict sample = samples.get(place);
      if (sample.witness() != null) {
        fooled.add(new Pick(place, sample, sample.witness()));
      }
    }
    return fooled;
  }

  /** Attacks of a given epsilon often use all of it, so that the Euclidean distance decides. */
  private static Comparator<Pick> closest(ThreatModel threat) {
    return Comparator.<Pick>comparingDouble(pick -> threat.size(pick.witness().distances()))
        .thenComparingDouble(pick -> pick.witness().distances().l2())
        .thenComparingInt(Pick::place);
  }
}

package io.foolproof.audit;

import io.foolproof.attack.Attack;
import io.foolproof.audit.journal.Finding;
import io.foolproof.audit.journal.Finding.Outcome;
import io.foolproof.audit.journal.Journal;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What a query budget reaches in an audit, given what its journal holds already: every search at
 * its longest.
 */
final class QueryPlan {
  private final AuditPlan plan;
  private final Journal journal;
  private final MeteredSearches searches;

  /** Clean images that are sent first. */
  private final long clean;

  /** What is left after these. */
  private final long left;

  QueryPlan(AuditPlan plan, Journal journal, MeteredSearches searches) {
    this.plan = plan;
    this.journal = journal;
    this.searches = searches;
    this.clean = (long) plan.data().size() - journal.stage(Stages.CLEAN).size();
    this.left = plan.model().queriesLeft() - clean;
  }

  /** An attack of the audit that has not attacked every sample yet. */
  private record Open(Attack attack, long[] costs) {
    long total() {
      return LongStream.of(costs).sum();
    }

    /** How many searches a number of queries suffices for. */
    int reached(long queries) {
      long sum = 0;
      for (int i = 0; i < costs.length; i++) {
        sum += costs[i];
        if (sum > queries) {
          return i;
        }
      }
      return costs.length;
    }
  }

  /**
   * What the budget reaches, in words; empty where there is no budget.
   *
   * @throws InvalidInputException when it suffices for no search at all
   */
  String text() {
    long budget = plan.model().queriesLeft();
    if (budget == Long.MAX_VALUE) {
      return "";
    }
    List<Open> attacks = open();
    requireOne(attacks);
    long rest = left;
    long all = clean + besides() + attacks.stream().mapToLong(Open::total).sum();
    String most = "; all of this audit takes up to %,d".formatted(all);
    String before = "";
    for (Open open : attacks) {
      int reached = open.reached(rest);
      if (reached < open.costs.length) {
        return "query budget: %,d %s suffice for %sat least %,d of %,d searches of %s, each of up to %,d%s%s"
            .formatted(
                budget,
                noun(),
                before,
                reached,
                open.costs.length,
                open.attack.settings(),
                MeteredSearches.most(open.attack),
                clean == 0 ? "" : ", after %,d clean %s".formatted(clean, noun()),
                most);
      }
      rest -= open.total();
      before += "all of " + open.attack.name() + ", and for ";
    }
    boolean sufficient = budget >= all && plan.cascade() == null;
    return "query budget: %,d %s suffice for all %s%s"
        .formatted(
            budget,
            noun(),
            sufficient ? "of this audit, which takes up to " + "%,d".formatted(all) : "searches",
            sufficient ? "" : plan.cascade() == null ? most : " of its first attacks");
  }

  private String noun() {
    return Noun.of(plan.threat()).many();
  }

  /** That the first attack can search around one sample to the end, unless it did before. */
  private void requireOne(List<Open> attacks) {
    boolean begun = !journal.stage(AttackStage.name(plan, 0)).isEmpty();
    if (begun || attacks.isEmpty() || attacks.get(0).reached(left) > 0) {
      return;
    }
    Open first = attacks.get(0);
    throw new InvalidInputException(
        "%s: the query budget of %,d %s suffices for none of the %,d: %s, and the search of %s around one takes up to %,d; give --query-budget %d or more, or fewer samples (--samples)"
            .formatted(
                plan.model().name(),
                clean + left,
                noun(),
                plan.data().size(),
                clean == 0 ? "all are evaluated clean" : "%,d are sent clean".formatted(clean),
                first.attack.settings(),
                first.costs[0],
                clean + first.costs[0]));
  }

  /** The attacks whose samples are known; of a cascade those that run on all. */
  private List<Open> open() {
    Map<Long, Finding> evaluated = journal.stage(Stages.CLEAN);
    Set<Long> done = new HashSet<>();
    for (int place = 0; place < plan.data().size(); place++) {
      Finding finding = evaluated.get(plan.data().index(place));
      if (finding != null && finding.prediction() != plan.data().label(place)) {
        done.add(plan.data().index(place));
      }
    }
    List<Open> attacks = new ArrayList<>();
    int count = plan.cascade() == null ? plan.attacks().size() : plan.cascade().thoroughFrom();
    for (int number = 0; number < count; number++) {
      String stage = AttackStage.name(plan, number);
      Attack attack = plan.attacks().get(number);
      Map<Long, Finding> found = journal.stage(stage);
      if (!plan.closest()) {
        found.values().stream()
            .filter(finding -> finding.outcome() == Outcome.FOOLED)
            .forEach(finding -> done.add(finding.index()));
      }
      long[] costs =
          IntStream.range(0, plan.data().size())
              .filter(place -> !done.contains(plan.data().index(place)))
              .filter(place -> !found.containsKey(plan.data().index(place)))
              .mapToLong(place -> searches.left(stage, attack, place))
              .toArray();
      if (costs.length > 0) {
        attacks.add(new Open(attack, costs));
      }
    }
    return attacks;
  }

  /** The most that the accuracy curve and the diagnosis send. */
  private long besides() {
    return AccuracyCurve.mostQueries(plan)
        + (plan.extent().diagnose() ? Diagnosis.mostQueries(plan.data().size()) : 0);
  }
}

package io.foolproof.attack.closest;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.HasSteps;
import io.foolproof.attack.MinimalNormAttack;
import io.foolproof.attack.Norm;
import io.foolproof.attack.PerSampleEpsilon;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.gradient.Apgd;
import io.foolproof.attack.gradient.ApgdT;
import io.foolproof.attack.gradient.Stripes;
import io.foolproof.attack.search.ClosestPursuit;
import io.foolproof.attack.search.Lanes;
import io.foolproof.attack.search.PerLane;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.HandsOn;
import io.foolproof.attack.setting.Named;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Searches, for each sample, for the smallest epsilon at which one of some attacks still succeeds.
 *
 * <p>An attack within epsilon, run at one epsilon after another, is among the closest of all:
 * Cin&agrave;, Rony, Pintor, Demetrio, Demontis, Biggio, Ben Ayed, Roli: AttackBench: evaluating
 * gradient-based attacks for adversarial examples, 2024, arXiv 2404.19460. Epsilon begins where the
 * linearised model has its boundary and doubles until the attack succeeds; then it is sought
 * between the largest at which the attack failed and the distance of the closest adversarial point,
 * which is also where the attack begins. A failure is no proof: it only says where not to look
 * next.
 *
 * <p>Of several attacks each goes on from what those before it found: it is first run just within
 * the distance of the closest adversarial point, and ends where it fails there.
 *
 * @param by the attacks that are run, one after another
 * @param searches how many epsilons each of them is tried at for a sample at most
 * @param steps gradient steps of the attacks, at each epsilon
 */
@Named("closest")
public record EpsilonSearch(
    @HandsOn("steps") List<Attack> by, @AtLeast(1) int searches, @AtLeast(1) int steps)
    implements MinimalNormAttack, HasSteps<EpsilonSearch> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "minimal norm: the smallest epsilon at which other attacks succeed",
          "Cina et al. 2024, arXiv 2404.19460",
          "about 1,000 gradients");

  /**
   * Where between failure and success the next epsilon lies: nearer to success, which takes an
   * attack few steps, while a failure takes all of them.
   */
  private static final double NEXT = 0.75;

  /** The search ends when failure is this near to success, as a fraction of the distance. */
  private static final double PRECISION = 1e-3;

  /** The smallest epsilon to begin with, as a fraction of the farthest corner of the box. */
  private static final double SMALLEST = 1e-4;

  /**
   * Checks the settings, and that the attacks can search within another epsilon for each sample.
   */
  public EpsilonSearch {
    Settings.check(EpsilonSearch.class, by, searches, steps);
    if (by.isEmpty() || by.stream().map(Attack::name).distinct().count() < by.size()) {
      throw new InvalidInputException(
          "closest: by="
              + by.stream().map(Attack::name).collect(Collectors.joining("+"))
              + ": give one attack, or several different ones, as apgd+stripes");
    }
    int each = steps;
    by = by.stream().<Attack>map(attack -> within(attack).withSteps(each)).toList();
  }

  private static PerSampleEpsilon<?> within(Attack attack) {
    if (attack instanceof PerSampleEpsilon<?> within) {
      return within;
    }
    throw new InvalidInputException(
        "closest: by="
            + attack.name()
            + ": give an attack that takes gradient steps within epsilon: apgd-t, apgd, acg, pgd,"
            + " bim, odi, stripes, malt or multitargeted; or several, as apgd+stripes");
  }

  /** By targeted APGD, APGD, and steps from coarse patterns. */
  public static EpsilonSearch standard() {
    List<Attack> by = List.of(ApgdT.standard(), Apgd.standard(), Stripes.standard());
    return new EpsilonSearch(by, 12, 20);
  }

  @Override
  public Set<Norm> norms() {
    Set<Norm> norms = new LinkedHashSet<>(by.get(0).norms());
    by.forEach(attack -> norms.retainAll(attack.norms()));
    return norms;
  }

  @Override
  public String identity() {
    return settings()
        + ", which is "
        + by.stream().map(Attack::identity).collect(Collectors.joining(" and "));
  }

  @Override
  public void requireApplicable(Classifier model, ThreatModel threat) {
    MinimalNormAttack.super.requireApplicable(model, threat);
    by.forEach(attack -> attack.requireApplicable(model, threat));
  }

  @Override
  public String note(Classifier model, ThreatModel threat) {
    return by.stream()
        .map(attack -> attack.note(model, threat))
        .filter(note -> !note.isEmpty())
        .distinct()
        .collect(Collectors.joining("; "));
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    ClosestPursuit pursuit = new ClosestPursuit(model, samples, threat, seed, name());
    // What each sample may change is up to its own epsilon alone.
    ThreatModel unbounded = threat.withEpsilon(Double.MAX_VALUE);
    for (int i = 0; i < by.size(); i++) {
      Attack attack = by.get(i);
      int number = i;
      pursuit.search(
          number,
          lanes -> {
            Bracket bracket = Bracket.of(pursuit, lanes);
            for (int k = 0; k < searches && lanes.size() > 0; k++) {
              long another = new RandomStream(seed, k, name(), number).nextLong();
              Samples within = bracket.samples();
              List<AttackResult> results = attack.run(model, within, unbounded, another);
              lanes.drop(bracket.narrow(results));
            }
          });
    }
    return pursuit.results();
  }

  /**
   * Between which epsilons the search goes on, for each lane.
   *
   * @param failed the largest at which the attack failed
   * @param next what to try now
   * @param farthest at which nothing is left out
   */
  private record Bracket(
      ClosestPursuit pursuit,
      Lanes lanes,
      PerLane<double[]> failed,
      PerLane<double[]> next,
      PerLane<double[]> farthest) {

    static Bracket of(ClosestPursuit pursuit, Lanes lanes) {
      try (Scope scope = Scope.open()) {
        ClosestPursuit.Evaluation at = pursuit.evaluate(lanes, lanes.images());
        Tensor farthest = pursuit.farthest(lanes);
        Tensor gradient = at.direction(at.margin());
        Tensor boundary = Fmn.reach(at, lanes.images(), gradient, farthest.mul(SMALLEST));
        Tensor known = pursuit.distance(lanes).mul(1 - PRECISION);
        Tensor first = Tensor.where(known.lt(Double.POSITIVE_INFINITY), known, boundary);
        return new Bracket(
            pursuit,
            lanes,
            lanes.hold(new double[lanes.size()]),
            lanes.hold(first.minimum(farthest).toDoubles()),
            lanes.hold(farthest.toDoubles()));
      }
    }

    /** The samples to attack now, each within its epsilon. */
    Samples samples() {
      float[][] starts = new float[lanes.size()][];
      for (int lane = 0; lane < starts.length; lane++) {
        starts[lane] = pursuit.closest(lanes.members()[lane]);
      }
      return pursuit.samples().within(lanes.members(), next.get().clone(), starts);
    }

    /** Takes note of what was found, and says for which lanes the search has ended. */
    boolean[] narrow(List<AttackResult> results) {
      double[] before = distances();
      for (int lane = 0; lane < lanes.size(); lane++) {
        pursuit.credit(lanes.members()[lane], results.get(lane));
      }
      float[][] points = results.stream().map(AttackResult::image).toArray(float[][]::new);
      try (Scope scope = Scope.open()) {
        pursuit.look(lanes, Rows.stack(points, lanes.images().shape()));
        double[] found = distances();
        int[] closer =
            IntStream.range(0, found.length).filter(lane -> found[lane] < before[lane]).toArray();
        if (closer.length > 0) {
          Tightening.alongTheLine(pursuit, lanes.only(closer));
        }
      }
      double[] distances = distances();
      boolean[] ended = new boolean[distances.length];
      for (int lane = 0; lane < ended.length; lane++) {
        ended[lane] = goesOnAt(lane, distances[lane], distances[lane] < before[lane]);
      }
      return ended;
    }

    private boolean goesOnAt(int lane, double distance, boolean closer) {
      double tried = next.get()[lane];
      double most = farthest.get()[lane];
      if (!closer) {
        failed.get()[lane] = tried;
      }
      double lower = failed.get()[lane];
      boolean found = distance < Double.POSITIVE_INFINITY;
      next.get()[lane] = found ? lower + NEXT * (distance - lower) : Math.min(most, 2 * tried);
      return found ? distance - lower <= PRECISION * distance : lower >= most;
    }

    private double[] distances() {
      return IntStream.of(lanes.members()).mapToDouble(pursuit::distance).toArray();
    }
  }
}

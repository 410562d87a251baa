package io.foolproof.audit;

import io.foolproof.attack.Features;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that an audit found, for a report.
 *
 * @param subject what was audited
 * @param threat what the attacker was allowed
 * @param seed the run's seed
 * @param data the clean samples, in the order of the verdicts
 * @param samples one verdict a sample
 * @param attacks the attacks, in the order in which they ran
 * @param curve accuracy against epsilon, ascending, starting at epsilon 0
 * @param diagnostics signs that these figures are not to be believed, found or not
 * @param randomness how the model's answers differ between identical calls; null where they do not
 * @param replayedBy what confirmed the witnesses besides the model itself; empty where nothing did
 * @param searched how far a cascade of attacks searched; null where every attack ran on all that
 *     those before it left, and where a query budget ended the search
 * @param proofs what was proved before attacks ran; null where nothing was tried
 */
public record AuditResult(
    Subject subject,
    ThreatModel threat,
    long seed,
    ImageSet data,
    List<SampleVerdict> samples,
    List<AttackSummary> attacks,
    List<CurvePoint> curve,
    List<Diagnostic> diagnostics,
    @Nullable Randomness randomness,
    String replayedBy,
    @Nullable Searched searched,
    @Nullable Proofs proofs) {

  /**
   * What was audited; the samples are in {@link #data}.
   *
   * @param model where the model comes from
   * @param input the shape and box of what it takes
   * @param engine the numeric libraries, their versions and kernels: {@link
   *     io.foolproof.tensor.Engine#version}
   * @param plan all that the verdicts depend on, by name: {@link AuditPlan#identity}
   */
  public record Subject(Origin model, InputSpec input, String engine, Map<String, String> plan) {
    /** Keeps the order of the plan's names. */
    public Subject {
      plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
    }
  }

  /**
   * A point of the accuracy curve.
   *
   * @param epsilon the size of the perturbation
   * @param robustAccuracy the fraction of samples on which no attack of this audit succeeded within
   *     it
   * @param noise the fraction of some samples, from all over the data, that is right in all of a
   *     few draws of plain noise up to this size: the control; null where it was not measured
   */
  public record CurvePoint(double epsilon, Proportion robustAccuracy, @Nullable Proportion noise) {}

  /** Whether all was done: a query budget may have ended the audit before. */
  public boolean isFinished() {
    return warnings().stream().noneMatch(d -> d.id().equals(Sign.UNFINISHED.id()));
  }

  /**
   * The first sign that the model was not given the images or labels that it was made for, so that
   * no other figure means anything; empty where there is none.
   */
  public Optional<Diagnostic> wrongSetUp() {
    return warnings().stream().filter(d -> SetUpCheck.IDS.contains(d.id())).findFirst();
  }

  /**
   * The robust accuracy to show: of a randomised model the mean over draws, of any other the
   * fraction on which no attack succeeded.
   */
  public double headlineAccuracy() {
    return randomness == null ? robustAccuracy().value() : randomness.mean();
  }

  /** That figure with its 95 % interval: over samples and, of a randomised model, draws. */
  public Estimate robustEstimate() {
    return randomness == null ? Estimate.of(robustAccuracy()) : Estimate.of(randomness.attacked());
  }

  /** The same of clean samples: of a randomised model the mean over draws, as it is there. */
  public Estimate cleanEstimate() {
    return randomness == null ? Estimate.of(cleanAccuracy()) : Estimate.of(randomness.clean());
  }

  /**
   * A fraction of samples, or the mean of such a fraction over draws.
   *
   * @param value the fraction
   * @param low the lower end of its 95 % interval
   * @param high the upper end
   */
  public record Estimate(double value, double low, double high) {
    private static Estimate of(Proportion share) {
      return new Estimate(share.value(), share.low(), share.high());
    }

    private static Estimate of(Randomness.Share share) {
      return new Estimate(share.mean(), share.overBoth().low(), share.overBoth().high());
    }
  }

  /**
   * Whether a pipeline may go on: {@link Gate}.
   *
   * @param failUnder the smallest robust accuracy that passes, a fraction
   * @param allowed ids of signs that are no reason to fail
   */
  public Gate.Outcome gate(double failUnder, String... allowed) {
    return new Gate(failUnder, Set.copyOf(List.of(allowed))).judge(this);
  }

  /** The diagnostics that fired: the headline figure is not to be shown without them. */
  public List<Diagnostic> warnings() {
    return diagnostics.stream().filter(d -> d.state() == Diagnostic.State.FIRED).toList();
  }

  /** The features that were changed, where the samples are rows of a table; null of images. */
  public @Nullable Features features() {
    return threat instanceof NormBounded bounded && bounded.admissible() instanceof Features rows
        ? rows
        : null;
  }

  /** What the samples are called in texts. */
  public Noun noun() {
    return Noun.of(threat);
  }

  /**
   * The fraction of witnesses that still fool when rounded to 8 bits; null where there is none, and
   * of rows of a table, which no file of images holds.
   */
  public @Nullable Proportion surviveRounding() {
    if (noun().isRow()) {
      return null;
    }
    List<SampleVerdict.Witness> witnesses =
        samples.stream().flatMap(s -> Stream.ofNullable(s.witness())).toList();
    int held = (int) witnesses.stream().filter(SampleVerdict.Witness::survivesRounding).count();
    return witnesses.isEmpty() ? null : new Proportion(held, witnesses.size());
  }

  /**
   * The fraction of samples that are correctly classified when they are clean; errors count as
   * wrong. Of a randomised model each sample counts by most of its draws.
   */
  public Proportion cleanAccuracy() {
    return count(Verdict.FOOLED, Verdict.PROVED, Verdict.UNKNOWN);
  }

  /** The fraction on which no attack succeeded: an upper bound on the robust accuracy. */
  public Proportion robustAccuracy() {
    return count(Verdict.PROVED, Verdict.UNKNOWN);
  }

  /** The fraction that is proved: a lower bound on the robust accuracy. */
  public Proportion provedAccuracy() {
    return count(Verdict.PROVED);
  }

  /** The fraction of samples with one of these verdicts. */
  public Proportion count(Verdict... verdicts) {
    List<Verdict> wanted = List.of(verdicts);
    int count = (int) samples.stream().filter(s -> wanted.contains(s.verdict())).count();
    return new Proportion(count, samples.size());
  }
}

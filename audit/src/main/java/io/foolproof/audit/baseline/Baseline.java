package io.foolproof.audit.baseline;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.audit.Verdict;
import io.foolproof.tensor.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an audit found of each sample, to hold later audits against.
 *
 * @param model what the model is called
 * @param identity what tells the model from every other, such as the SHA-256 of its file
 * @param engine the numeric libraries and the kernels that they chose for the processor: another
 *     one may give other last bits, and so another verdict where an attack barely succeeds
 * @param plan all else that the verdicts depend on, by name: two baselines can be compared where
 *     this is the same
 * @param verdicts by the sample's index in its data set
 */
public record Baseline(
    String model,
    String identity,
    String engine,
    Map<String, String> plan,
    SortedMap<Long, Verdict> verdicts) {

  /** What an audit's plan calls the model and the engine, which have fields of their own here. */
  private static final List<String> APART = List.of("model", "engine");

  /** Copies both maps, and keeps their order. */
  public Baseline {
    plan = Collections.unmodifiableMap(new LinkedHashMap<>(plan));
    verdicts = Collections.unmodifiableSortedMap(new TreeMap<>(verdicts));
  }

  /**
   * The baseline of an audit.
   *
   * @throws InvalidInputException where nothing tells the model from others, or two samples have
   *     the same index
   */
  public static Baseline of(AuditResult result) {
    AuditResult.Subject subject = result.subject();
    if (!subject.model().isKnown()) {
      throw new InvalidInputException(
          "%s: a baseline names its model, but nothing tells this one from others: let its origin()"
                  .formatted(subject.model().name())
              + " give an identity");
    }
    TreeMap<Long, Verdict> verdicts = new TreeMap<>();
    for (SampleVerdict sample : result.samples()) {
      if (verdicts.put(sample.index(), sample.verdict()) != null) {
        throw new InvalidInputException(
            "%s: two samples have the index %d, expected one each: a baseline tells them apart by it"
                .formatted(result.data().name(), sample.index()));
      }
    }
    return new Baseline(
        subject.model().name(),
        subject.model().identityInUse(),
        subject.engine(),
        comparable(subject.plan()),
        verdicts);
  }

  private static Map<String, String> comparable(Map<String, String> plan) {
    Map<String, String> rest = new LinkedHashMap<>(plan);
    rest.keySet().removeAll(APART);
    return rest;
  }

  /**
   * Checks that an audit can be compared with this, before it runs.
   *
   * @param planned all that its verdicts depend on, by name: {@link
   *     io.foolproof.audit.AuditPlan#identity}
   * @throws InvalidInputException where plan, data or seed differ
   */
  public void requireComparable(Map<String, String> planned) {
    Comparison.requireSamePlan(plan, comparable(planned));
  }

  /** Whether the model has an identity, and every sample an index of its own. */
  public static boolean isPossible(AuditResult result) {
    return result.subject().model().isKnown()
        && result.samples().stream().mapToLong(SampleVerdict::index).distinct().count()
            == result.samples().size();
  }

  /** Whether no attack succeeded on a sample. */
  static boolean isNotFooled(Verdict verdict) {
    return verdict == Verdict.UNKNOWN || verdict == Verdict.PROVED;
  }

  /** How many samples have this verdict. */
  int count(Verdict verdict) {
    return Collections.frequency(verdicts.values(), verdict);
  }
}

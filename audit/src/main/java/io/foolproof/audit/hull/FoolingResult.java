package io.foolproof.audit.hull;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingFinding.Moved;
import io.foolproof.audit.hull.FoolingFinding.Outcome;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where fooling took the queries of a hull study. Attack and noise are compared on the same
 * queries: those that were fooled and have a control; shares are there only if some do.
 *
 * @param plan how the model was attacked
 * @param findings one a query, in their order
 */
public record FoolingResult(FoolingPlan plan, List<FoolingFinding> findings) {

  /** Takes a copy. */
  public FoolingResult {
    findings = List.copyOf(findings);
  }

  /** How many queries ended so. */
  public int count(Outcome outcome) {
    return (int) findings.stream().filter(finding -> finding.outcome() == outcome).count();
  }

  /** All queries that were fooled. */
  public List<Fooled> fooled() {
    return findings.stream().map(FoolingFinding::fooled).filter(Objects::nonNull).toList();
  }

  /** The fooled queries that have a control to compare them with. */
  public List<Fooled> compared() {
    return fooled().stream().filter(one -> one.noise() != null).toList();
  }

  /** The control of a query that has one. */
  public static Moved noise(Fooled fooled) {
    return Objects.requireNonNull(fooled.noise(), "a query without a control is not compared");
  }

  /** The fraction that is farther from the hull after the attack. */
  public Proportion fartherByAttack() {
    return share(one -> one.adversarial().hull().distance() > one.cleanDistance());
  }

  /** The fraction that is farther from the hull after random noise of the same length. */
  public Proportion fartherByNoise() {
    return share(one -> noise(one).hull().distance() > one.cleanDistance());
  }

  /** The fraction that the attack takes farther from the hull than the noise does. */
  public Proportion attackBeyondNoise() {
    return share(one -> one.adversarial().hull().distance() > noise(one).hull().distance());
  }

  /** The fraction that random noise of the same length fools as well. */
  public Proportion fooledByNoise() {
    return share(one -> noise(one).prediction() != one.label());
  }

  /** Whether the model's classes for nearest hull points are known: not in a layer's space. */
  public boolean hullPointsAreImages() {
    return compared().stream().anyMatch(one -> one.cleanProjected() >= 0);
  }

  /** The fraction whose clean image's nearest hull point is given the correct label. */
  public Proportion cleanProjectedRight() {
    return share(one -> one.cleanProjected() == one.label());
  }

  /** The fraction whose adversarial image's nearest hull point is given the correct label back. */
  public Proportion adversarialProjectedRight() {
    return share(one -> one.adversarial().projected() == one.label());
  }

  /** The fraction whose noisy image's nearest hull point is given the correct label. */
  public Proportion noiseProjectedRight() {
    return share(one -> noise(one).projected() == one.label());
  }

  /** The fooled queries whose distance to the decision boundary was searched for. */
  public List<Fooled> withBoundary() {
    return fooled().stream().filter(one -> one.boundary() != null).toList();
  }

  /** How the distance to the decision boundary goes with the clean image's to the hull. */
  public Optional<Correlation> boundaryWithHull() {
    List<Fooled> known = withBoundary();
    return Correlation.of(
        known.stream().mapToDouble(FoolingResult::boundary).toArray(),
        known.stream().mapToDouble(Fooled::cleanDistance).toArray());
  }

  /** The boundary distance of a query for which it was searched. */
  public static double boundary(Fooled fooled) {
    return Objects.requireNonNull(fooled.boundary(), "a boundary that was not searched for");
  }

  /** Where adversarial and noisy images lie whose certificate does not hold. */
  public List<HullFinding> rejected() {
    return fooled().stream()
        .flatMap(one -> Stream.of(one.adversarial(), one.noise()))
        .filter(Objects::nonNull)
        .map(Moved::hull)
        .filter(hull -> !hull.certified())
        .toList();
  }

  private Proportion share(Predicate<Fooled> holds) {
    List<Fooled> compared = compared();
    return new Proportion((int) compared.stream().filter(holds).count(), compared.size());
  }
}

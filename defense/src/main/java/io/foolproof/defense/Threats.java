package io.foolproof.defense;

import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.tensor.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a net is to withstand: perturbations within the ball of a norm, or within any of the balls
 * of several norms, their union.
 *
 * @param each one a norm
 */
public record Threats(List<NormBounded> each) {

  /**
   * Checks the threats.
   *
   * @throws InvalidInputException when there is none, a norm is given twice, or one has no ball
   */
  public Threats {
    each = List.copyOf(each);
    if (each.isEmpty()) {
      throw new InvalidInputException("no norm is given: give linf, l2 or l1");
    }
    Set<Norm> norms = new HashSet<>();
    for (NormBounded threat : each) {
      if (!Norm.withBalls().contains(threat.norm())) {
        throw new InvalidInputException(
            threat.symbol() + " has no attack to train against: give linf, l2 or l1");
      }
      if (!norms.add(threat.norm())) {
        throw new InvalidInputException(
            threat.symbol() + " is given twice: give each norm once, with its largest epsilon");
      }
      if (!(threat.epsilon() > 0)) {
        throw new InvalidInputException(
            "epsilon is " + threat.epsilon() + ": to train against an attack give one above 0");
      }
    }
  }

  /** Perturbations of one norm. */
  public static Threats of(NormBounded threat) {
    return new Threats(List.of(threat));
  }

  /** Whether L-inf is all that is to be withstood. */
  public boolean isLinfAlone() {
    return each.size() == 1 && each.get(0).norm() == Norm.LINF;
  }

  /** Epsilon in L-inf; 0 where that norm is not among them. */
  public double linfEpsilon() {
    return each.stream()
        .filter(threat -> threat.norm() == Norm.LINF)
        .mapToDouble(NormBounded::epsilon)
        .findFirst()
        .orElse(0);
  }

  /** As it is written in texts: L-inf, epsilon 0.3; L2, epsilon 2.0. */
  public String text() {
    return each.stream()
        .map(threat -> threat.symbol() + ", epsilon " + threat.epsilon())
        .collect(Collectors.joining("; "));
  }
}

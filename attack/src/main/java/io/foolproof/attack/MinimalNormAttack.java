package io.foolproof.attack;

/**
 * An attack that searches for the smallest perturbation, however large that is.
 *
 * <p>The threat model's epsilon changes nothing in the search, but for where random restarts of FAB
 * begin: it only decides which samples count as fooled. Where no more is wanted than one example
 * within epsilon, the model is given as {@link io.foolproof.attack.search.Ending}, and the search
 * ends there. The image of a fooled sample is the closest point found, so that one run with a large
 * epsilon yields the success rate at every smaller one. A misclassified sample is its own closest
 * point, at distance 0. The distance of a sample without an adversarial point within epsilon is
 * unknown, which is not zero.
 */
public interface MinimalNormAttack extends Attack {
  @Override
  default boolean findsClosest() {
    return true;
  }
}

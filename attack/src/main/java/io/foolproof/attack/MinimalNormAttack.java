package io.foolproof.attack;

/**
 * An attack that looks for the closest adversarial example, however far that is.
 *
 * <p>The threat model's epsilon changes nothing in the search: it only decides which samples count
 * as fooled. A fooled sample's image is the closest point found, so one run with a large epsilon
 * yields the success rate at every smaller one. A sample that the model already gets wrong is its
 * own closest point, at distance 0. One without an adversarial point within epsilon is standing:
 * its distance is unknown, which is never to be read as zero.
 */
public interface MinimalNormAttack extends Attack {
  @Override
  default boolean findsClosest() {
    return true;
  }
}

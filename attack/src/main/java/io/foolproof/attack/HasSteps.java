package io.foolproof.attack;

/**
 * An attack whose number of steps is a setting.
 *
 * @param <A> the attack itself, a record
 */
public interface HasSteps<A extends Attack> {

  /** How many steps it takes, of one search or restart where it has several. */
  int steps();

  /**
   * The same attack with another number of steps.
   *
   * @throws io.foolproof.tensor.InvalidInputException when there are too few
   */
  default A withSteps(int steps) {
    return Settings.with(this, "steps", steps);
  }
}

package io.foolproof.attack;

/**
 * An attack whose number of restarts is a setting.
 *
 * @param <A> the attack itself, a record
 */
public interface HasRestarts<A extends Attack> {

  /** How many times it starts, the first included. */
  int restarts();

  /**
   * The same attack with another number of restarts.
   *
   * @throws io.foolproof.tensor.InvalidInputException when it is less than 1
   */
  default A withRestarts(int restarts) {
    return Settings.with(this, "restarts", restarts);
  }
}

package io.foolproof.attack;

/**
 * An attack whose number of queries is a setting.
 *
 * @param <A> the attack itself, a record
 */
public interface HasQueries<A extends Attack> {

  /** The most queries for one sample. */
  int queries();

  /**
   * The same attack with another number of queries.
   *
   * @throws io.foolproof.tensor.InvalidInputException when there are too few
   */
  default A withQueries(int queries) {
    return Settings.with(this, "queries", queries);
  }
}

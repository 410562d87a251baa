package io.foolproof.attack.suite;

/**
 * How the attacks of a suite follow each other where not each of them runs on every sample, by
 * their number in the order of the suite:
 *
 * <ol>
 *   <li>the first attacks run on all samples; how close they came ranks what they leave;
 *   <li>the thorough ones run on those that came closest, rank after rank, as long as they still
 *       find something;
 *   <li>the last ones run on the last of these ranks alone;
 *   <li>the reference runs on some of the others, drawn at random: it checks that nothing was
 *       missed by leaving them out, and runs on all others where that was wrong.
 * </ol>
 *
 * @param first how many attacks are of the first kind
 * @param thorough how many come next
 * @param last how many come after these
 * @param reference how many check
 */
public record Cascade(int first, int thorough, int last, int reference) {

  /** The number of the first thorough attack. */
  public int thoroughFrom() {
    return first;
  }

  /** The number of the first of the last attacks. */
  public int lastFrom() {
    return first + thorough;
  }

  /** The number of the reference's first attack. */
  public int referenceFrom() {
    return first + thorough + last;
  }

  /** How many attacks there are. */
  public int size() {
    return first + thorough + last + reference;
  }
}

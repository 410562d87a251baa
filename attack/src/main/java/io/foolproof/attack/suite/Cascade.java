package io.foolproof.attack.suite;

/**
 * How the attacks of a suite follow each other where not each of them runs on every sample, by
 * their number in the order of the suite:
 *
 * <ol>
 *   <li>the first attacks run on all samples; how close they came ranks what they leave;
 *   <li>the thorough ones run on those that came closest, rank after rank, as long as they still
 *       find something;
 *   <li>the last ones run on the last of these ranks, and where they fool any of it, on all of
 *       them;
 *   <li>the reference runs on some of the others, drawn at random: it checks that nothing was
 *       missed by leaving them out, and runs on all others where that was wrong.
 * </ol>
 *
 * @param first how many attacks are of the first kind
 * @param thorough how many come next
 * @param last how many come after these
 * @param reference how many check
 * @param nameOfReference what these are together, in words, such as {@code the suite standard}
 */
public record Cascade(int first, int thorough, int last, int reference, String nameOfReference) {

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

package io.foolproof.physical.mark;

/**
 * An image with a mark on it, and how often it fools in draws of the view that no step has seen.
 *
 * @param index of the image in its data set
 * @param label its class
 * @param clean its 8-bit levels, {@code [C, H, W]}
 * @param marked those of the image with the mark on it
 * @param touched how many pixels the mark changes, in any of their channels
 * @param draws how many draws judge; one where neither view nor model draws
 * @param correct in how many of them the clean image is classified correctly
 * @param cleanReached in how many of them the clean image reaches the goal
 * @param scrambledReached in how many of them the same mark at random does, the control
 * @param reached in how many of them the marked image does
 */
public record Marked(
    long index,
    int label,
    int[] clean,
    int[] marked,
    int touched,
    int draws,
    int correct,
    int cleanReached,
    int scrambledReached,
    int reached) {

  /** Copies the levels. */
  public Marked {
    clean = clean.clone();
    marked = marked.clone();
  }

  @Override
  public int[] clean() {
    return clean.clone();
  }

  @Override
  public int[] marked() {
    return marked.clone();
  }

  /** Whether the clean image is classified correctly in most draws. */
  public boolean correctInMost() {
    return 2 * correct > draws;
  }

  /** Whether the marked image reaches the goal in most draws. */
  public boolean fools() {
    return isMost(reached);
  }

  /** Whether so many draws are most of them. */
  public boolean isMost(int count) {
    return 2 * count > draws;
  }
}

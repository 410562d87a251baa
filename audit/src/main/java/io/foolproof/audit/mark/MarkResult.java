package io.foolproof.audit.mark;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.Randomness;
import io.foolproof.physical.mark.Marked;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Marked images, and how often they fool.
 *
 * @param plan the study
 * @param marked one for each image, in their order
 */
public record MarkResult(MarkPlan plan, List<Marked> marked) {

  /** Copies the list. */
  public MarkResult {
    marked = List.copyOf(marked);
  }

  /**
   * The images that count: those that are classified correctly in most draws when they are clean,
   * and are not of the target class.
   */
  public List<Marked> counted() {
    return ofOtherClasses().stream().filter(Marked::correctInMost).toList();
  }

  /** The images that are not of the target class, whether they count or not. */
  public List<Marked> ofOtherClasses() {
    Integer target = plan.attack().target();
    return marked.stream().filter(one -> target == null || one.label() != target).toList();
  }

  /** Of the images that count, those whose mark fools in most draws; empty where none counts. */
  public Optional<Proportion> fooled() {
    return most(Marked::reached);
  }

  /** Likewise for the control: the same marks at random. */
  public Optional<Proportion> scrambled() {
    return most(Marked::scrambledReached);
  }

  private Optional<Proportion> most(ToIntFunction<Marked> reached) {
    List<Marked> counted = counted();
    int count = (int) counted.stream().filter(one -> one.isMost(reached.applyAsInt(one))).count();
    return counted.isEmpty()
        ? Optional.empty()
        : Optional.of(new Proportion(count, counted.size()));
  }

  /**
   * The fraction of draws that reach the goal.
   *
   * @param mean over the images that count
   * @param interval 95 %, over images and draws
   */
  public record Draws(double mean, Randomness.Interval interval) {}

  /**
   * How many draws of the images that count reach the goal; empty where none counts.
   *
   * @param reached in how many draws of an image
   */
  public Optional<Draws> draws(ToIntFunction<Marked> reached) {
    List<Marked> counted = counted();
    if (counted.isEmpty()) {
      return Optional.empty();
    }
    // Each image has as many draws as any other.
    int draws = counted.get(0).draws();
    int[] right = counted.stream().mapToInt(reached).toArray();
    double mean = Arrays.stream(right).average().orElseThrow() / draws;
    return Optional.of(new Draws(mean, Randomness.overBoth(draws, right)));
  }

  /**
   * The median number of pixels that a mark changes, of the images that count; 0 where none does.
   */
  public int touched() {
    int[] sorted = counted().stream().mapToInt(Marked::touched).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  /** The largest number of pixels that a mark changes. */
  public int mostTouched() {
    return counted().stream().mapToInt(Marked::touched).max().orElse(0);
  }
}

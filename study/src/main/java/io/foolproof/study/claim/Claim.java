package io.foolproof.study.claim;

import java.util.List;

/**
 * A sentence that figures decide.
 *
 * @param number its place in the story, from 1
 * @param says a short quotation
 * @param figures the numbers of the figures that decide it
 */
public record Claim(int number, String says, List<Integer> figures) {
  /** Copies the list. */
  public Claim {
    figures = List.copyOf(figures);
  }
}

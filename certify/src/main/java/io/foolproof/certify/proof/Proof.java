package io.foolproof.certify.proof;

import java.util.ArrayList;
import java.util.List;

/** Claims in the order in which they rest on one another; grows as they are shown. */
public final class Proof {
  private final List<Block> blocks = new ArrayList<>();

  /** An empty proof. */
  public Proof() {}

  /**
   * Claims that rest on the same bounds.
   *
   * @param cases of the property, which share a box
   * @param slopes by rectifier, which of its neurons may have either sign, and so a slope
   */
  record Block(int[] cases, int[][] slopes, List<Claim> claims) {}

  /** Adds claims that rest on those before them; nothing where there are none. */
  public void add(int[] cases, int[][] slopes, List<Claim> claims) {
    if (!claims.isEmpty()) {
      blocks.add(new Block(cases, slopes, List.copyOf(claims)));
    }
  }

  List<Block> blocks() {
    return blocks;
  }
}

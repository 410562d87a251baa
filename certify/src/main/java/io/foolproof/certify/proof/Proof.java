package io.foolproof.certify.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Claims in the order in which they rest on one another; grows as they are shown. */
public final class Proof {
  /** That no case is assumed to happen. */
  public static final int NOTHING = -1;

  private final List<Block> blocks = new ArrayList<>();

  /** An empty proof. */
  public Proof() {}

  /**
   * Claims that rest on the same bounds.
   *
   * @param cases of the property, which share a box
   * @param given which of them is assumed to happen, by its place in the property; NOTHING where
   *     none is
   * @param slopes by rectifier, which of its neurons may have either sign, and so a slope
   */
  record Block(int[] cases, int given, int[][] slopes, List<Claim> claims) {}

  /** Adds claims that rest on those before them; nothing where there are none. */
  public void add(int[] cases, int given, int[][] slopes, List<Claim> claims) {
    if (!claims.isEmpty()) {
      blocks.add(new Block(cases, given, slopes, List.copyOf(claims)));
    }
  }

  /** A proof with other claims in place of these. */
  public Proof mapped(UnaryOperator<Claim> change) {
    Proof changed = new Proof();
    for (Block block : blocks) {
      changed.add(
          block.cases, block.given, block.slopes, block.claims.stream().map(change).toList());
    }
    return changed;
  }

  List<Block> blocks() {
    return blocks;
  }
}

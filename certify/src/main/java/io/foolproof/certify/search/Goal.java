package io.foolproof.certify.search;

import io.foolproof.certify.bound.Case;
import io.foolproof.certify.bound.Solved;
import io.foolproof.certify.proof.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A linear function that is to be shown above a target, with the cases that this takes so far. */
public final class Goal {
  private static final int MOST_POLISHED = 30;

  private final Node root;
  private final PriorityQueue<Node> open =
      new PriorityQueue<>(Comparator.comparingDouble(node -> node.known().bound()));
  private boolean stuck;
  private int size = 1;
  private double attained = Double.POSITIVE_INFINITY;
  private float[] point = {};

  /** A case, or a case distinction. */
  static final class Node {
    final Case function;
    @Nullable Solved solved;
    Solved.@Nullable Choice split;
    @Nullable Node active;
    @Nullable Node inactive;

    /** How often its multipliers were optimised anew, after all its rectifiers were settled. */
    int polished;

    Node(Case function, Solved solved) {
      this.function = function;
      this.solved = solved;
    }

    Solved known() {
      Solved known = solved;
      if (known == null) {
        throw new IllegalStateException("a case distinction has no bound of its own");
      }
      return known;
    }
  }

  /** A function with its bound over the whole box. */
  public Goal(Case function, Solved solved) {
    root = new Node(function, solved);
    enter(root);
  }

  private void enter(Node node) {
    Solved solved = node.known();
    if (solved.attained() < attained && solved.point().length > 0) {
      attained = solved.attained();
      point = solved.point();
    }
    node.solved = solved.withoutPoint();
    if (!(node.known().certified() > node.function.target())) {
      open.add(node);
    }
  }

  /** Whether every case is above the target, with all rounding errors. */
  public boolean isReached() {
    return open.isEmpty() && !stuck;
  }

  /** Whether further splits may reach it. */
  public boolean isOpen() {
    return !open.isEmpty() && !stuck;
  }

  /** How many cases there are, those that are shown included. */
  public int size() {
    return size;
  }

  /** What it is to be shown above. */
  public double target() {
    return root.function.target();
  }

  /** The smallest bound of the cases that are left; positive infinity where none is. */
  public double worst() {
    Node worst = open.peek();
    return worst == null ? Double.POSITIVE_INFINITY : worst.known().bound();
  }

  /** The input, of those that were met, at which the function is smallest. */
  public float[] point() {
    return point.clone();
  }

  /** Whether the function is known not to be above its target at an input that was met. */
  public boolean isRefuted() {
    return attained <= target();
  }

  /** Takes the worst case to split it; null where none is left. */
  @Nullable Node takeWorst() {
    return stuck ? null : open.poll();
  }

  /** Puts back a case as it was taken. */
  void putBack(Node node) {
    open.add(node);
  }

  /** Puts back a case whose rectifiers are all settled, with other multipliers. */
  void polish(Node node, Solved solved) {
    boolean better = solved.bound() > node.known().bound();
    node.solved = better ? solved : node.known();
    node.polished++;
    enter(node);
    stuck |= node.polished >= MOST_POLISHED && open.contains(node);
  }

  /** Puts the two sides of a case in its place. */
  void split(Node node, Node active, Node inactive) {
    node.split = node.known().choice();
    node.active = active;
    node.inactive = inactive;
    node.solved = null;
    size++;
    enter(active);
    enter(inactive);
  }

  /** The cases that are not split, as they are now. */
  List<Node> leaves() {
    List<Node> leaves = new ArrayList<>();
    List<Node> waiting = new ArrayList<>(List.of(root));
    while (!waiting.isEmpty()) {
      Node node = waiting.remove(waiting.size() - 1);
      Node active = node.active;
      Node inactive = node.inactive;
      if (active == null || inactive == null) {
        leaves.add(node);
      } else {
        waiting.add(active);
        waiting.add(inactive);
      }
    }
    return leaves;
  }

  /** The smallest certified bound of all cases. */
  public double certified() {
    double least = Double.POSITIVE_INFINITY;
    for (Node leaf : leaves()) {
      least = Math.min(least, leaf.known().certified());
    }
    return least;
  }

  /**
   * The case distinctions, for a certificate.
   *
   * @param weights of the constraints that make up the function; none where it is a bound, whose
   *     cases have those of what is assumed
   */
  public Tree tree(float... weights) {
    return tree(root, weights);
  }

  private static Tree tree(Node node, float[] weights) {
    Solved.Choice split = node.split;
    Node active = node.active;
    Node inactive = node.inactive;
    if (split == null || active == null || inactive == null) {
      Solved known = node.known();
      float[] own = weights.length == 0 ? known.gammas() : weights;
      return new Tree.Leaf(own, known.alphas(), known.betas());
    }
    return new Tree.Split(
        split.rectifier(), split.neuron(), tree(active, weights), tree(inactive, weights));
  }
}

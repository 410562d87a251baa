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
  private final Node root;
  private final PriorityQueue<Node> open =
      new PriorityQueue<>(Comparator.comparingDouble(node -> node.known().bound()));
  private boolean stuck;

  /** A case, or a case distinction. */
  static final class Node {
    final Case function;
    @Nullable Solved solved;
    Solved.@Nullable Choice split;
    @Nullable Node active;
    @Nullable Node inactive;

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

  /** What it is to be shown above. */
  public double target() {
    return root.function.target();
  }

  /** The smallest bound of the cases that are left; positive infinity where none is. */
  public double worst() {
    Node worst = open.peek();
    return worst == null ? Double.POSITIVE_INFINITY : worst.known().bound();
  }

  /** Takes the worst case to split it; null where none is left, or its rectifiers are settled. */
  @Nullable Node worstToSplit() {
    Node worst = open.peek();
    if (worst == null || stuck) {
      return null;
    }
    if (worst.known().choice() == null) {
      stuck = true;
      return null;
    }
    return open.poll();
  }

  /** Puts the two sides of a case in its place. */
  void split(Node node, Node active, Node inactive) {
    node.split = node.known().choice();
    node.active = active;
    node.inactive = inactive;
    node.solved = null;
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

  /** The case distinctions, for a certificate. */
  public Tree tree() {
    return tree(root);
  }

  private static Tree tree(Node node) {
    Solved.Choice split = node.split;
    Node active = node.active;
    Node inactive = node.inactive;
    if (split == null || active == null || inactive == null) {
      return new Tree.Leaf(node.known().alphas(), node.known().betas());
    }
    return new Tree.Split(split.rectifier(), split.neuron(), tree(active), tree(inactive));
  }
}

package io.foolproof.certify.search;

import io.foolproof.certify.bound.AlphaBetaCrown;
import io.foolproof.certify.bound.Case;
import io.foolproof.certify.bound.Solved;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Branch and bound on the signs of the inputs of rectifiers, for many goals at once: in every round
 * the worst cases are split where their relaxation costs most, and both sides begin with the slopes
 * and multipliers of the whole.
 *
 * <p>Bunel, Lu, Turkaslan, Torr, Kohli, Kumar: Branch and bound for piecewise linear neural network
 * verification, 2020, arXiv 1909.06588; the batches are those of Xu et al., arXiv 2011.13824,
 * algorithm 1.
 */
public final class BranchAndBound {
  private static final int STEPS = 12;

  private final AlphaBetaCrown bounds;

  /** With bounds under which all goals were begun. */
  public BranchAndBound(AlphaBetaCrown bounds) {
    this.bounds = bounds;
  }

  /**
   * Splits until all goals are reached, or given up, or the time is over.
   *
   * @param batch how many cases are split in a round, at most
   * @param each how many cases of a goal are split in a round, at most
   * @param rounds how many rounds a goal takes part in, at most
   */
  public void run(
      List<Goal> goals, int batch, int each, ToIntFunction<Goal> rounds, Deadline deadline) {
    for (int round = 0; !deadline.isOver(); round++) {
      List<Goal> owners = new ArrayList<>();
      List<Goal.Node> chosen = new ArrayList<>();
      for (int turn = 0; turn < each && chosen.size() < batch; turn++) {
        for (Goal goal : goals) {
          if (chosen.size() < batch && round < rounds.applyAsInt(goal)) {
            Goal.Node node = goal.worstToSplit();
            if (node != null) {
              owners.add(goal);
              chosen.add(node);
            }
          }
        }
      }
      if (chosen.isEmpty()) {
        return;
      }
      split(owners, chosen);
    }
  }

  private void split(List<Goal> owners, List<Goal.Node> chosen) {
    List<Case> sides = new ArrayList<>();
    for (Goal.Node node : chosen) {
      sides.add(node.function.child(node.known(), 1));
      sides.add(node.function.child(node.known(), -1));
    }
    List<Solved> solved = bounds.solve(sides, STEPS);
    for (int i = 0; i < chosen.size(); i++) {
      Goal.Node active = new Goal.Node(sides.get(2 * i), solved.get(2 * i));
      Goal.Node inactive = new Goal.Node(sides.get(2 * i + 1), solved.get(2 * i + 1));
      owners.get(i).split(chosen.get(i), active, inactive);
    }
  }

  /** Certifies the cases of goals as they are, whether they reach their targets or not. */
  public void certify(List<Goal> goals) {
    List<Goal.Node> nodes = new ArrayList<>();
    List<Case> cases = new ArrayList<>();
    for (Goal goal : goals) {
      for (Goal.Node leaf : goal.leaves()) {
        Solved known = leaf.known();
        if (known.certified() == Double.NEGATIVE_INFINITY) {
          nodes.add(leaf);
          cases.add(
              new Case(
                  leaf.function.value(),
                  leaf.function.row(),
                  Double.NEGATIVE_INFINITY,
                  leaf.function.splits(),
                  known.alphas(),
                  known.betas()));
        }
      }
    }
    List<Solved> solved = bounds.solve(cases, 0);
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).solved = solved.get(i);
    }
  }
}

package io.foolproof.certify.search;

import io.foolproof.certify.bound.AlphaBetaCrown;
import io.foolproof.certify.bound.Case;
import io.foolproof.certify.bound.Solved;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Branch and bound on the signs of the inputs of rectifiers, for many goals at once: in every round
 * the worst cases are split where their relaxation costs most, and both sides begin with the slopes
 * and multipliers of the whole.
 *
 * <p>A goal that is refuted by a point is left alone.
 *
 * <p>Bunel, Lu, Turkaslan, Torr, Kohli, Kumar: Branch and bound for piecewise linear neural network
 * verification, 2020, arXiv 1909.06588; the batches are those of Xu et al., arXiv 2011.13824,
 * algorithm 1.
 */
public final class BranchAndBound {
  private static final int STEPS = 12;

  /** So many cases are split before the clock is looked at, and fewer where that takes long. */
  private static final int TURN = 256;

  private static final int SHORTEST = 32;

  /** Seconds that a turn may take. */
  private static final double LONG = 0.5;

  /** Where nothing is left to split, what is left is a linear program: more steps solve it. */
  private static final int POLISHING = 60;

  /** What a case takes besides a byte for each slope. */
  private static final int BYTES = 400;

  private final AlphaBetaCrown bounds;
  private int turn = TURN;

  /** With bounds under which all goals were begun. */
  public BranchAndBound(AlphaBetaCrown bounds) {
    this.bounds = bounds;
  }

  /** Whether the cases of these goals take half of the memory that there is for objects. */
  public boolean isFull(Collection<Goal> goals) {
    long cases = goals.stream().mapToLong(Goal::size).sum();
    return cases * (BYTES + bounds.slopes()) > Runtime.getRuntime().maxMemory() / 2;
  }

  /**
   * Splits until all goals are reached, or given up, or the time or the memory is over.
   *
   * @param batch how many cases are split in a round, at most
   * @param each how many cases of a goal are split in a round, at most
   * @param rounds how many rounds a goal takes part in, at most
   */
  public void run(
      List<Goal> goals, int batch, int each, ToIntFunction<Goal> rounds, Deadline deadline) {
    for (int round = 0; !deadline.isOver() && !isFull(goals); round++) {
      List<Goal> owners = new ArrayList<>();
      List<Goal.Node> chosen = new ArrayList<>();
      for (int turn = 0; turn < each && chosen.size() < batch; turn++) {
        for (Goal goal : goals) {
          if (chosen.size() < batch && !goal.isRefuted() && round < rounds.applyAsInt(goal)) {
            Goal.Node node = goal.takeWorst();
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
      int done = 0;
      while (done < chosen.size() && (done == 0 || !deadline.isOver())) {
        int to = Math.min(chosen.size(), done + turn);
        double before = deadline.left();
        split(owners.subList(done, to), chosen.subList(done, to));
        turn = before - deadline.left() > LONG ? Math.max(SHORTEST, turn / 2) : turn;
        done = to;
      }
      for (int i = done; i < chosen.size(); i++) {
        owners.get(i).putBack(chosen.get(i));
      }
    }
  }

  private void split(List<Goal> owners, List<Goal.Node> chosen) {
    List<Case> sides = new ArrayList<>();
    List<Case> settled = new ArrayList<>();
    for (Goal.Node node : chosen) {
      if (node.known().choice() == null) {
        settled.add(node.function.from(node.known()));
      } else {
        sides.add(node.function.child(node.known(), 1));
        sides.add(node.function.child(node.known(), -1));
      }
    }
    Iterator<Case> functions = sides.iterator();
    Iterator<Solved> solved = bounds.solve(sides, STEPS).iterator();
    Iterator<Solved> polished = bounds.solve(settled, POLISHING).iterator();
    for (int i = 0; i < chosen.size(); i++) {
      Goal.Node node = chosen.get(i);
      if (node.known().choice() == null) {
        owners.get(i).polish(node, polished.next());
      } else {
        Goal.Node active = new Goal.Node(functions.next(), solved.next());
        owners.get(i).split(node, active, new Goal.Node(functions.next(), solved.next()));
      }
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
          cases.add(leaf.function.from(known).withTarget(Double.NEGATIVE_INFINITY));
        }
      }
    }
    List<Solved> solved = bounds.solve(cases, 0);
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i).solved = solved.get(i).withoutPoint();
    }
  }
}

package io.foolproof.certify;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.certify.bound.AlphaBetaCrown;
import io.foolproof.certify.bound.Case;
import io.foolproof.certify.bound.InputSet;
import io.foolproof.certify.bound.NetBounds;
import io.foolproof.certify.bound.Solved;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.search.BranchAndBound;
import io.foolproof.certify.search.Deadline;
import io.foolproof.certify.search.Goal;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BranchAndBoundTest {
  /** More than one turn takes. */
  private static final int GOALS = 300;

  private static final int TURN = 256;

  /** A case that was taken and not split must not be lost: its goal would count as reached. */
  @Test
  void goalsThatTimeDidNotSufficeForAreAsTheyWere() {
    Net net = NetReader.read(OnnxModel.of(SmallNets.random("turns", 3, 10, 10, 1), "net"));
    double[] low = {-1, -1, -1};
    double[] high = {1, 1, 1};
    NetBounds bounds = new NetBounds(net, new InputSet(low, high, null));
    try (Workers workers = new Workers(2)) {
      AlphaBetaCrown solver = new AlphaBetaCrown(bounds, workers);
      double[] row = {1};
      Case any = Case.whole(net.output(), row, Double.NEGATIVE_INFINITY);
      Solved loose = solver.solve(List.of(any), 0).get(0);
      // Above the bound of the whole box, and below what the network attains.
      Case function = any.withTarget((loose.bound() + loose.attained()) / 2);
      List<Goal> goals = new ArrayList<>();
      for (int i = 0; i < GOALS; i++) {
        goals.add(new Goal(function, solver.solve(List.of(function), 0).get(0)));
      }
      assertThat(goals).allMatch(Goal::isOpen).noneMatch(Goal::isRefuted);
      // Over before the first turn ends.
      Deadline soon = Deadline.in(0.005);
      new BranchAndBound(solver).run(goals, Integer.MAX_VALUE, 1, goal -> 9, soon);
      assertThat(goals.subList(0, TURN)).allMatch(goal -> goal.size() == 2);
      assertThat(goals.subList(TURN, GOALS)).allMatch(goal -> goal.isOpen() && goal.size() == 1);
    }
  }
}

package io.foolproof.attack.flow;

import io.foolproof.attack.AttackEntry;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Flow;
import io.foolproof.attack.HasQueries;
import io.foolproof.attack.Knowledge;
import io.foolproof.attack.PixelGrid;
import io.foolproof.attack.Samples;
import io.foolproof.attack.Settings;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.BallLanes;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Rotations about the middle of the image, together with shifts: all of a grid, or the worst of a
 * number that are drawn at random. It needs labels only.
 *
 * <p>Engstrom, Tran, Tsipras, Schmidt, Madry: Exploring the landscape of spatial robustness, 2017,
 * arXiv 1712.02779, section 3: grid search, and worst-of-k. The grid reaches as far as epsilon lets
 * a pixel move, and no farther than the largest angle and shift; what moves the corners too far is
 * shrunk until it does not. Of the grid, what moves pixels least is tried first.
 *
 * @param angle the largest rotation, in degrees
 * @param shift the largest shift along either axis, in pixels
 * @param angles number of angles in the grid
 * @param shifts number of shifts in the grid along either axis
 * @param queries number of transformations to draw at random; 0 for the grid
 */
@Named("spatial")
public record Spatial(
    @NotNegative double angle,
    @NotNegative double shift,
    @AtLeast(1) int angles,
    @AtLeast(1) int shifts,
    @AtLeast(0) int queries)
    implements FlowAttack, HasQueries<Spatial> {
  public static final AttackEntry ENTRY =
      new AttackEntry(
          standard(),
          "rotations with shifts, in a grid or at random; needs labels only",
          "Engstrom et al. 2017, arXiv 1712.02779",
          "775 queries");

  private static final int HALVINGS = 40;

  /** Checks the settings. */
  public Spatial {
    Settings.check(Spatial.class, angle, shift, angles, shifts, queries);
  }

  /** With the default settings. */
  public static Spatial standard() {
    return new Spatial(30, 3, 31, 5, 0);
  }

  /**
   * A rotation about the middle, then a shift, of the places that pixels are read from.
   *
   * @param turn clockwise, in radians
   * @param right in pixels
   * @param down in pixels
   */
  record Move(double turn, double right, double down) {

    Move scaled(double share) {
      // Adding zero turns minus zero, which would count as another move, into zero.
      return new Move(share * turn + 0.0, share * right + 0.0, share * down + 0.0);
    }

    /** How far the pixel moves that moves farthest, which is always one in a corner. */
    double length(PixelGrid grid) {
      double x = (grid.width() - 1) / 2.0;
      double y = (grid.height() - 1) / 2.0;
      double longest = 0;
      for (int corner = 0; corner < 4; corner++) {
        double fromMiddleX = corner % 2 == 0 ? x : -x;
        double fromMiddleY = corner < 2 ? y : -y;
        longest =
            Math.max(
                longest,
                Math.hypot(across(fromMiddleX, fromMiddleY), downwards(fromMiddleX, fromMiddleY)));
      }
      return longest;
    }

    /** How far a pixel moves to the right, from its place as seen from the middle. */
    private double across(double x, double y) {
      return Math.cos(turn) * x - Math.sin(turn) * y + right - x;
    }

    private double downwards(double x, double y) {
      return Math.sin(turn) * x + Math.cos(turn) * y + down - y;
    }

    Flow flow(PixelGrid grid) {
      float[] across = new float[grid.height() * grid.width()];
      float[] downwards = new float[across.length];
      for (int row = 0; row < grid.height(); row++) {
        for (int column = 0; column < grid.width(); column++) {
          double x = column - (grid.width() - 1) / 2.0;
          double y = row - (grid.height() - 1) / 2.0;
          int pixel = row * grid.width() + column;
          across[pixel] = (float) across(x, y);
          downwards[pixel] = (float) downwards(x, y);
        }
      }
      return new Flow(grid.height(), grid.width(), across, downwards);
    }

    /** The largest fraction of this move that moves no pixel farther than epsilon. */
    Move within(double epsilon, PixelGrid grid) {
      // A little less, for the rounding of the flow to 32 bits.
      double longest = epsilon * (1 - 1e-6);
      if (length(grid) <= longest) {
        return this;
      }
      double fits = 0;
      double tooFar = 1;
      for (int i = 0; i < HALVINGS; i++) {
        double middle = (fits + tooFar) / 2;
        if (scaled(middle).length(grid) <= longest) {
          fits = middle;
        } else {
          tooFar = middle;
        }
      }
      return scaled(fits);
    }
  }

  @Override
  public Knowledge knowledge() {
    return Knowledge.LABELS;
  }

  /** Those that are drawn, or all of the grid. */
  @Override
  public long mostQueries() {
    return queries == 0 ? (long) angles * shifts * shifts : queries;
  }

  @Override
  public List<AttackResult> run(Classifier model, Samples samples, ThreatModel threat, long seed) {
    FlowPursuit pursuit = new FlowPursuit(model, samples, threat, seed, name());
    Reach reach = reach(threat.epsilon(), model.input());
    try (Scope scope = Scope.open()) {
      BallLanes lanes = pursuit.remaining(0);
      List<Move> grid = queries == 0 ? grid(reach) : List.of();
      int tries = queries == 0 ? grid.size() : queries;
      for (int i = 0; i < tries && lanes.size() > 0; i++) {
        if (queries == 0) {
          Flow flow = flow(grid.get(i), reach);
          pursuit.look(lanes, Collections.nCopies(lanes.size(), flow));
        } else {
          pursuit.look(
              lanes, lanes.streams().stream().map(s -> flow(drawn(reach, s), reach)).toList());
        }
        pursuit.dropFinished(lanes);
      }
    }
    return pursuit.results();
  }

  /** How far to turn and shift at most, where epsilon is the farthest that a pixel may move. */
  private record Reach(double epsilon, double turn, double shift, PixelGrid grid) {}

  private Reach reach(double epsilon, InputSpec input) {
    PixelGrid grid = PixelGrid.of(input);
    double radius = Math.hypot(grid.width() - 1, grid.height() - 1) / 2;
    // A corner that turns by t moves by a chord of 2 r sin(t / 2).
    double farthest = 2 * Math.asin(Math.min(1, epsilon / (2 * radius)));
    return new Reach(
        epsilon, Math.min(Math.toRadians(angle), farthest), Math.min(shift, epsilon), grid);
  }

  /** All combinations, those first that move pixels least. */
  private List<Move> grid(Reach reach) {
    List<Move> moves = new ArrayList<>();
    for (int turn = 0; turn < angles; turn++) {
      for (int down = 0; down < shifts; down++) {
        for (int right = 0; right < shifts; right++) {
          Move move =
              new Move(
                  reach.turn() * place(turn, angles),
                  reach.shift() * place(right, shifts),
                  reach.shift() * place(down, shifts));
          moves.add(move.scaled(1).within(reach.epsilon(), reach.grid()));
        }
      }
    }
    return moves.stream()
        .distinct()
        .sorted(Comparator.comparingDouble(move -> move.length(reach.grid())))
        .toList();
  }

  /** From -1 to 1, evenly; 0 where there is one only. */
  private static double place(int index, int count) {
    return count == 1 ? 0 : 2.0 * index / (count - 1) - 1;
  }

  private static Move drawn(Reach reach, RandomStream stream) {
    double turn = 2 * stream.nextDouble() - 1;
    double right = 2 * stream.nextDouble() - 1;
    double down = 2 * stream.nextDouble() - 1;
    return new Move(reach.turn() * turn, reach.shift() * right, reach.shift() * down)
        .within(reach.epsilon(), reach.grid());
  }

  private static Flow flow(Move move, Reach reach) {
    return move.flow(reach.grid()).within(reach.epsilon());
  }
}

package io.foolproof.certify.search;

import static java.util.Objects.requireNonNull;

import io.foolproof.certify.bound.AlphaBetaCrown;
import io.foolproof.certify.bound.Case;
import io.foolproof.certify.bound.InputSet;
import io.foolproof.certify.bound.NetBounds;
import io.foolproof.certify.bound.Solved;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.Step;
import io.foolproof.certify.proof.Claim;
import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.proof.Tree;
import io.foolproof.certify.property.Property;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The proof that some cases of a property, which share a box, do not happen: bounds of the inputs
 * of all activations, layer by layer, then of the cases, then branch and bound on what is left.
 */
public final class BoxProof {
  private static final int STEPS = 20;
  private static final int BATCH = 128;

  /** So many functions are bounded before the clock is looked at; an even number. */
  private static final int CHUNK = 512;

  /** So many inputs of an activation are bounded first, before the cases are tried again. */
  private static final int FEW = 64;

  /** Rounds of splitting for a bound whose sign a point refutes, and for others. */
  private static final int TIGHTENING = 24;

  private static final int SETTLING = 96;

  private final Net net;
  private final NetBounds bounds;
  private final Workers workers;
  private final Proof proof;
  private final int[] indices;
  private final List<Property.Unsafe> cases;

  /** By place in the list of cases, what is not shown yet. */
  private final Map<Integer, OpenCase> open = new HashMap<>();

  /** The places of cases that are shown not to happen. */
  private final Set<Integer> shown = new HashSet<>();

  /** Splits of inputs, under the bounds as they are; null where none were made. */
  private @Nullable InputSplits halves;

  /** Inputs of the box, to tell which signs occur. */
  private final List<float[]> points = new ArrayList<>();

  /**
   * A case that may yet happen.
   *
   * @param weights of its constraints
   */
  private record OpenCase(Goal goal, float[] weights) {}

  /**
   * For some cases.
   *
   * @param property to which they belong
   * @param indices of the cases
   * @param proof to which claims are added
   */
  public BoxProof(Net net, Property property, int[] indices, Proof proof, Workers workers) {
    this.net = net;
    this.workers = workers;
    this.proof = proof;
    this.indices = indices.clone();
    this.cases = Arrays.stream(indices).mapToObj(property.cases()::get).toList();
    this.bounds = new NetBounds(net, InputSet.of(cases.get(0)));
  }

  /** The places, among its cases, of those that are not shown yet. */
  public List<Integer> left() {
    return IntStream.range(0, cases.size()).filter(i -> !shown.contains(i)).boxed().toList();
  }

  /** The worst bound of all cases that are left, less what a proof needs. */
  public double worst() {
    double worst = Double.POSITIVE_INFINITY;
    for (OpenCase one : open.values()) {
      worst = Math.min(worst, one.goal.worst() - one.goal.target());
    }
    return halves == null ? worst : Math.max(worst, halves.worst());
  }

  /** Takes note of inputs in the box. */
  public void remember(List<float[]> inputs) {
    points.addAll(inputs);
  }

  /** Bounds the cases, with intervals for the inputs of activations: what is easy is shown so. */
  public void boundByIntervals() {
    boundCasesByCrown();
  }

  /**
   * Bounds the inputs of activations by CROWN, without any optimisation, layer by layer, those
   * first that matter most, until all cases are shown; what is left is bounded with it.
   */
  public void boundByCrown(Deadline deadline) {
    for (int k = 0; k < net.activations().size() && !deadline.isOver(); k++) {
      tightenByCrown(k, deadline);
      if (left().isEmpty()) {
        return;
      }
    }
    boundCases(STEPS);
  }

  /** Bounds the inputs of all activations, and then the cases, without splitting. */
  public void bound(Deadline deadline) {
    for (int k = 0; k < net.activations().size() && !deadline.isOver(); k++) {
      tighten(k, false, deadline);
    }
    boundCases(STEPS);
  }

  /** Bounds the inputs of all activations anew, with splits, and then the cases. */
  public void refine(Deadline deadline) {
    for (int k = 1; k < net.activations().size() && !deadline.isOver(); k++) {
      tighten(k, true, deadline);
    }
    boundCases(STEPS);
  }

  /** Splits the cases that are left until all are shown or the time is over. */
  public void split(int rounds, Deadline deadline) {
    List<Goal> goals = new ArrayList<>(open.values().stream().map(OpenCase::goal).toList());
    BranchAndBound search = new BranchAndBound(new AlphaBetaCrown(bounds, workers));
    int each = Math.max(1, BATCH / Math.max(1, goals.size()));
    search.run(goals, BATCH, each, goal -> rounds, deadline);
    claimReached();
  }

  /** Whether the box has so few inputs that they can be split, and splits can show more. */
  public boolean canSplitInputs() {
    return halves == null ? InputSplits.suit(bounds) : halves.canGoOn();
  }

  /**
   * Splits inputs until all cases are shown or the time or the memory is over, or a case seems to
   * happen.
   *
   * @return inputs at which a case seems to happen; after a look at them this may go on
   */
  public List<float[]> splitInputs(Deadline deadline) {
    InputSplits splits = halves;
    if (splits == null) {
      splits = new InputSplits(bounds, cases, left(), workers);
      halves = splits;
    }
    List<float[]> suspects = splits.run(deadline);
    List<Claim> claims = new ArrayList<>();
    for (int i : left()) {
      if (splits.isShown(i)) {
        claims.add(new Claim.Excluded(indices[i], splits.tree(i)));
        shown.add(i);
        open.remove(i);
      }
    }
    proof.add(indices, slopes(), claims);
    return suspects;
  }

  /** Inputs that come close to a case that is left, or are in it: one, or none is known yet. */
  public List<float[]> nearest(int place) {
    OpenCase one = open.get(place);
    return one == null || one.goal.point().length == 0 ? List.of() : List.of(one.goal.point());
  }

  /** Whether the cases take all the memory that they may. */
  public boolean isFull() {
    BranchAndBound search = new BranchAndBound(new AlphaBetaCrown(bounds, workers));
    return search.isFull(open.values().stream().map(OpenCase::goal).toList());
  }

  /** Whether further splits can show more. */
  public boolean canSplit() {
    return open.values().stream().anyMatch(one -> one.goal.isOpen());
  }

  private int[][] slopes() {
    return net.activations().stream().map(bounds::unstable).toArray(int[][]::new);
  }

  /** The constraints of some cases, one after another. */
  private List<Case> functions(List<Integer> wanted) {
    List<Case> functions = new ArrayList<>();
    for (int i : wanted) {
      for (Property.Constraint constraint : cases.get(i).constraints()) {
        functions.add(Case.whole(net.output(), constraint.row(), constraint.highestLimit()));
      }
    }
    return functions;
  }

  private void boundCasesByCrown() {
    List<Integer> wanted = left();
    List<Case> functions = functions(wanted);
    double[] found = new AlphaBetaCrown(bounds, workers).crown(functions);
    List<Claim> claims = new ArrayList<>();
    int at = 0;
    for (int i : wanted) {
      float[] weights = new float[cases.get(i).constraints().size()];
      for (int c = 0; c < weights.length; c++, at++) {
        if (found[at] > functions.get(at).target() && shown.add(i)) {
          weights[c] = 1;
          claims.add(new Claim.Excluded(indices[i], Tree.Leaf.usual(weights)));
        }
      }
    }
    proof.add(indices, slopes(), claims);
  }

  private void boundCases(int steps) {
    List<Integer> wanted = left();
    List<Case> functions = functions(wanted);
    List<Solved> solved = new AlphaBetaCrown(bounds, workers).solve(functions, steps);
    open.clear();
    int at = 0;
    for (int i : wanted) {
      int count = cases.get(i).constraints().size();
      int best = at;
      for (int c = at; c < at + count; c++) {
        if (excess(functions, solved, c) > excess(functions, solved, best)) {
          best = c;
        }
      }
      float[] weights = new float[count];
      weights[best - at] = 1;
      open.put(i, new OpenCase(new Goal(functions.get(best), solved.get(best)), weights));
      at += count;
    }
    claimReached();
  }

  private static double excess(List<Case> functions, List<Solved> solved, int c) {
    return solved.get(c).bound() - functions.get(c).target();
  }

  private void claimReached() {
    List<Claim> claims = new ArrayList<>();
    for (int i : left()) {
      OpenCase one = open.get(i);
      if (one != null && one.goal.isReached()) {
        claims.add(new Claim.Excluded(indices[i], one.goal.tree(one.weights)));
        shown.add(i);
        open.remove(i);
      }
    }
    proof.add(indices, slopes(), claims);
  }

  /** The two bounds of an input of an activation, as goals: that it is positive, or negative. */
  private record Sides(int neuron, Goal lower, Goal upper) {}

  /** Both signs of each of some inputs of an activation. */
  private List<Case> sides(int value, int[] neurons) {
    List<Case> functions = new ArrayList<>();
    for (int neuron : neurons) {
      for (int sign = 1; sign >= -1; sign -= 2) {
        double[] row = new double[net.sizes().get(value)];
        row[neuron] = sign;
        functions.add(Case.whole(value, row, 0));
      }
    }
    return functions;
  }

  /** Which inputs of an activation have several lines, as far as intervals tell too little. */
  private int[] open(Step.Activation activation) {
    return bounds.areExact(activation.from()) ? new int[0] : bounds.unstable(activation);
  }

  /** Those first whose relaxation costs the cases most, until all cases are shown. */
  private void tightenByCrown(int k, Deadline deadline) {
    int value = net.activations().get(k).from();
    AlphaBetaCrown before = new AlphaBetaCrown(bounds, workers);
    double[] costs = before.costs(functions(left()), k);
    int[] unstable =
        Arrays.stream(open(net.activations().get(k)))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> -costs[j]))
            .mapToInt(Integer::intValue)
            .toArray();
    int to = 0;
    for (int at = 0; at < unstable.length && !deadline.isOver(); at = to) {
      to = Math.min(unstable.length, at + Math.min(CHUNK / 2, Math.max(FEW, at)));
      int[] part = Arrays.copyOfRange(unstable, at, to);
      double[] found = new AlphaBetaCrown(bounds, workers).crown(sides(value, part));
      List<Claim> claims = new ArrayList<>();
      for (int i = 0; i < part.length; i++) {
        addBetter(claims, k, part[i], false, found[2 * i], Tree.Leaf.usual());
        addBetter(claims, k, part[i], true, -found[2 * i + 1], Tree.Leaf.usual());
      }
      claim(value, claims);
      boundCasesByCrown();
      if (left().isEmpty()) {
        return;
      }
    }
  }

  private void tighten(int k, boolean splitting, Deadline deadline) {
    Step.Activation activation = net.activations().get(k);
    int value = activation.from();
    int[] unstable = open(activation);
    if (unstable.length == 0) {
      return;
    }
    List<Case> functions = sides(value, unstable);
    AlphaBetaCrown solver = new AlphaBetaCrown(bounds, workers);
    List<Solved> solved = new ArrayList<>();
    while (solved.size() < functions.size() && !deadline.isOver()) {
      int to = Math.min(functions.size(), solved.size() + CHUNK);
      solved.addAll(solver.solve(functions.subList(solved.size(), to), STEPS));
    }
    List<Sides> sides = new ArrayList<>();
    Map<Goal, Sides> owner = new HashMap<>();
    List<Goal> goals = new ArrayList<>();
    // Those that time did not suffice for keep the bounds that they have.
    for (int i = 0; i < solved.size() / 2; i++) {
      Goal lower = new Goal(functions.get(2 * i), solved.get(2 * i));
      Goal upper = new Goal(functions.get(2 * i + 1), solved.get(2 * i + 1));
      Sides both = new Sides(unstable[i], lower, upper);
      sides.add(both);
      owner.put(lower, both);
      owner.put(upper, both);
      goals.add(lower);
      goals.add(upper);
    }
    BranchAndBound search = new BranchAndBound(solver);
    if (splitting) {
      boolean[][] occurs = signs(value);
      search.run(
          goals,
          Integer.MAX_VALUE,
          1,
          goal -> {
            Sides both = requireNonNull(owner.get(goal));
            if (both.lower.isReached() || both.upper.isReached()) {
              return 0;
            }
            return occurs[goal == both.lower ? 0 : 1][both.neuron] ? TIGHTENING : SETTLING;
          },
          deadline);
    }
    search.certify(goals);
    List<Claim> claims = new ArrayList<>();
    for (Sides both : sides) {
      addBetter(claims, k, both.neuron, false, both.lower.certified(), both.lower.tree());
      addBetter(claims, k, both.neuron, true, -both.upper.certified(), both.upper.tree());
    }
    claim(value, claims);
  }

  /** Adds a claim where it says more than is known. */
  private void addBetter(
      List<Claim> claims, int k, int neuron, boolean upper, double bound, Tree tree) {
    int value = net.activations().get(k).from();
    double low = bounds.low(value)[neuron];
    double high = bounds.high(value)[neuron];
    double least = 1e-6 * (high - low);
    if (upper ? bound < high - least : bound > low + least) {
      claims.add(new Claim.Bound(k, neuron, upper, bound, tree));
    }
  }

  private void claim(int value, List<Claim> claims) {
    int[][] slopes = slopes();
    halves = null;
    for (Claim claim : claims) {
      if (claim instanceof Claim.Bound bound) {
        bounds.show(value, bound.neuron(), bound.upper(), bound.value());
      }
    }
    proof.add(indices, slopes, claims);
    bounds.refresh();
  }

  /** Of each number of a value, whether a known point makes it negative, and positive. */
  private boolean[][] signs(int value) {
    int n = net.sizes().get(value);
    boolean[][] occurs = new boolean[2][n];
    if (points.isEmpty()) {
      return occurs;
    }
    float[] numbers;
    try (Scope scope = Scope.open()) {
      Tensor inputs = Tensor.ofRows(points.toArray(float[][]::new), points.size(), net.inputs());
      numbers = net.at(value, inputs).toFloats();
    }
    for (int i = 0; i < numbers.length; i++) {
      occurs[0][i % n] |= numbers[i] < 0;
      occurs[1][i % n] |= numbers[i] > 0;
    }
    return occurs;
  }
}

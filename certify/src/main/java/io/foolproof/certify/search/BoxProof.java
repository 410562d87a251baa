package io.foolproof.certify.search;

import static java.util.Objects.requireNonNull;

import io.foolproof.certify.bound.AlphaBetaCrown;
import io.foolproof.certify.bound.Assumption;
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
import java.util.TreeMap;
import java.util.function.BiConsumer;
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

  /** How many times as many there are in each pass over the layers after the first, and at most. */
  private static final int MORE = 4;

  private static final int MOST_MORE = 64;

  /** Rounds of splitting for a case, before its bounds are bounded with splits. */
  private static final int FIRST_ROUNDS = 6;

  /** So few cases are worth bounds of their own. */
  private static final int FEW_CASES = 3;

  /** The least scale of a constraint that is assumed. */
  private static final double LEAST_EXCESS = 1e-3;

  private final Net net;
  private final NetBounds bounds;
  private final Workers workers;
  private final Proof proof;
  private final int[] indices;

  /** The cases that share the box, and which of them is assumed to happen. */
  private final int[] box;

  private final int given;
  private final List<Property.Unsafe> cases;

  /** By place in the list of cases, what is not shown yet. */
  private final Map<Integer, OpenCase> open = new HashMap<>();

  /** The places of cases that are shown not to happen. */
  private final Set<Integer> shown = new HashSet<>();

  /** By place, the proofs of cases that are left, each where it happens. */
  private final Map<Integer, BoxProof> assumed = new TreeMap<>();

  /** How many times as many rounds of splits as at first the next refinement takes. */
  private int more = 1;

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
    this.box = this.indices;
    this.given = Proof.NOTHING;
    this.cases = Arrays.stream(indices).mapToObj(property.cases()::get).toList();
    this.bounds = new NetBounds(net, InputSet.of(cases.get(0)));
  }

  /** For one case of a whole, with all that was shown, where it happens. */
  private BoxProof(BoxProof whole, int place) {
    this.net = whole.net;
    this.workers = whole.workers;
    this.proof = whole.proof;
    this.box = whole.indices;
    this.given = whole.indices[place];
    this.indices = new int[] {given};
    this.cases = List.of(whole.cases.get(place));
    List<Case> functions = whole.functions(List.of(place));
    double[] found = new AlphaBetaCrown(whole.bounds, workers).crown(functions);
    double[] limits = functions.stream().mapToDouble(Case::target).toArray();
    double[] excesses = new double[limits.length];
    Arrays.setAll(excesses, k -> Math.max(LEAST_EXCESS, limits[k] - found[k]));
    double[][] rows = functions.stream().map(Case::row).toArray(double[][]::new);
    this.bounds = whole.bounds.given(new Assumption(rows, limits, excesses));
    this.points.addAll(whole.points);
    boundCases(STEPS);
  }

  /**
   * Bounds the inputs of all activations anew for each case that is left, where that case happens,
   * with splits; what is split from then on is split under these bounds.
   */
  public void assume(Deadline deadline) {
    List<Integer> places = left();
    for (int n = 0; n < places.size(); n++) {
      int place = places.get(n);
      Deadline own = deadline.orIn(deadline.left() / (places.size() - n));
      BoxProof where = new BoxProof(this, place);
      assumed.put(place, where);
      where.bound(own);
      where.split(FIRST_ROUNDS, own);
      where.refine(own);
    }
    takeAssumed();
  }

  /** Works on the cases where they are assumed, with as much of the time for each. */
  private void inTurn(Deadline deadline, BiConsumer<BoxProof, Deadline> work) {
    int waiting = assumed.size();
    for (BoxProof where : assumed.values()) {
      work.accept(where, deadline.orIn(deadline.left() / waiting));
      waiting--;
    }
    takeAssumed();
  }

  /** Takes note of the cases that are shown where they are assumed. */
  private void takeAssumed() {
    for (int place : left()) {
      BoxProof where = assumed.get(place);
      if (where != null && where.left().isEmpty()) {
        shown.add(place);
        open.remove(place);
        assumed.remove(place);
      }
    }
  }

  /** What is split: the cases that are left, as they are bounded best. */
  private List<Goal> goals() {
    return assumed.isEmpty()
        ? open.values().stream().map(OpenCase::goal).toList()
        : assumed.values().stream().flatMap(one -> one.goals().stream()).toList();
  }

  /**
   * Whether to go on with each case that is left where it happens: bounds are then for one case
   * alone, and those of a few take no longer than the bounds of all.
   */
  public boolean canAssume() {
    return assumed.isEmpty() && left().size() <= FEW_CASES;
  }

  /** The places, among its cases, of those that are not shown yet. */
  public List<Integer> left() {
    return IntStream.range(0, cases.size()).filter(i -> !shown.contains(i)).boxed().toList();
  }

  /** The worst bound of all cases that are left, less what a proof needs. */
  public double worst() {
    double worst = Double.POSITIVE_INFINITY;
    for (Goal goal : goals()) {
      worst = Math.min(worst, goal.worst() - goal.target());
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
    for (int k = 0; isUndecided(k, deadline); k++) {
      tighten(k, 0, deadline);
    }
    boundCases(STEPS);
  }

  private boolean isUndecided(int k, Deadline deadline) {
    return k < net.activations().size() && !deadline.isOver() && !left().isEmpty();
  }

  /**
   * Bounds the inputs of all activations anew, with splits, and then the cases; each time with more
   * splits.
   */
  public void refine(Deadline deadline) {
    if (!assumed.isEmpty()) {
      inTurn(deadline, BoxProof::refine);
      return;
    }
    for (int k = given == Proof.NOTHING ? 1 : 0; isUndecided(k, deadline); k++) {
      tighten(k, more, deadline);
    }
    if (!left().isEmpty()) {
      boundCases(STEPS);
    }
    more = Math.min(more * MORE, MOST_MORE);
  }

  /** Splits the cases that are left until all are shown or the time is over. */
  public void split(int rounds, Deadline deadline) {
    if (!assumed.isEmpty()) {
      inTurn(deadline, (where, own) -> where.split(rounds, own));
      return;
    }
    List<Goal> goals = goals();
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
    proof.add(box, given, slopes(), claims);
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
    return search.isFull(goals());
  }

  /** Whether further splits can show more. */
  public boolean canSplit() {
    return goals().stream().anyMatch(Goal::isOpen);
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
    proof.add(box, given, slopes(), claims);
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
    proof.add(box, given, slopes(), claims);
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
    boolean isSettled = given == Proof.NOTHING && bounds.areExact(activation.from());
    return isSettled ? new int[0] : bounds.unstable(activation);
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

  /**
   * Bounds the inputs of an activation.
   *
   * @param times how many times as many rounds of splits as at first; 0 for none
   */
  private void tighten(int k, int times, Deadline deadline) {
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
    if (times > 0) {
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
            return occurs[goal == both.lower ? 0 : 1][both.neuron]
                ? times * TIGHTENING
                : times * SETTLING;
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
    proof.add(box, given, slopes, claims);
    bounds.refresh();
    if (given != Proof.NOTHING && bounds.areContradictory()) {
      shown.add(0);
      open.clear();
    }
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

package io.foolproof.certify.search;

import io.foolproof.certify.bound.NetBounds;
import io.foolproof.certify.bound.PartCrown;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.proof.Tree;
import io.foolproof.certify.property.Property;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Branch and bound on the inputs of a network that has few: parts of the box are halved until all
 * cases are shown in each. A part is bounded by {@link PartCrown} and halved at the input that its
 * worst bound depends on most, by the size of its coefficient times the width of the part.
 *
 * <p>Wang, Pei, Whitehouse, Yang, Jana: Formal security analysis of neural networks using symbolic
 * intervals, 2018, arXiv 1804.10829, bisection of inputs by their influence.
 */
final class InputSplits {
  /** More inputs than this are too many to be halved. */
  static final int MOST_INPUTS = 20;

  private static final int BATCH = 32;

  /** What a part takes, besides 16 bytes for each input. */
  private static final int BYTES = 400;

  private final Net net;
  private final NetBounds whole;
  private final List<Property.Unsafe> cases;
  private final Workers workers;
  private final Part root;
  private final PriorityQueue<Part> open =
      new PriorityQueue<>(
          Comparator.<Part>comparingDouble(part -> part.excess)
              .thenComparingLong(part -> part.number));
  private long parts = 1;

  /** A part of the box. */
  private static final class Part {
    final long number;
    final double[] low;
    final double[] high;

    /** The places of the cases that are not shown in a larger part. */
    final int[] wanted;

    /** By the cases above, the constraint that is never met here; -1 where none is known. */
    int[] broken = {};

    /** The best bound of the worst case, less what it is to be above. */
    double excess = Double.NEGATIVE_INFINITY;

    int input;
    double at;
    @Nullable Part below;
    @Nullable Part above;

    Part(long number, double[] low, double[] high, int[] wanted) {
      this.number = number;
      this.low = low;
      this.high = high;
      this.wanted = wanted;
    }

    /** The cases that are not shown here either. */
    int[] left() {
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < wanted.length; i++) {
        if (broken.length == 0 || broken[i] < 0) {
          left.add(wanted[i]);
        }
      }
      return left.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** What is computed of a part, and the inputs at which a case seems to happen. */
  private record Bounded(
      int[] broken, double excess, int input, double at, List<float[]> suspects) {}

  /**
   * Of some cases of a box.
   *
   * @param whole bounds over the box, which must not change while this is used
   * @param wanted the places of the cases that are to be shown
   */
  InputSplits(NetBounds whole, List<Property.Unsafe> cases, List<Integer> wanted, Workers workers) {
    this.net = whole.net();
    this.whole = whole;
    this.cases = cases;
    this.workers = workers;
    int[] all = wanted.stream().mapToInt(Integer::intValue).toArray();
    this.root = new Part(0, whole.low(0).clone(), whole.high(0).clone(), all);
    // Checkers bound what activations take anew in halves only, so the whole is no leaf.
    int[] none = new int[all.length];
    Arrays.fill(none, -1);
    double[] even = new double[net.inputs()];
    Arrays.fill(even, 1);
    int widest = mostDecisive(root, even);
    double at = widest < 0 ? 0 : middle(root, widest);
    enter(root, new Bounded(none, Double.NEGATIVE_INFINITY, widest, at, List.of()));
  }

  /** Whether the inputs of a box can be halved: few vary, and no ball is cut out of it. */
  static boolean suit(NetBounds bounds) {
    double[] low = bounds.low(0);
    double[] high = bounds.high(0);
    int wide = 0;
    for (int i = 0; i < low.length; i++) {
      wide += low[i] < high[i] ? 1 : 0;
    }
    return bounds.inputs().ball() == null && wide > 0 && wide <= MOST_INPUTS;
  }

  /**
   * Halves parts until all cases are shown in each, the time or the memory is over, or a case seems
   * to happen. What is bounded does not depend on the number of workers.
   *
   * @return inputs at which a case seems to happen; empty where none is met
   */
  List<float[]> run(Deadline deadline) {
    List<float[]> suspects = new ArrayList<>();
    while (suspects.isEmpty() && canGoOn() && !deadline.isOver()) {
      List<Part> chosen = new ArrayList<>();
      while (chosen.size() < BATCH && canGoOn()) {
        chosen.add(open.remove());
      }
      List<Optional<Bounded>> bounded =
          workers.map(
              chosen.size(),
              1,
              (from, to) ->
                  deadline.isOver() ? Optional.empty() : Optional.of(bounded(chosen.get(from))));
      for (int i = 0; i < chosen.size(); i++) {
        Part part = chosen.get(i);
        bounded.get(i).ifPresentOrElse(found -> enter(part, found), () -> open.add(part));
        bounded.get(i).ifPresent(found -> suspects.addAll(found.suspects));
      }
    }
    return suspects;
  }

  /** Whether there is a part to be halved, and memory for it. */
  boolean canGoOn() {
    // What cannot be halved was put back: no proof can come of the rest, either.
    Part next = open.peek();
    return next != null && next.broken.length == 0 && !isFull();
  }

  private boolean isFull() {
    return parts * (BYTES + 16L * net.inputs()) > Runtime.getRuntime().maxMemory() / 2;
  }

  /** Puts two halves in the place of a part in which some case is not shown. */
  private void enter(Part part, Bounded found) {
    part.broken = found.broken;
    part.excess = found.excess;
    int[] left = part.left();
    if (left.length == 0) {
      return;
    }
    if (found.input < 0) {
      open.add(part);
      return;
    }
    part.input = found.input;
    part.at = found.at;
    double[] end = part.high.clone();
    end[part.input] = part.at;
    double[] begin = part.low.clone();
    begin[part.input] = part.at;
    Part below = new Part(parts, part.low, end, left);
    Part above = new Part(parts + 1, begin, part.high, left);
    below.excess = found.excess;
    above.excess = found.excess;
    part.below = below;
    part.above = above;
    open.add(below);
    open.add(above);
    parts += 2;
  }

  private Bounded bounded(Part part) {
    List<double[]> functions = new ArrayList<>();
    for (int i : part.wanted) {
      cases.get(i).constraints().forEach(constraint -> functions.add(constraint.row()));
    }
    PartCrown.Found found =
        new PartCrown(whole, part.low, part.high)
            .lower(net.output(), functions.toArray(double[][]::new));
    int[] broken = new int[part.wanted.length];
    double worst = Double.POSITIVE_INFINITY;
    int decisive = 0;
    List<float[]> points = new ArrayList<>();
    int first = 0;
    for (int i = 0; i < broken.length; i++) {
      List<Property.Constraint> constraints = cases.get(part.wanted[i]).constraints();
      double best = Double.NEGATIVE_INFINITY;
      int which = 0;
      for (int c = 0; c < constraints.size(); c++) {
        double excess = found.values()[first + c] - constraints.get(c).highestLimit();
        which = excess > best ? c : which;
        best = Math.max(best, excess);
      }
      broken[i] = best > 0 ? which : -1;
      if (!(best > 0)) {
        points.add(found.points()[first + which]);
      }
      if (best < worst) {
        worst = best;
        decisive = first + which;
      }
      first += constraints.size();
    }
    points.add(centre(part));
    int input = mostDecisive(part, found.slopes()[decisive]);
    double at = input < 0 ? 0 : middle(part, input);
    return new Bounded(broken, worst, input, at, suspects(part, points));
  }

  private static double middle(Part part, int input) {
    return part.low[input] / 2 + part.high[input] / 2;
  }

  /** The input that can be halved and that a bound depends on most; -1 where none can be halved. */
  private static int mostDecisive(Part part, double[] slopes) {
    int input = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < slopes.length; i++) {
      double score = slopes[i] * (part.high[i] - part.low[i]);
      double at = middle(part, i);
      if (part.low[i] < at && at < part.high[i] && score > most) {
        most = score;
        input = i;
      }
    }
    return input;
  }

  private static float[] centre(Part part) {
    float[] centre = new float[part.low.length];
    for (int i = 0; i < centre.length; i++) {
      centre[i] = (float) middle(part, i);
    }
    return centre;
  }

  private List<float[]> suspects(Part part, List<float[]> points) {
    Tensor inputs = Tensor.ofRows(points.toArray(float[][]::new), points.size(), net.inputs());
    float[] outputs = net.apply(inputs).toFloats();
    List<float[]> suspects = new ArrayList<>();
    for (int p = 0; p < points.size(); p++) {
      float[] output = Arrays.copyOfRange(outputs, p * net.outputs(), (p + 1) * net.outputs());
      if (Arrays.stream(part.wanted).anyMatch(i -> seemsToHappen(cases.get(i), output))) {
        suspects.add(points.get(p));
      }
    }
    return suspects;
  }

  private static boolean seemsToHappen(Property.Unsafe unsafe, float[] output) {
    for (Property.Constraint constraint : unsafe.constraints()) {
      double sum = 0;
      double[] row = constraint.row();
      for (int k = 0; k < output.length; k++) {
        sum += row[k] * output[k];
      }
      if (!(sum <= constraint.highestLimit())) {
        return false;
      }
    }
    return true;
  }

  /** How far the worst bound of all parts that are left is below what a proof needs. */
  double worst() {
    Part next = open.peek();
    return next == null ? 0 : next.excess;
  }

  /** Whether a case is shown not to happen in any part, by its place. */
  boolean isShown(int place) {
    return open.stream().noneMatch(part -> Arrays.stream(part.left()).anyMatch(i -> i == place));
  }

  /** The splits that show a case, for a certificate. */
  Tree tree(int place) {
    return tree(root, place);
  }

  private Tree tree(Part part, int place) {
    for (int i = 0; i < part.broken.length; i++) {
      if (part.wanted[i] == place && part.broken[i] >= 0) {
        float[] weights = new float[cases.get(place).constraints().size()];
        weights[part.broken[i]] = 1;
        return Tree.Leaf.usual(weights);
      }
    }
    Part below = part.below;
    Part above = part.above;
    if (below == null || above == null) {
      throw new IllegalStateException("case " + place + " is not shown");
    }
    return new Tree.Halves(part.input, part.at, tree(below, place), tree(above, place));
  }
}

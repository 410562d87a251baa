package io.foolproof.certify;

import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.net.Step;
import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.property.Property;
import io.foolproof.certify.search.BoxProof;
import io.foolproof.certify.search.Deadline;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides properties of a network: a counterexample that was replayed in ONNX Runtime, a proof for
 * others to check, or neither.
 */
public final class Prover implements AutoCloseable {
  private static final String OVER = "the time is over";
  private static final int STEPS = 50;
  private static final int ROUNDS = 6;

  /** What part of the time that is left, at most, goes into bounds of rectifiers. */
  private static final double REFINING = 0.5;

  /** After it, so many times as long as cases are split. */
  private static final double REFINEMENTS = 4;

  /** The same where there are few inputs, so that these are split, too. */
  private static final double REFINING_FEW = 0.2;

  /** What part of it, at most, goes into a first try to split inputs, where there are few. */
  private static final double HALVING = 0.3;

  /** After it, so many times as long as rectifiers are split. */
  private static final double HALVES = 4;

  /** What part of it, at most, goes into bounds before an attack is tried. */
  private static final double FIRST = 0.2;

  private final Net net;
  private final boolean curved;
  private final OnnxRuntimeClassifier runtime;
  private final Workers workers = new Workers();

  /**
   * For a model.
   *
   * @throws InvalidInputException when there are no bounds for one of its operators
   */
  public Prover(OnnxModel model) {
    this.net = NetReader.read(model);
    this.curved = net.activations().stream().anyMatch(a -> a instanceof Step.Tanh);
    this.runtime = OnnxRuntimeClassifier.of(model, Preprocessing.NONE);
  }

  /** How many numbers the network takes. */
  public int inputs() {
    return net.inputs();
  }

  /** How many numbers the network gives. */
  public int outputs() {
    return net.outputs();
  }

  /** What the network gives for an input, in ONNX Runtime. */
  public float[] output(float[] input) {
    return runtime.output(input);
  }

  /** The names of the values that its rectifiers and curves give, for certificates. */
  public List<String> activations() {
    return net.activations().stream().map(Step.Activation::name).toList();
  }

  /**
   * Decides a property.
   *
   * @param seconds that this may take
   * @param seed of the random starts of attacks
   * @throws InvalidInputException when the property is one of other networks
   */
  public Outcome prove(Property property, double seconds, long seed) {
    if (property.inputs() != net.inputs() || property.outputs() != net.outputs()) {
      throw new InvalidInputException(
          "the property is about %d inputs and %d outputs, the network has %d and %d"
              .formatted(property.inputs(), property.outputs(), net.inputs(), net.outputs()));
    }
    Deadline deadline = Deadline.in(seconds);
    Proof proof = new Proof();
    Outcome.@Nullable Unknown unknown = null;
    for (int[] cases : boxes(property)) {
      if (unknown != null && deadline.isOver()) {
        // Whatever the others are, the property stays unknown, but for a stroke of luck.
        break;
      }
      Outcome outcome = box(property, cases, proof, deadline, seed);
      if (outcome instanceof Outcome.Violated) {
        return outcome;
      }
      unknown = outcome instanceof Outcome.Unknown found ? worse(unknown, found) : unknown;
    }
    return unknown == null ? new Outcome.Shown(proof) : said(unknown, property);
  }

  /** With why no counterexample could have been found, where that is so. */
  private static Outcome.Unknown said(Outcome.Unknown unknown, Property property) {
    int[] without = property.cases().stream().mapToInt(Property.Unsafe::withoutFloat).toArray();
    return IntStream.of(without).anyMatch(input -> input < 0)
        ? unknown
        : new Outcome.Unknown(
            "%s; no 32-bit number is between the ends of X_%d, so that there is no counterexample to replay"
                .formatted(unknown.reason(), without[0]),
            unknown.bound());
  }

  private static Outcome.Unknown worse(Outcome.@Nullable Unknown known, Outcome.Unknown found) {
    return known == null || found.bound() < known.bound() ? found : known;
  }

  /** The cases by their boxes, in order. */
  private static List<int[]> boxes(Property property) {
    List<List<Integer>> boxes = new ArrayList<>();
    for (int i = 0; i < property.cases().size(); i++) {
      Property.Unsafe one = property.cases().get(i);
      List<Integer> same = null;
      for (List<Integer> box : boxes) {
        if (property.cases().get(box.get(0)).sharesBox(one)) {
          same = box;
          break;
        }
      }
      if (same == null) {
        same = new ArrayList<>();
        boxes.add(same);
      }
      same.add(i);
    }
    return boxes.stream().map(box -> box.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  private Outcome box(Property property, int[] indices, Proof proof, Deadline deadline, long seed) {
    List<Property.Unsafe> cases = new ArrayList<>();
    for (int index : indices) {
      cases.add(property.cases().get(index));
    }
    Attacker attacker = new Attacker(net, cases, seed);
    for (int i = 0; i < cases.size(); i++) {
      if (cases.get(i).constraints().isEmpty()) {
        return anyPoint(attacker, cases.get(i), indices[i]);
      }
    }
    BoxProof search = new BoxProof(net, property, indices, proof, workers);
    search.boundByIntervals();
    if (!search.left().isEmpty()) {
      search.boundByCrown(deadline.orIn(FIRST * deadline.left()));
    }
    Outcome.@Nullable Violated violated = attack(attacker, search, cases, indices, deadline);
    if (violated != null || search.left().isEmpty()) {
      return violated == null ? new Outcome.Shown(proof) : violated;
    }
    if (deadline.isOver()) {
      return new Outcome.Unknown(OVER, search.worst());
    }
    search.bound(deadline);
    if (search.left().isEmpty()) {
      return new Outcome.Shown(proof);
    }
    search.split(ROUNDS, deadline);
    boolean few = search.canSplitInputs();
    if (few) {
      violated = halve(attacker, search, cases, indices, deadline.orIn(HALVING * deadline.left()));
      if (violated != null) {
        return violated;
      }
    }
    if (!search.left().isEmpty()) {
      search.refine(deadline.orIn((few ? REFINING_FEW : REFINING) * deadline.left()));
    }
    for (double slice = 2; !search.left().isEmpty() && !deadline.isOver(); slice *= 2) {
      if (few) {
        violated = halve(attacker, search, cases, indices, deadline.orIn(HALVES * slice));
        if (violated != null) {
          return violated;
        }
      }
      if (search.left().isEmpty()) {
        break;
      }
      if (search.canSplit() && !search.isFull()) {
        search.split(Integer.MAX_VALUE, deadline.orIn(slice));
        if (!few && !search.left().isEmpty()) {
          Deadline own = deadline.orIn(Math.min(slice * REFINEMENTS, REFINING * deadline.left()));
          if (search.canAssume()) {
            search.assume(own);
          } else {
            search.refine(own);
          }
        }
        violated =
            deadline.isOver()
                ? null
                : attack(
                    new Attacker(net, cases, seed + (long) slice),
                    search,
                    cases,
                    indices,
                    deadline);
        if (violated != null) {
          return violated;
        }
      } else if (!search.canSplitInputs()) {
        return new Outcome.Unknown(why(search), search.worst());
      }
    }
    return search.left().isEmpty()
        ? new Outcome.Shown(proof)
        : new Outcome.Unknown(OVER, search.worst());
  }

  /** Why a search ends before its time is over. */
  private String why(BoxProof search) {
    if (search.canSplit()) {
      return "its cases fill the memory that there is";
    }
    return (curved ? "there are no splits of curves, and " : "")
        + "every rectifier of a case is settled, but its bound with rounding errors is too low";
  }

  private Outcome anyPoint(Attacker attacker, Property.Unsafe unsafe, int which) {
    float[] point = attacker.nearest(new float[net.inputs()]);
    Outcome.@Nullable Violated found = point == null ? null : replayed(point, unsafe, which);
    return found == null
        ? new Outcome.Unknown(
            "a case has no condition on outputs, and no 32-bit input of its box is a witness",
            Double.NaN)
        : found;
  }

  /** Attacks the cases that are left, one at the least, until the time is over. */
  private Outcome.@Nullable Violated attack(
      Attacker attacker,
      BoxProof search,
      List<Property.Unsafe> cases,
      int[] indices,
      Deadline deadline) {
    List<Integer> left = search.left();
    for (int i : left) {
      if (i != left.get(0) && deadline.isOver()) {
        break;
      }
      try (Scope scope = Scope.open()) {
        List<float[]> points = new ArrayList<>();
        for (float[] met : search.nearest(i)) {
          float @Nullable [] point = attacker.nearest(met);
          if (point != null) {
            points.add(point);
          }
        }
        points.addAll(attacker.best(i, STEPS, List.copyOf(points)));
        search.remember(points);
        for (float[] point : points) {
          Outcome.@Nullable Violated found = replayed(point, cases.get(i), indices[i]);
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  /** Splits inputs; what seems to be a counterexample is replayed. */
  private Outcome.@Nullable Violated halve(
      Attacker attacker,
      BoxProof search,
      List<Property.Unsafe> cases,
      int[] indices,
      Deadline deadline) {
    List<float[]> suspects;
    do {
      suspects = search.splitInputs(deadline);
      for (float[] met : suspects) {
        float @Nullable [] point = attacker.nearest(met);
        for (int i = 0; i < cases.size() && point != null; i++) {
          Outcome.@Nullable Violated found = replayed(point, cases.get(i), indices[i]);
          if (found != null) {
            return found;
          }
        }
      }
    } while (!suspects.isEmpty());
    return null;
  }

  /** A counterexample, if ONNX Runtime confirms it. */
  private Outcome.@Nullable Violated replayed(float[] input, Property.Unsafe unsafe, int which) {
    float[] output = runtime.output(input);
    return output.length == net.outputs() && unsafe.happens(input, output)
        ? new Outcome.Violated(which, input, output)
        : null;
  }

  @Override
  public void close() {
    workers.close();
    runtime.close();
  }
}

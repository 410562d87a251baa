package io.foolproof.checker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Checks that a certificate shows a specification of a network: for every input in a box, in exact
 * arithmetic and in every 32-bit execution whose outputs of a layer are the sums of its products in
 * any order, with or without fused multiply-add.
 */
public final class Checker {
  private static final int MOST_BYTES = 1 << 28;
  private final Network network;
  private final Specification specification;
  private final Certificate certificate;
  private final Map<Integer, Bounds> bounds = new HashMap<>();

  /** By case, what holds where it happens. */
  private final Map<Integer, Bounds> assumed = new HashMap<>();

  private final boolean[] excluded;
  private double exactMargin = Double.POSITIVE_INFINITY;
  private double executionMargin = Double.POSITIVE_INFINITY;
  private int claims;
  private int leaves;

  private Checker(Network network, Specification specification, Certificate certificate) {
    this.network = network;
    this.specification = specification;
    this.certificate = certificate;
    this.excluded = new boolean[specification.cases().size()];
  }

  /** That a claim does not hold. */
  private static final class Refuted extends Exception {
    private static final long serialVersionUID = 1L;

    Refuted(String message) {
      super(message);
    }
  }

  /**
   * Checks a certificate.
   *
   * @param model an ONNX file
   * @param specification in VNN-LIB 1.0, perhaps compressed (.gz)
   * @param certificate that was written for these two
   * @throws UncheckableException when a file cannot be used, or the certificate is another's
   * @throws IOException when a file cannot be read
   */
  public static Verdict check(Path model, Path specification, Path certificate) throws IOException {
    return check(unpacked(model), specification, certificate);
  }

  /** As {@link #check(Path, Path, Path)}, of the bytes of an ONNX file. */
  public static Verdict check(byte[] net, Path specification, Path certificate) throws IOException {
    Certificate proof = Certificate.read(certificate);
    byte[] text = unpacked(specification);
    if (!hash(net).equals(proof.network())) {
      throw new UncheckableException(certificate + ": is the certificate of another network");
    }
    if (!hash(text).equals(proof.specification())) {
      throw new UncheckableException(certificate + ": is the certificate of another specification");
    }
    Network network = OnnxReader.read(net);
    Specification wanted = Specification.read(new String(text, StandardCharsets.UTF_8));
    if (wanted.inputs() != network.inputs() || wanted.outputs() != network.outputs()) {
      throw new UncheckableException(
          "the specification has %d inputs and %d outputs, the network has %d and %d"
              .formatted(wanted.inputs(), wanted.outputs(), network.inputs(), network.outputs()));
    }
    return new Checker(network, wanted, proof).verdict();
  }

  /** Whether a file is a certificate that says that it is of a network and a specification. */
  public static boolean isOf(byte[] net, Path specification, Path certificate) {
    try {
      Certificate found = Certificate.read(certificate);
      return found.network().equals(hash(net))
          && found.specification().equals(hash(unpacked(specification)));
    } catch (IOException | UncheckableException e) {
      return false;
    }
  }

  /** The bytes of a file, without compression. */
  private static byte[] unpacked(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    boolean compressed = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    if (!compressed) {
      return bytes;
    }
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(path))) {
      byte[] unpacked = in.readNBytes(MOST_BYTES);
      if (in.read() >= 0) {
        throw new UncheckableException(
            path + ": unpacks to more than " + (MOST_BYTES >> 20) + " MB, the most that is read");
      }
      return unpacked;
    } catch (java.io.EOFException | java.util.zip.ZipException e) {
      throw new UncheckableException(path + ": the compressed file is damaged or ends early");
    }
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Verdict verdict() {
    try {
      for (Certificate.Block block : certificate.blocks()) {
        check(block);
      }
      for (int i = 0; i < excluded.length; i++) {
        if (!excluded[i]) {
          throw new Refuted("case " + i + " of the specification is not excluded");
        }
      }
      if (excluded.length == 0) {
        throw new Refuted("the specification has no case that could be excluded");
      }
    } catch (Refuted e) {
      return new Verdict(
          false, String.valueOf(e.getMessage()), Double.NaN, Double.NaN, claims, leaves);
    }
    return new Verdict(true, "", exactMargin, executionMargin, claims, leaves);
  }

  private Specification.Case caseAt(int index) throws Refuted {
    if (index < 0 || index >= excluded.length) {
      throw new Refuted("there is no case " + index + " of the specification");
    }
    return specification.cases().get(index);
  }

  private void check(Certificate.Block block) throws Refuted {
    if (block.cases().length == 0) {
      throw new Refuted("a block of claims is about no case of the specification");
    }
    int box = block.cases()[0];
    Specification.Case first = caseAt(box);
    for (int other : block.cases()) {
      Specification.Case same = caseAt(other);
      if (!Arrays.equals(first.low(), same.low()) || !Arrays.equals(first.high(), same.high())) {
        throw new Refuted("cases " + box + " and " + other + " do not share a box");
      }
    }
    Bounds shared =
        bounds.computeIfAbsent(
            box, i -> new Bounds(network, first.low(), first.high(), specification.ball()));
    int given = block.given();
    if (given == Certificate.NOTHING) {
      check(block, shared);
      return;
    }
    if (Arrays.stream(block.cases()).noneMatch(i -> i == given)) {
      throw new Refuted("case " + given + " is assumed, and does not belong to its block");
    }
    if (excluded[given]) {
      return;
    }
    Bounds own = assumed.computeIfAbsent(given, i -> shared.assuming());
    check(block, own);
    if (own.contradiction() > 0) {
      // No execution is in the case, since there its bounds would hold.
      exclude(given, own.contradiction(), own.contradiction());
    }
  }

  private void exclude(int which, double exact, double execution) {
    excluded[which] = true;
    exactMargin = Math.min(exactMargin, exact);
    executionMargin = Math.min(executionMargin, execution);
  }

  private void check(Certificate.Block block, Bounds known) throws Refuted {
    List<Shown> shown =
        block.claims().parallelStream().map(claim -> shown(claim, block, known)).toList();
    Set<Integer> tightened = new HashSet<>();
    for (Shown result : shown) {
      claims++;
      leaves += result.leaves;
      if (!result.refutation.isEmpty()) {
        throw new Refuted(result.refutation);
      }
      if (result.claim instanceof Certificate.Bound bound) {
        int value = activation(bound.rectifier()).from();
        known.show(value, bound.neuron(), bound.upper(), bound.value());
        tightened.add(value);
      } else if (result.claim instanceof Certificate.Excluded claim) {
        exclude(claim.which(), result.exact, result.bound);
      }
    }
    tightened.forEach(known::refreshFrom);
  }

  private Layer.Activation activation(int index) {
    List<String> names = certificate.rectifiers();
    if (index < 0 || index >= names.size()) {
      throw new UncheckableException("the certificate has no activation " + index);
    }
    return network.activation(names.get(index));
  }

  /** What the leaves of a claim give: the least bound of all. */
  private static final class Shown {
    final Certificate.Claim claim;
    double bound = Double.POSITIVE_INFINITY;
    double exact = Double.POSITIVE_INFINITY;
    int leaves;
    String refutation = "";

    Shown(Certificate.Claim claim) {
      this.claim = claim;
    }

    /** With what the leaves of a part give. */
    void add(Shown part) {
      bound = Math.min(bound, part.bound);
      exact = Math.min(exact, part.exact);
      leaves += part.leaves;
    }
  }

  /** A split on the way from the root to a leaf. */
  private record Step(int value, int neuron, int sign) {}

  private Shown shown(Certificate.Claim claim, Certificate.Block block, Bounds known) {
    Shown shown = new Shown(claim);
    if (claim instanceof Certificate.Excluded excluded) {
      int which = excluded.which();
      if (Arrays.stream(block.cases()).noneMatch(i -> i == which)) {
        shown.refutation = "case " + which + " does not belong to its block";
        return shown;
      }
      if (block.given() != Certificate.NOTHING && block.given() != which) {
        shown.refutation = "case " + which + " is excluded where another is assumed";
        return shown;
      }
    }
    leaves(claim.tree(), new ArrayList<>(), block, known, false, shown);
    if (claim instanceof Certificate.Bound bound) {
      double value = bound.upper() ? -bound.value() : bound.value();
      if (!(shown.bound >= value)) {
        shown.refutation =
            "a bound of neuron %d of activation '%s' is claimed to be %s, its leaves give %s"
                .formatted(
                    bound.neuron(),
                    activation(bound.rectifier()).name(),
                    bound.value(),
                    bound.upper() ? -shown.bound : shown.bound);
      }
    } else if (!(shown.bound > 0) && claim instanceof Certificate.Excluded excluded) {
      shown.refutation =
          "case %d of the specification is claimed not to happen, its leaves give only %s"
              .formatted(excluded.which(), shown.bound);
    }
    return shown;
  }

  /**
   * Goes through the leaves of a tree.
   *
   * @param known of the inputs that the tree is about
   * @param part whether these are not all
   */
  private void leaves(
      Certificate.Tree tree,
      List<Step> path,
      Certificate.Block block,
      Bounds known,
      boolean part,
      Shown shown) {
    if (tree instanceof Certificate.Split split) {
      Layer.Activation rectifier = activation(split.rectifier());
      int value = rectifier.from();
      requireNeuron(value, split.neuron());
      if (!(rectifier instanceof Layer.Rectifier)) {
        throw new UncheckableException(
            "the certificate splits at '" + rectifier.name() + "', which is no rectifier");
      }
      path.add(new Step(value, split.neuron(), 1));
      leaves(split.active(), path, block, known, part, shown);
      path.set(path.size() - 1, new Step(value, split.neuron(), -1));
      leaves(split.inactive(), path, block, known, part, shown);
      path.remove(path.size() - 1);
    } else if (tree instanceof Certificate.Halves halves) {
      if (block.given() != Certificate.NOTHING) {
        throw new UncheckableException("the certificate splits inputs where a case is assumed");
      }
      Stream.of(false, true)
          .parallel()
          .map(
              above -> {
                Shown half = new Shown(shown.claim);
                Bounds own = known.part(halves.input(), above, halves.at());
                Certificate.Tree below = above ? halves.above() : halves.below();
                leaves(below, new ArrayList<>(path), block, own, true, half);
                return half;
              })
          .toList()
          .forEach(shown::add);
    } else if (tree instanceof Certificate.Leaf leaf) {
      if (part) {
        known.tighten();
      }
      Pass.Result result = result(leaf, path, block, known, shown.claim);
      shown.leaves++;
      shown.bound = Math.min(shown.bound, result.bound());
      shown.exact = Math.min(shown.exact, result.bound() + result.execution());
      if (!Double.isFinite(result.bound())) {
        // Overflow: nothing is known.
        shown.bound = Double.NEGATIVE_INFINITY;
      }
    }
  }

  private void requireNeuron(int value, int neuron) {
    if (neuron < 0 || neuron >= network.sizes().get(value)) {
      throw new UncheckableException("the certificate names neuron " + neuron + ", which is none");
    }
  }

  private Pass.Result result(
      Certificate.Leaf leaf,
      List<Step> path,
      Certificate.Block block,
      Bounds known,
      Certificate.Claim claim) {
    int count = network.sizes().size();
    int[][] signs = new int[count][0];
    float[][] multipliers = new float[count][0];
    for (int i = 0; i < path.size(); i++) {
      Step step = path.get(i);
      int size = network.sizes().get(step.value);
      signs[step.value] = signs[step.value].length == 0 ? new int[size] : signs[step.value];
      multipliers[step.value] =
          multipliers[step.value].length == 0 ? new float[size] : multipliers[step.value];
      signs[step.value][step.neuron] = step.sign;
      multipliers[step.value][step.neuron] = leaf.multipliers()[i];
    }
    Pass pass = new Pass(known, slopes(leaf, block, known), signs, multipliers);
    if (claim instanceof Certificate.Bound bound) {
      int value = activation(bound.rectifier()).from();
      requireNeuron(value, bound.neuron());
      double[] row = new double[network.sizes().get(value)];
      row[bound.neuron()] = bound.upper() ? -1 : 1;
      double offset = 0;
      if (block.given() != Certificate.NOTHING) {
        // Where the case happens this adds nothing above 0.
        offset = outside(pass, leaf.weights(), block.given(), known);
      }
      return pass.lower(row, value, offset);
    }
    double offset = outside(pass, leaf.weights(), ((Certificate.Excluded) claim).which(), known);
    return pass.lower(new double[network.outputs()], network.output(), offset);
  }

  /**
   * How far outside of a case all outputs are: were all its constraints met, their sum with weights
   * that are not negative would be, too. It gives the pass their coefficients.
   *
   * @return what is to be added
   */
  private double outside(Pass pass, float[] weights, int which, Bounds known) {
    List<Specification.Constraint> constraints = specification.cases().get(which).constraints();
    if (weights.length != constraints.size()) {
      throw new UncheckableException("the certificate weighs another number of constraints");
    }
    double[] row = new double[network.outputs()];
    double[] size = known.size(network.output());
    double limit = 0;
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      Specification.Constraint constraint = constraints.get(i);
      for (int k = 0; k < row.length; k++) {
        double term = weights[i] * constraint.coefficients()[k];
        row[k] += term;
        error += Math.abs(term) * size[k];
      }
      limit = Math.nextUp(limit + Math.nextUp(weights[i] * constraint.limit()));
    }
    double rounding = Math.nextUp(Rounding.check(weights.length + row.length + 2) * error);
    pass.add(network.output(), row);
    return Math.nextDown(-limit - rounding);
  }

  /** By value, the choices of lines that a leaf has for the activation that gives it. */
  private double[][] slopes(Certificate.Leaf leaf, Certificate.Block block, Bounds known) {
    double[][] slopes = new double[network.sizes().size()][0];
    if (leaf.slopes().length == 0) {
      return slopes;
    }
    int at = 0;
    for (int i = 0; i < block.slopes().length; i++) {
      Layer.Activation activation = activation(i);
      int value = activation.from();
      double[] own = new double[network.sizes().get(value)];
      for (int j = 0; j < own.length; j++) {
        own[j] =
            activation instanceof Layer.Curve
                ? Tanh.USUAL
                : Pass.usualSlope(known.low(value)[j], known.high(value)[j]);
      }
      for (int neuron : block.slopes()[i]) {
        requireNeuron(value, neuron);
        own[neuron] = (leaf.slopes()[at++] & 0xff) / 255.0;
      }
      slopes[activation.to()] = own;
    }
    return slopes;
  }
}

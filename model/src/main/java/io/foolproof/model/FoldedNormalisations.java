package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes batch normalisations into the convolutions in front of them: both are linear, and so is
 * what they make together, scale / sqrt(variance + epsilon) times the kernel.
 */
final class FoldedNormalisations {
  private static final double USUAL_EPSILON = 1e-5;

  private final GraphProto graph;
  private final Map<String, Tensor> initialisers;
  private final Map<String, Integer> uses = new HashMap<>();
  private final Map<String, NodeProto> makers = new HashMap<>();

  /** New initial values, by name. */
  private final Map<String, Tensor> changed = new HashMap<>();

  private FoldedNormalisations(GraphProto graph, Map<String, Tensor> initialisers) {
    this.graph = graph;
    this.initialisers = initialisers;
    for (NodeProto node : graph.getNodeList()) {
      node.getInputList().forEach(input -> uses.merge(input, 1, Integer::sum));
      node.getOutputList().forEach(output -> makers.put(output, node));
    }
    graph.getOutputList().forEach(output -> uses.merge(output.getName(), 1, Integer::sum));
  }

  /**
   * What a graph becomes.
   *
   * @param graph without the nodes that were folded, and without their initial values
   * @param changed initial values of what they were folded into, by name
   */
  record Folded(GraphProto graph, Map<String, Tensor> changed) {}

  /** The graph with all normalisations folded that can be; call it in a scope. */
  static Folded of(GraphProto graph, Map<String, Tensor> initialisers) {
    FoldedNormalisations folding = new FoldedNormalisations(graph, initialisers);
    return new Folded(folding.folded(), folding.changed);
  }

  private GraphProto folded() {
    GraphProto.Builder result = graph.toBuilder().clearNode().clearInitializer();
    Map<NodeProto, NodeProto> conv = new HashMap<>();
    Set<NodeProto> gone = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      NodeProto before = foldable(node);
      if (before != null) {
        fold(before, node);
        conv.put(before, before.toBuilder().setOutput(0, node.getOutput(0)).build());
        gone.add(node);
      }
    }
    Set<String> taken = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      if (!gone.contains(node)) {
        result.addNode(conv.getOrDefault(node, node));
        taken.addAll(node.getInputList());
      }
    }
    for (TensorProto initialiser : graph.getInitializerList()) {
      if (taken.contains(initialiser.getName()) || !uses.containsKey(initialiser.getName())) {
        result.addInitializer(initialiser);
      }
    }
    return result.build();
  }

  /** The convolution that a node can be folded into; null where there is none. */
  private @Nullable NodeProto foldable(NodeProto node) {
    if (!node.getOpType().equals("BatchNormalization") || !areOwn(node, 1, 5)) {
      return null;
    }
    NodeProto before = makers.get(node.getInput(0));
    boolean isOnly =
        before != null
            && before.getOpType().equals("Conv")
            && before.getInputCount() == 3
            && areOwn(before, 1, 3)
            && uses.getOrDefault(node.getInput(0), 0) == 1;
    return isOnly ? before : null;
  }

  /** Whether inputs are 32-bit initial values that no other node takes. */
  private boolean areOwn(NodeProto node, int from, int to) {
    if (node.getInputCount() < to) {
      return false;
    }
    for (String input : node.getInputList().subList(from, to)) {
      Tensor value = initialisers.get(input);
      if (value == null || value.dtype() != DType.FLOAT32 || uses.getOrDefault(input, 0) != 1) {
        return false;
      }
    }
    return true;
  }

  private void fold(NodeProto conv, NodeProto norm) {
    List<Tensor> statistics = norm.getInputList().subList(1, 5).stream().map(this::exact).toList();
    Tensor deviation = statistics.get(3).add(epsilon(norm)).sqrt();
    Tensor factor = statistics.get(0).div(deviation);
    Tensor kernel = exact(conv.getInput(1));
    long[] column = new long[kernel.rank()];
    Arrays.fill(column, 1);
    column[0] = kernel.size(0);
    Tensor bias = exact(conv.getInput(2)).sub(statistics.get(2)).mul(factor);
    keep(conv.getInput(1), kernel.mul(factor.reshape(column)));
    keep(conv.getInput(2), bias.add(statistics.get(1)));
  }

  private void keep(String name, Tensor value) {
    changed.put(name, Scope.outlive(value.to(DType.FLOAT32)));
  }

  private Tensor exact(String initialiser) {
    Tensor value = initialisers.get(initialiser);
    if (value == null) {
      throw new IllegalStateException(initialiser + " was there before");
    }
    return value.to(DType.FLOAT64);
  }

  private static double epsilon(NodeProto norm) {
    return norm.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals("epsilon"))
        .mapToDouble(AttributeProto::getF)
        .findFirst()
        .orElse(USUAL_EPSILON);
  }
}

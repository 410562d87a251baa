package io.foolproof.model;

import io.foolproof.model.operator.Node;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which initial values of a graph are weights, to be trained, and which are constants, such as a
 * normalisation, a threshold or the table of a JPEG layer. A file does not say so: it is told by
 * where a value is used. A weight enters layers alone, where layers have their kernels, matrices,
 * biases, scales and slopes; also after it was transposed or reshaped, and as what is added to a
 * matrix product. Whatever else is used elsewhere is a constant, and so is what comes from a node
 * Constant: {@link OnnxBuilder} writes its constants so.
 */
final class OnnxWeights {
  private static final String MICROSOFT = "com.microsoft.";

  /** By operator, the inputs that are learned. */
  private static final Map<String, Set<Integer>> LEARNED =
      Map.ofEntries(
          Map.entry("Conv", Set.of(1, 2)),
          Map.entry("ConvTranspose", Set.of(1, 2)),
          Map.entry(MICROSOFT + "FusedConv", Set.of(1, 2)),
          Map.entry("Gemm", Set.of(0, 1, 2)),
          Map.entry(MICROSOFT + "FusedGemm", Set.of(0, 1, 2)),
          Map.entry("MatMul", Set.of(0, 1)),
          Map.entry(MICROSOFT + "FusedMatMul", Set.of(0, 1)),
          Map.entry("Einsum", Set.of(0, 1, 2)),
          Map.entry("BatchNormalization", Set.of(1, 2)),
          Map.entry("InstanceNormalization", Set.of(1, 2)),
          Map.entry("LayerNormalization", Set.of(1, 2)),
          Map.entry("GroupNormalization", Set.of(1, 2)),
          Map.entry("RMSNormalization", Set.of(1)),
          Map.entry(MICROSOFT + "SkipLayerNormalization", Set.of(2, 3, 4)),
          Map.entry(MICROSOFT + "SkipSimplifiedLayerNormalization", Set.of(2, 3)),
          Map.entry(MICROSOFT + "BiasGelu", Set.of(1)),
          Map.entry("PRelu", Set.of(1)),
          Map.entry("LSTM", Set.of(1, 2, 3, 7)),
          Map.entry("GRU", Set.of(1, 2, 3)),
          Map.entry("RNN", Set.of(1, 2, 3)));

  /** Operators that make products to which a bias is added by a node of its own. */
  private static final Set<String> BIASED =
      Set.of("MatMul", "Gemm", "Conv", "ConvTranspose", "Einsum", MICROSOFT + "FusedMatMul");

  /** Operators that change how a value lies, and nothing of it. */
  private static final Set<String> LAYOUT =
      Set.of("Identity", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast");

  private final List<Node> nodes;
  private final Set<String> weights = new LinkedHashSet<>();

  /**
   * Tells weights apart.
   *
   * @param nodes each behind those whose values it takes
   * @param initialisers the names of the values that the file gives
   */
  OnnxWeights(List<Node> nodes, Set<String> initialisers) {
    this.nodes = nodes;
    for (String name : initialisers) {
      if (isWeight(name)) {
        weights.add(name);
      }
    }
  }

  /** Whether an initial value is a weight. */
  boolean contains(String initialiser) {
    return weights.contains(initialiser);
  }

  private boolean isWeight(String value) {
    boolean used = false;
    for (Node node : nodes) {
      for (int place = 0; place < node.inputs().size(); place++) {
        if (node.inputs().get(place).equals(value)) {
          if (!isLearned(node, place)) {
            return false;
          }
          used = true;
        }
      }
    }
    return used;
  }

  private boolean isLearned(Node node, int place) {
    if (LAYOUT.contains(node.type())) {
      return place == 0 && isWeight(node.outputs().get(0));
    }
    if (node.type().equals("Add") && node.inputs().size() == 2) {
      return makes(BIASED, node.inputs().get(1 - place));
    }
    return LEARNED.getOrDefault(node.type(), Set.of()).contains(place);
  }

  private boolean makes(Set<String> types, String value) {
    return nodes.stream()
        .anyMatch(node -> types.contains(node.type()) && node.outputs().contains(value));
  }

  /**
   * The values that the graph computes without any weight: those of layers in front of the net,
   * which prepare an image.
   */
  Set<String> valuesInFront() {
    Set<String> behind = new HashSet<>(weights);
    Set<String> inFront = new HashSet<>();
    for (Node node : nodes) {
      boolean takesWeights = node.inputs().stream().anyMatch(behind::contains);
      (takesWeights ? behind : inFront).addAll(node.outputs());
    }
    return inFront;
  }
}

package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;

/**
 * Inputs and outputs that a node may have and has not. The format has two ways to leave out the
 * last ones: to give them no name, or not to list them. Some operators of ONNX Runtime (a
 * LayerNormalization without bias) crash at the first.
 */
final class OptionalValues {
  private OptionalValues() {}

  /** The same graph, in which no list of inputs or outputs ends with one that has no name. */
  static GraphProto trimmed(GraphProto graph) {
    if (graph.getNodeList().stream().noneMatch(OptionalValues::isLong)) {
      return graph;
    }
    GraphProto.Builder changed = graph.toBuilder();
    changed.getNodeBuilderList().forEach(OptionalValues::trim);
    return changed.build();
  }

  private static boolean isLong(NodeProto node) {
    return kept(node.getInputList()) < node.getInputCount()
        || kept(node.getOutputList()) < node.getOutputCount()
        || NeededNodes.inside(node).stream()
            .anyMatch(inner -> inner.getNodeList().stream().anyMatch(OptionalValues::isLong));
  }

  private static void trim(NodeProto.Builder node) {
    List<String> inputs = List.copyOf(node.getInputList().subList(0, kept(node.getInputList())));
    List<String> outputs = List.copyOf(node.getOutputList().subList(0, kept(node.getOutputList())));
    node.clearInput().addAllInput(inputs).clearOutput().addAllOutput(outputs);
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.hasG()) {
        attribute.setG(trimmed(attribute.getG()));
      }
      for (int i = 0; i < attribute.getGraphsCount(); i++) {
        attribute.setGraphs(i, trimmed(attribute.getGraphs(i)));
      }
    }
  }

  /** How many names there are up to the last that is not empty. */
  private static int kept(List<String> names) {
    int count = names.size();
    while (count > 0 && names.get(count - 1).isEmpty()) {
      count--;
    }
    return count;
  }
}

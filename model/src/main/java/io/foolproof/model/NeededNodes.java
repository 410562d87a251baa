package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The nodes of a graph that some values need, in time that is linear in the size of the graph. */
final class NeededNodes {
  private NeededNodes() {}

  /** The same graph without the nodes that none of these values needs. */
  static GraphProto of(GraphProto graph, Set<String> wanted) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        makers.put(output, i);
      }
    }
    BitSet needed = new BitSet();
    Deque<String> open = new ArrayDeque<>(wanted);
    while (!open.isEmpty()) {
      Integer maker = makers.get(open.pop());
      if (maker != null && !needed.get(maker)) {
        needed.set(maker);
        open.addAll(taken(graph.getNode(maker)));
      }
    }
    if (needed.cardinality() == graph.getNodeCount()) {
      return graph;
    }
    GraphProto.Builder pruned = graph.toBuilder().clearNode();
    needed.stream().forEach(i -> pruned.addNode(graph.getNode(i)));
    return pruned.build();
  }

  /** The names that a node and the graphs inside it mention: those of the graph around count. */
  private static List<String> taken(NodeProto node) {
    List<String> names = new ArrayList<>(node.getInputList());
    for (GraphProto inner : inside(node)) {
      inner.getNodeList().forEach(own -> names.addAll(taken(own)));
      inner.getOutputList().stream().map(ValueInfoProto::getName).forEach(names::add);
    }
    return names;
  }

  /** The graphs inside a node: the branches of an If, the body of a Loop. */
  static List<GraphProto> inside(NodeProto node) {
    List<GraphProto> graphs = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      graphs.addAll(attribute.getGraphsList());
    }
    return graphs;
  }
}

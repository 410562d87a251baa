package io.foolproof.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.foolproof.model.operator.Attributes;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operators;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;

/** Checks how the nodes of a graph hang together, and puts them in order. */
final class OnnxNodes {
  private final List<Node> nodes;
  private final Set<String> given = new HashSet<>();
  private final Map<String, Integer> producer = new HashMap<>();

  private OnnxNodes(GraphProto graph, Set<String> outer) {
    this.nodes = graph.getNodeList().stream().map(OnnxNodes::node).toList();
    given.addAll(outer);
    for (TensorProto initialiser : graph.getInitializerList()) {
      if (initialiser.getName().isEmpty() || !given.add(initialiser.getName())) {
        throw new InvalidInputException(
            "two initial values have the name '" + initialiser.getName() + "', or it is empty");
      }
    }
    Set<String> inputs = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      if (!inputs.add(input.getName())) {
        throw new InvalidInputException("two inputs have the name '" + input.getName() + "'");
      }
    }
    given.addAll(inputs);
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        if (!output.isEmpty() && (given.contains(output) || producer.put(output, i) != null)) {
          throw new InvalidInputException(
              nodes.get(i) + " makes the value '" + output + "', which exists already");
        }
      }
    }
  }

  /**
   * The nodes, each behind those whose values it takes, otherwise in the order of the file.
   *
   * @throws InvalidInputException when a value comes from nowhere, from two places, or from itself
   */
  static List<Node> sorted(GraphProto graph) {
    return sorted(graph, Set.of());
  }

  /** As {@link #sorted(GraphProto)}, of a graph inside another, whose values it may take. */
  static List<Node> sorted(GraphProto graph, Set<String> outer) {
    OnnxNodes nodes = new OnnxNodes(graph, outer);
    nodes.requireSources(graph);
    return nodes.inOrder();
  }

  /** Operators of nodes, and of graphs inside them, that cannot be run, by name. */
  static List<String> unsupported(List<Node> nodes) {
    return nodes.stream()
        .flatMap(OnnxNodes::withInner)
        .map(Node::type)
        .filter(type -> !Operators.supports(type))
        .distinct()
        .sorted()
        .toList();
  }

  /** The values that a graph inside another takes from it, in order of their use. */
  static Set<String> taken(GraphProto inner) {
    Set<String> own = new HashSet<>();
    inner.getInitializerList().forEach(tensor -> own.add(tensor.getName()));
    inner.getNodeList().forEach(node -> own.addAll(node.getOutputList()));
    Set<String> taken = new LinkedHashSet<>();
    inner.getNodeList().forEach(node -> taken.addAll(node(node).inputs()));
    inner.getOutputList().forEach(output -> taken.add(output.getName()));
    taken.removeAll(own);
    taken.remove("");
    return taken;
  }

  /** The graphs inside a node: those that an If chooses from. */
  static List<GraphProto> inside(Node node) {
    return node.type().equals(Operators.IF)
        ? List.of(node.attributes().graph("then_branch"), node.attributes().graph("else_branch"))
        : List.of();
  }

  /** A node, and all nodes of the graphs inside it. */
  static Stream<Node> withInner(Node node) {
    return Stream.concat(
        Stream.of(node),
        inside(node).stream()
            .flatMap(graph -> graph.getNodeList().stream())
            .map(OnnxNodes::node)
            .flatMap(OnnxNodes::withInner));
  }

  static boolean isDefaultDomain(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private static Node node(NodeProto proto) {
    String name =
        !proto.getName().isEmpty() || proto.getOutputCount() == 0
            ? proto.getName()
            : proto.getOutput(0);
    String type =
        isDefaultDomain(proto.getDomain())
            ? proto.getOpType()
            : proto.getDomain() + "." + proto.getOpType();
    try {
      Node own =
          new Node(
              name,
              type,
              proto.getInputList(),
              proto.getOutputList(),
              new Attributes(proto.getAttributeList()));
      Set<String> inputs = new LinkedHashSet<>();
      inside(own).forEach(graph -> inputs.addAll(taken(graph)));
      if (inputs.isEmpty()) {
        return own;
      }
      // What the graphs inside take, the node takes.
      List<String> all = new ArrayList<>(own.inputs());
      all.addAll(inputs);
      return new Node(name, type, all, own.outputs(), own.attributes());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "node '%s' (%s): %s".formatted(name, type, e.getMessage()), e);
    }
  }

  private void requireSources(GraphProto graph) {
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!input.isEmpty() && !isKnown(input)) {
          throw new InvalidInputException(
              node + " takes the value '" + input + "', which nothing makes");
        }
      }
    }
    if (graph.getOutputCount() == 0) {
      throw new InvalidInputException("the graph has no output");
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      if (!isKnown(output.getName())) {
        throw new InvalidInputException(
            "the output '" + output.getName() + "' is a value that nothing makes");
      }
    }
  }

  private boolean isKnown(String value) {
    return given.contains(value) || producer.containsKey(value);
  }

  /** Takes the first node in the file's order whose values are all there, again and again. */
  private List<Node> inOrder() {
    int[] missing = new int[nodes.size()];
    List<List<Integer>> takers = new ArrayList<>();
    nodes.forEach(node -> takers.add(new ArrayList<>()));
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < missing.length; i++) {
      for (String input : nodes.get(i).inputs()) {
        Integer source = producer.get(input);
        if (source != null) {
          missing[i]++;
          takers.get(source).add(i);
        }
      }
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<Node> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      order.add(nodes.get(next));
      for (int taker : takers.get(next)) {
        if (--missing[taker] == 0) {
          ready.add(taker);
        }
      }
    }
    if (order.size() < nodes.size()) {
      throw new InvalidInputException(cycle(missing));
    }
    return List.copyOf(order);
  }

  private String cycle(int[] missing) {
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] > 0) {
        return "the graph has a cycle; " + nodes.get(i) + " is on it or behind it";
      }
    }
    throw new IllegalStateException("no node is left out");
  }
}

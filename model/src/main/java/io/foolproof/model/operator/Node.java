package io.foolproof.model.operator;

import java.util.List;

/**
 * A node of a graph: an operator with the names of the values it takes and makes.
 *
 * @param name for messages: the node's own name, or that of its first output
 * @param type the operator, such as Conv; with its domain in front if that is not ONNX's own
 * @param inputs names of values; an empty name stands for an optional input that is left out
 * @param outputs names of values; an empty name stands for an output nobody wants
 */
public record Node(
    String name, String type, List<String> inputs, List<String> outputs, Attributes attributes) {

  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Whether the output at this index is named, and so wanted. */
  public boolean wants(int output) {
    return output < outputs.size() && !outputs.get(output).isEmpty();
  }

  @Override
  public String toString() {
    return "node '" + name + "' (" + type + ")";
  }
}

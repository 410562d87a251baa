package io.foolproof.model;

import io.foolproof.model.operator.Attributes;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operators;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the batch is in a model's input, and how a graph that was written for one size of it is
 * made to take any.
 */
record OnnxBatch(Kind kind, long size) {
  /** A first dimension of more is no batch that anybody exported. */
  private static final int LARGEST = 4096;

  /** How the batch stands in the input's declared shape. */
  enum Kind {
    /** The first dimension, of any size. */
    DYNAMIC,
    /** The first dimension, of one size, which is changed to any. */
    FIXED,
    /** The first dimension, of one size, with which the graph is run as it is. */
    OWN,
    /** Nowhere: the graph takes one sample. */
    NONE
  }

  static OnnxBatch of(List<OnnxValue.Size> input, @Nullable List<OnnxValue.Size> output) {
    if (input.size() < 2) {
      return new OnnxBatch(Kind.NONE, 1);
    }
    OnnxValue.Size first = input.get(0);
    if (!first.isFixed()) {
      return new OnnxBatch(Kind.DYNAMIC, 1);
    }
    boolean likeOutput =
        first.value() <= LARGEST
            && output != null
            && output.size() >= 2
            && output.get(0).equals(first);
    return first.value() == 1 || likeOutput
        ? new OnnxBatch(Kind.FIXED, first.value())
        : new OnnxBatch(Kind.NONE, 1);
  }

  /** For a graph that is run with batches of the size it was written for, in doubt one. */
  OnnxBatch own() {
    return new OnnxBatch(Kind.OWN, size);
  }

  /** How many samples a run of this many has. */
  long filled(long samples) {
    return kind == Kind.OWN ? size : samples;
  }

  /** What enters a graph of one size: a single sample as often as the graph takes samples. */
  Tensor filled(Tensor entering) {
    if (kind != Kind.OWN || entering.size(0) == size || entering.size(0) != 1) {
      return entering;
    }
    long[] shape = entering.shape();
    shape[0] = size;
    return entering.expand(shape);
  }

  /** A graph that takes batches of any size, where this one took one size; else the same. */
  OnnxProgram adapt(OnnxProgram program, int opset) {
    if (kind != Kind.FIXED) {
      return program;
    }
    List<Tensor> shapes = new ArrayList<>();
    List<OnnxProgram.Step> steps = new ArrayList<>();
    for (OnnxProgram.Step step : program.steps()) {
      switch (step.node().type()) {
        case "Flatten" -> steps.add(flatten(step, opset));
        case "Reshape", "Expand" -> {
          long[] shape = batchShape(program, step);
          if (shape == null) {
            steps.add(step);
          } else {
            steps.add(withShape(step, program.size() + shapes.size(), opset));
            shapes.add(Scope.outlive(Tensor.of(shape, shape.length)));
          }
        }
        default -> steps.add(step);
      }
    }
    return program.with(shapes, steps);
  }

  /** The shape a step asks for, with any batch in front; null where it does not name the batch. */
  private long @Nullable [] batchShape(OnnxProgram program, OnnxProgram.Step step) {
    if (step.inputs().length < 2 || program.constant(step.inputs()[0]) != null) {
      return null;
    }
    Tensor constant = program.constant(step.inputs()[1]);
    if (constant == null || constant.rank() != 1 || constant.elements() < 1) {
      return null;
    }
    long[] shape = constant.toLongs();
    boolean zeroIsASize = step.node().attributes().integer("allowzero", 0) != 0;
    if (shape[0] != size || (zeroIsASize && Arrays.stream(shape).anyMatch(n -> n == 0))) {
      return null;
    }
    // In Reshape 0 stands for the size before; in Expand 1 does.
    shape[0] = step.node().type().equals("Reshape") ? 0 : 1;
    return shape;
  }

  private static OnnxProgram.Step withShape(OnnxProgram.Step step, int slot, int opset) {
    int[] inputs = step.inputs().clone();
    inputs[1] = slot;
    Node plain = withoutAttributes(step.node());
    return new OnnxProgram.Step(
        step.node(), Operators.create(plain, opset), inputs, step.outputs());
  }

  private static Node withoutAttributes(Node node) {
    return new Node(
        node.name(), node.type(), node.inputs(), node.outputs(), new Attributes(List.of()));
  }

  /** Everything in one row is, for a batch of one, every sample in its row. */
  private OnnxProgram.Step flatten(OnnxProgram.Step step, int opset) {
    Node node = step.node();
    if (size != 1 || node.attributes().integer("axis", 1) != 0) {
      return step;
    }
    Node perSample = withoutAttributes(node);
    return new OnnxProgram.Step(
        perSample, Operators.create(perSample, opset), step.inputs(), step.outputs());
  }
}

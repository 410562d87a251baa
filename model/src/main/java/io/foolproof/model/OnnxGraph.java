package io.foolproof.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes a whole ONNX graph, operator by operator: for models that are no stack of layers, which
 * {@link OnnxBuilder} writes. Images enter as [N, C, H, W].
 */
public final class OnnxGraph {
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>(Set.of(OnnxBuilder.INPUT, OnnxBuilder.OUTPUT));
  private final OnnxWriter writer;
  private long weights;

  /**
   * A graph without nodes.
   *
   * @param name of the graph
   * @param shape of one image, [C, H, W]
   */
  public OnnxGraph(String name, long[] shape) {
    graph.setName(name).addInput(OnnxBuilder.value(OnnxBuilder.INPUT, shape));
    writer = new OnnxWriter(OnnxBuilder.OPSET, name, names);
  }

  /** Writes its nodes, and its constants: what is not learned from data. */
  public OnnxWriter writer() {
    return writer;
  }

  /** The images: [N, C, H, W]. */
  public String images() {
    return OnnxBuilder.INPUT;
  }

  /** The images as rows of pixels: [N, C * H * W]. */
  public String pixels() {
    return writer.apply("Flatten", OnnxBuilder.INPUT);
  }

  /** Values that are learned from data. */
  public String weight(float[] values, long... shape) {
    String name = writer.fresh("weight");
    weights += values.length;
    graph.addInitializer(OnnxBuilder.tensor(values, shape).setName(name));
    return name;
  }

  /** How many numbers the weights have. */
  public long weights() {
    return weights;
  }

  /**
   * The file of this graph, which may go on growing.
   *
   * @param logits the value that it puts out: [N, classes]
   */
  public byte[] build(String logits, int classes) {
    GraphProto.Builder whole = graph.build().toBuilder().addAllNode(writer.nodes());
    whole.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .addInput(logits)
            .addOutput(OnnxBuilder.OUTPUT));
    whole.addOutput(OnnxBuilder.value(OnnxBuilder.OUTPUT, classes));
    return OnnxBuilder.file(whole);
  }
}

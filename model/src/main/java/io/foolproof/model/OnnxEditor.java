package io.foolproof.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts layers into a classifier's graph: in front of it, behind its rectifiers, behind its logits.
 * The names of the file's values, its operator set and the type of its input stay as they are.
 *
 * <p>Layers in front see images as everything else here does: [N, C, H, W] with pixels in [0, 1],
 * whatever the file takes; what it takes is undone before them, and done again behind them.
 */
public final class OnnxEditor {
  /** In the metadata of a file that was made by {@link #takingPixels}, what it does first. */
  public static final String DONE_BEFORE = "foolproof.preprocessing";

  private static final int IMAGE_DIMENSIONS = 3;

  private final OnnxModel model;
  private final OnnxSignature signature;
  private final ModelProto.Builder proto;
  private final Set<String> names = new HashSet<>();
  private final List<NodeProto> inFront = new ArrayList<>();

  /** The images behind the layers in front that there are; null as long as there is none. */
  private @Nullable String images;

  private OnnxEditor(OnnxModel model, OnnxSignature signature) {
    this.model = model;
    this.signature = signature;
    try {
      this.proto = ModelProto.parseFrom(model.bytes()).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(model.name() + " was read before", e);
    }
    collectNames(proto.getGraph());
  }

  /**
   * An editor of a classifier of images.
   *
   * @param shape of one image, [C, H, W]; null where the file says it
   * @param preprocessing what is done to images before the file takes them
   * @throws InvalidInputException when the model is no classifier of images
   */
  public static OnnxEditor of(
      OnnxModel model, long @Nullable [] shape, Preprocessing preprocessing) {
    OnnxSignature signature = OnnxSignature.of(model, shape, preprocessing);
    if (signature.adapter().images().length != IMAGE_DIMENSIONS) {
      throw new InvalidInputException(
          "%s: the input %s has no channels, rows and columns: layers are for images; say which shape they have (--shape), such as 1,28,28"
              .formatted(model.name(), model.inputs().get(0)));
    }
    return new OnnxEditor(model, signature);
  }

  /**
   * A classifier with what is done to images before it in its file, which then takes images [N, C,
   * H, W] with pixels in [0, 1] as they are; the model itself where nothing is done.
   *
   * @param shape of one image, [C, H, W]; null where the file says it
   * @param preprocessing what is done to images before the file takes them
   * @throws InvalidInputException when the model is no classifier of images
   */
  public static OnnxModel takingPixels(
      OnnxModel model, long @Nullable [] shape, Preprocessing preprocessing) {
    InputAdapter adapter = OnnxSignature.of(model, shape, preprocessing).adapter();
    if (preprocessing.keepsValues() && !adapter.channelsLast()) {
      return model;
    }
    OnnxEditor editor = of(model, shape, preprocessing);
    if (model.inputs().get(0).onnxType() != TensorProto.DataType.FLOAT_VALUE) {
      throw new InvalidInputException(
          "%s: the input %s: only 32-bit floats can be computed from pixels in front of it"
              .formatted(model.name(), model.inputs().get(0)));
    }
    editor.takeImages();
    editor.images = editor.signature.inputName();
    List<String> done = new ArrayList<>();
    if (!preprocessing.keepsValues()) {
      done.add(adapter.preprocessing().toString());
    }
    if (adapter.channelsLast()) {
      done.add("channels moved behind rows and columns");
    }
    editor.record(DONE_BEFORE, String.join("; ", done));
    return editor.edited();
  }

  private void takeImages() {
    for (ValueInfoProto.Builder input : proto.getGraphBuilder().getInputBuilderList()) {
      if (input.getName().equals(signature.inputName())) {
        TypeProto.Tensor.Builder type = input.getTypeBuilder().getTensorTypeBuilder();
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        sizes.addDim(isBatched() ? type.getShape().getDim(0) : size(1));
        for (long length : shape()) {
          sizes.addDim(size(length));
        }
        type.setShape(sizes);
      }
    }
  }

  private static TensorShapeProto.Dimension size(long length) {
    return TensorShapeProto.Dimension.newBuilder().setDimValue(length).build();
  }

  /** The shape of the images that the file takes, [C, H, W]. */
  public long[] shape() {
    return signature.adapter().images();
  }

  private void collectNames(GraphProto graph) {
    graph.getInputList().forEach(input -> names.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
    for (NodeProto node : graph.getNodeList()) {
      names.add(node.getName());
      names.addAll(node.getOutputList());
      node.getAttributeList().stream()
          .filter(AttributeProto::hasG)
          .forEach(attribute -> collectNames(attribute.getG()));
    }
  }

  /**
   * Puts a layer between the images and the graph, behind those that were put there before.
   *
   * @param prefix what the names of its nodes begin with
   * @param layer writes it, given the images [N, C, H, W] with pixels in [0, 1], and gives what it
   *     makes of them
   */
  public void inFront(String prefix, BiFunction<OnnxWriter, String, String> layer) {
    OnnxWriter writer = writer(prefix);
    images = layer.apply(writer, images == null ? entering(writer) : images);
    inFront.addAll(writer.nodes());
  }

  /**
   * Changes how many channels the file's input has, where a layer in front makes those that the
   * graph takes.
   *
   * @throws InvalidInputException where the input is not [N, C, H, W]
   */
  public void takeChannels(long channels) {
    long[] shape = shape();
    if (shape[0] == channels) {
      return;
    }
    InputAdapter adapter = signature.adapter();
    if (adapter.channelsLast()
        || !Arrays.equals(adapter.model(), shape)
        || signature.batch().kind() == OnnxBatch.Kind.NONE) {
      throw new InvalidInputException(
          "%s: the input %s should be [N, channels, rows, columns]"
              .formatted(model.name(), model.inputs().get(0)));
    }
    for (ValueInfoProto.Builder input : proto.getGraphBuilder().getInputBuilderList()) {
      if (input.getName().equals(signature.inputName())) {
        input
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .getShapeBuilder()
            .getDimBuilder(1)
            .clearDimParam()
            .setDimValue(channels);
      }
    }
  }

  /**
   * Puts a layer behind each operator of a kind.
   *
   * @param operator an ONNX name
   * @param layer writes it, given the values of a node [N, values], and how many a sample has
   * @return how many there are
   */
  public int behindEach(String operator, String prefix, RowsLayer layer) {
    List<NodeProto> found =
        proto.getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals(operator))
            .filter(node -> OnnxNodes.isDefaultDomain(node.getDomain()))
            .toList();
    List<Long> sizes = sizes(found);
    for (int i = 0; i < found.size(); i++) {
      long size = sizes.get(i);
      behind(
          found.get(i).getOutput(0),
          prefix,
          (writer, value) -> {
            String rows = writer.reshape(value, isBatched() ? 0 : 1, -1);
            return writer.shapedLike(layer.write(writer, rows, size), value);
          });
    }
    return found.size();
  }

  /** Writes a layer of rows of values. */
  @FunctionalInterface
  public interface RowsLayer {
    /**
     * Writes the layer.
     *
     * @param rows [N, values]
     * @param size how many values a sample has
     * @return [N, values]
     */
    String write(OnnxWriter writer, String rows, long size);
  }

  /** Puts a layer behind the logits: in front of a softmax where the file ends in one. */
  public void behindLogits(String prefix, BiFunction<OnnxWriter, String, String> layer) {
    behind(signature.scores().logits(), prefix, layer);
  }

  /** How many values of a sample some nodes make, as the engine finds when it runs them. */
  private List<Long> sizes(List<NodeProto> makers) {
    if (makers.isEmpty()) {
      return List.of();
    }
    OnnxClassifier classifier =
        OnnxClassifier.forImages(model, shape(), signature.adapter().preprocessing());
    try (classifier;
        Scope scope = Scope.open()) {
      Tensor black = Tensor.zeros(DType.FLOAT32, classifier.input().batchShape(1));
      return makers.stream()
          .map(maker -> classifier.activation(maker.getOutput(0), black).elements())
          .toList();
    }
  }

  /** The maker of a value calls it otherwise; the layer makes the value of this name from it. */
  private void behind(String value, String prefix, BiFunction<OnnxWriter, String, String> layer) {
    GraphProto.Builder graph = proto.getGraphBuilder();
    OnnxWriter writer = writer(prefix);
    for (int i = 0; i < graph.getNodeCount(); i++) {
      int output = graph.getNode(i).getOutputList().indexOf(value);
      if (output >= 0) {
        String before = writer.fresh("input");
        graph.getNodeBuilder(i).setOutput(output, before);
        writer.call(layer.apply(writer, before), value);
        List<NodeProto> written = writer.nodes();
        for (int k = 0; k < written.size(); k++) {
          graph.addNode(i + 1 + k, written.get(k));
        }
        return;
      }
    }
    throw new InvalidInputException(model.name() + ": no node makes the value '" + value + "'");
  }

  private OnnxWriter writer(String prefix) {
    return new OnnxWriter(model.opset(), prefix, names);
  }

  private boolean isBatched() {
    return signature.batch().kind() != OnnxBatch.Kind.NONE;
  }

  /** What enters the graph as images [N, C, H, W] with pixels in [0, 1]. */
  private String entering(OnnxWriter writer) {
    InputAdapter adapter = signature.adapter();
    String value = signature.inputName();
    if (onnxType() != TensorProto.DataType.FLOAT_VALUE) {
      value = writer.cast(value, TensorProto.DataType.FLOAT_VALUE);
    }
    long[] image = adapter.images();
    if (adapter.channelsLast()) {
      value = reshaped(writer, value, adapter.model(), image[1], image[2], image[0]);
      value = writer.transpose(value, 0, 3, 1, 2);
    } else {
      value = reshaped(writer, value, adapter.model(), image);
    }
    Preprocessing done = adapter.preprocessing();
    if (done.mean().length > 0) {
      value = writer.apply("Mul", value, column(writer, done.std()));
      value = writer.apply("Add", value, column(writer, done.mean()));
    }
    return writer.mul(writer.add(value, -done.low()), 1 / (done.high() - done.low()));
  }

  /** The other way round. */
  private String leaving(OnnxWriter writer, String images) {
    InputAdapter adapter = signature.adapter();
    Preprocessing done = adapter.preprocessing();
    String value = writer.add(writer.mul(images, done.high() - done.low()), done.low());
    if (done.mean().length > 0) {
      value = writer.apply("Sub", value, column(writer, done.mean()));
      value = writer.apply("Div", value, column(writer, done.std()));
    }
    long[] image = adapter.images();
    if (adapter.channelsLast()) {
      value = writer.transpose(value, 0, 2, 3, 1);
      image = new long[] {image[1], image[2], image[0]};
    }
    if (!isBatched() || !Arrays.equals(image, adapter.model())) {
      value = writer.reshape(value, withBatch(adapter.model()));
    }
    if (!signature.declaredType().isFloating()) {
      value = writer.clip(writer.round(value), done.low(), done.high());
    }
    return onnxType() == TensorProto.DataType.FLOAT_VALUE ? value : writer.cast(value, onnxType());
  }

  private String reshaped(OnnxWriter writer, String value, long[] from, long... image) {
    long[] shape = new long[image.length + 1];
    shape[0] = isBatched() ? 0 : 1;
    System.arraycopy(image, 0, shape, 1, image.length);
    return isBatched() && Arrays.equals(from, image) ? value : writer.reshape(value, shape);
  }

  private long[] withBatch(long[] sizes) {
    if (!isBatched()) {
      return sizes;
    }
    long[] shape = new long[sizes.length + 1];
    System.arraycopy(sizes, 0, shape, 1, sizes.length);
    return shape;
  }

  /** Means or deviations as they meet images: one number, one a channel, or one a value. */
  private String column(OnnxWriter writer, float[] values) {
    long[] image = shape();
    return values.length == 1
        ? writer.number(values[0])
        : values.length == image[0]
            ? writer.numbers(values, image[0], 1, 1)
            : writer.numbers(values, image);
  }

  private int onnxType() {
    return model.inputs().get(0).onnxType();
  }

  /** Writes a text into the file's metadata, in place of what a key had before. */
  public void record(String key, String text) {
    for (int i = proto.getMetadataPropsCount() - 1; i >= 0; i--) {
      if (proto.getMetadataProps(i).getKey().equals(key)) {
        proto.removeMetadataProps(i);
      }
    }
    proto.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(text));
  }

  /** The model with the layers that were put into it; to be called once, at the end. */
  public OnnxModel edited() {
    GraphProto.Builder graph = proto.getGraphBuilder();
    if (images != null) {
      OnnxWriter writer = writer("foolproof");
      String entering = leaving(writer, images);
      inFront.addAll(writer.nodes());
      replace(graph, signature.inputName(), entering);
      for (int i = 0; i < inFront.size(); i++) {
        graph.addNode(i, inFront.get(i));
      }
    }
    OnnxModel edited = OnnxModel.of(proto.build().toByteArray(), model.name());
    String output = model.chosenOutput();
    return output == null ? edited : edited.withOutput(output);
  }

  /** Nodes, those of graphs inside them too, take another value in place of one. */
  private static void replace(GraphProto.Builder graph, String value, String by) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(value)) {
          node.setInput(i, by);
        }
      }
      for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
        if (attribute.hasG()) {
          replace(attribute.getGBuilder(), value, by);
        }
      }
    }
  }
}

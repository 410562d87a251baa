package io.foolproof.model;

import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.TensorReader;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a classifier of a graph: its one input, the value that is its logits, and where the
 * batch is.
 *
 * @param declaredType of the graph's input
 * @param output the value the file calls the result
 * @param logits the value before a last softmax, or the result itself
 */
record OnnxSignature(
    String inputName,
    InputSpec input,
    DType declaredType,
    OnnxBatch batch,
    String output,
    String logits) {
  /** An image of 4096 by 4096. */
  private static final double MOST_PIXELS = 1 << 24;

  private static final Set<String> CHANGE_NOTHING = Set.of("Identity", "Dropout");

  static OnnxSignature of(OnnxModel model, double low, double high) {
    return of(model, null, low, high);
  }

  static OnnxSignature of(OnnxModel model, InputSpec given) {
    return of(model, given.shape(), given.low(), given.high());
  }

  /** Sizes that the file leaves open are those of the images; otherwise its own layout counts. */
  static OnnxSignature forImages(OnnxModel model, InputSpec images) {
    return model.leavesSizesOpen() ? of(model, images) : of(model, images.low(), images.high());
  }

  private static OnnxSignature of(
      OnnxModel model, long @Nullable [] given, double low, double high) {
    OnnxValue input = onlyInput(model);
    DType type = TensorReader.dtype(input.onnxType(), model.name() + ": the input " + input);
    if (!type.isFloating()) {
      throw new InvalidInputException(
          "%s: the input %s is not floating-point; take its first conversion out of the graph"
              .formatted(model.name(), input));
    }
    OnnxValue output = onlyOutput(model);
    List<OnnxValue.Size> declared = input.shape();
    if (declared == null) {
      throw new InvalidInputException(
          "%s: the input %s has no shape; export it with one".formatted(model.name(), input));
    }
    OnnxBatch batch = OnnxBatch.of(declared, output.shape());
    int first = batch.kind() == OnnxBatch.Kind.NONE ? 0 : 1;
    long[] shape = sampleShape(model, input, declared.subList(first, declared.size()), given);
    String logits = beforeSoftmax(model, output.name());
    return new OnnxSignature(
        input.name(), new InputSpec(shape, low, high), type, batch, output.name(), logits);
  }

  private static OnnxValue onlyInput(OnnxModel model) {
    List<OnnxValue> inputs = model.inputs();
    if (inputs.size() != 1) {
      throw new InvalidInputException(
          "%s: a classifier has one input, this graph has %d: %s"
              .formatted(model.name(), inputs.size(), inputs));
    }
    return inputs.get(0);
  }

  private static OnnxValue onlyOutput(OnnxModel model) {
    List<OnnxValue> outputs = model.outputs();
    if (outputs.size() != 1) {
      throw new InvalidInputException(
          "%s: a classifier has one output, this graph has %d: %s"
              .formatted(model.name(), outputs.size(), outputs));
    }
    return outputs.get(0);
  }

  private static long[] sampleShape(
      OnnxModel model, OnnxValue input, List<OnnxValue.Size> declared, long @Nullable [] given) {
    if (given != null && given.length != declared.size()) {
      throw misfit(model, input, given);
    }
    long[] shape = new long[declared.size()];
    for (int i = 0; i < shape.length; i++) {
      OnnxValue.Size size = declared.get(i);
      if (!size.isFixed() && given == null) {
        throw new InvalidInputException(
            "%s: the input %s leaves sizes open besides the batch; say which shape the images have"
                .formatted(model.name(), input));
      }
      if (given != null && size.isFixed() && size.value() != given[i]) {
        throw misfit(model, input, given);
      }
      shape[i] = size.isFixed() || given == null ? size.value() : given[i];
    }
    requireSensible(model, input, shape);
    return shape;
  }

  private static void requireSensible(OnnxModel model, OnnxValue input, long[] shape) {
    double pixels = 1;
    for (long size : shape) {
      pixels *= size;
    }
    if (!(pixels >= 1 && pixels <= MOST_PIXELS)) {
      throw new InvalidInputException(
          "%s: the input %s should have from 1 to 2^24 numbers a sample, found %.0f"
              .formatted(model.name(), input, pixels));
    }
  }

  private static InvalidInputException misfit(OnnxModel model, OnnxValue input, long[] given) {
    return new InvalidInputException(
        "%s: the input %s does not take images of the shape %s"
            .formatted(model.name(), input, Arrays.toString(given)));
  }

  /** Goes back over a last softmax, and over steps around it that change nothing. */
  private static String beforeSoftmax(OnnxModel model, String output) {
    Map<String, Node> makers = new HashMap<>();
    for (Node node : model.nodes()) {
      node.outputs().forEach(value -> makers.put(value, node));
    }
    Node maker = makers.get(output);
    while (maker != null && CHANGE_NOTHING.contains(maker.type()) && !maker.inputs().isEmpty()) {
      maker = makers.get(maker.inputs().get(0));
    }
    if (maker == null || !isClassSoftmax(maker, model.opset())) {
      return output;
    }
    return maker.inputs().get(0);
  }

  /** Whether a node turns rows [N, classes] into probabilities, or logarithms of them. */
  private static boolean isClassSoftmax(Node node, int opset) {
    if (!node.type().equals("Softmax") && !node.type().equals("LogSoftmax")) {
      return false;
    }
    long axis = node.attributes().integer("axis", opset < 13 ? 1 : -1);
    return (axis == 1 || axis == -1) && node.inputs().size() == 1;
  }

  boolean strippedSoftmax() {
    return !logits.equals(output);
  }

  /** A 32-bit model runs in the type of the images; any other in its own. */
  DType computationType(DType images) {
    return declaredType == DType.FLOAT32 && images == DType.FLOAT64 ? images : declaredType;
  }

  /** Refuses what is no batch of the images that the model takes. */
  void requireShape(OnnxModel model, Tensor images) {
    input.requireBatch(model.name(), images);
  }

  static String shortName(OnnxModel model) {
    Path file = Path.of(model.name()).getFileName();
    String name = file == null ? model.name() : file.toString();
    return name.endsWith(".onnx") ? name.substring(0, name.length() - ".onnx".length()) : name;
  }
}

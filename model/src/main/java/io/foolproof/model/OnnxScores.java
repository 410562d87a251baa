package io.foolproof.model;

import io.foolproof.model.operator.Node;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which value of a graph says how likely each class is, and how that value becomes a row of logits.
 *
 * @param output the value that is the file's own result
 * @param logits the value before a last softmax or sigmoid, or the result itself
 * @param end what was taken off the end of the graph; empty where nothing was
 * @param shape of the result, as the file declares it; null where it does not
 * @param isChosen whether it was asked for by name
 * @param label what the file says of the class besides; null where it says nothing
 * @param notes what to tell about it
 */
record OnnxScores(
    String output,
    String logits,
    String end,
    @Nullable List<OnnxValue.Size> shape,
    boolean isChosen,
    @Nullable Label label,
    List<String> notes) {
  /**
   * An output that has the class itself, as the file calls it.
   *
   * @param output its name
   * @param classes what the file calls its classes, in the order of the scores
   */
  record Label(OnnxValue output, List<String> classes) {}

  /** Steps after a softmax that change at most the shape of its rows, not their order. */
  private static final Set<String> KEEP_ROWS =
      Set.of("Flatten", "Squeeze", "Reshape", "Identity", "Dropout");

  private static final String CLASSICAL = "ai.onnx.ml.";
  private static final String ZIP_MAP = CLASSICAL + "ZipMap";
  private static final String CLASS_NAMES = "classlabels_strings";
  private static final List<String> CLASS_NUMBERS =
      List.of("classlabels_ints", "classlabels_int64s");
  private static final String SIGMOID = "Sigmoid";

  /** Numbers of ONNX's floating-point types: 32, 16 and 64 bits. */
  private static final Set<Integer> FLOATING = Set.of(1, 10, 11);

  /** Numbers of ONNX's types that a class is given in: 64-bit integers and texts. */
  private static final Set<Integer> LABELS = Set.of(7, 8);

  /**
   * Finds the scores of a classifier.
   *
   * @throws InvalidInputException when no output, or more than one, can be them
   */
  static OnnxScores of(OnnxModel model) {
    Map<String, Node> makers = new HashMap<>();
    for (Node node : model.nodes()) {
      node.outputs().forEach(value -> makers.put(value, node));
    }
    List<String> notes = new ArrayList<>();
    OnnxValue declared = output(model, makers);
    String output = declared.name();
    Node zip = makers.get(output);
    if (zip != null && zip.type().equals(ZIP_MAP)) {
      output = zip.inputs().get(0);
    }
    List<String> classes = classes(model.nodes());
    requireOneScoreEach(model, maker(makers, output), classes);
    noteClasses(classes, notes);
    if (model.outputs().size() > 1) {
      notes.add("The file has several outputs; its scores are '" + output + "'.");
    }
    boolean chosen = model.chosenOutput() != null;
    String before = beforeEnd(makers, output, model.opset());
    if (before == null) {
      return new OnnxScores(
          output, output, "", declared.shape(), chosen, label(model, declared, classes), notes);
    }
    Node end = maker(makers, output);
    String type = end == null ? "" : end.type();
    notes.add(
        "The model ends in a %s, which was removed for the attacks: probabilities saturate and hide gradients. Predictions are the same."
            .formatted(type.equals(SIGMOID) ? "sigmoid" : "softmax"));
    return new OnnxScores(
        output, before, type, declared.shape(), chosen, label(model, declared, classes), notes);
  }

  /** The output of this name, or the only one that can be rows of scores. */
  private static OnnxValue output(OnnxModel model, Map<String, Node> makers) {
    List<OnnxValue> outputs = model.outputs();
    String chosen = model.chosenOutput();
    if (chosen != null) {
      return outputs.stream()
          .filter(output -> output.name().equals(chosen))
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "%s: there is no output '%s'; there are %s"
                          .formatted(model.name(), chosen, outputs)));
    }
    if (outputs.size() == 1) {
      return requireNotLabels(model, outputs.get(0));
    }
    List<OnnxValue> scores =
        outputs.stream().filter(output -> canBeScores(output, makers)).toList();
    if (scores.size() != 1) {
      throw new InvalidInputException(
          "%s: has %d outputs, of which %s can be the scores of classes: %s; name one (--output)"
              .formatted(
                  model.name(),
                  outputs.size(),
                  scores.isEmpty() ? "none" : scores.size() + "",
                  outputs));
    }
    return scores.get(0);
  }

  /** One whole number a sample is its class, not how likely each class is. */
  private static OnnxValue requireNotLabels(OnnxModel model, OnnxValue output) {
    List<OnnxValue.Size> shape = output.shape();
    boolean isOne =
        shape != null
            && shape.stream().skip(1).allMatch(size -> size.isFixed() && size.value() == 1);
    if (output.onnxType() != 0 && !FLOATING.contains(output.onnxType()) && isOne) {
      throw new InvalidInputException(
          "%s: the output %s has the class alone; export the model with the scores of all classes"
              .formatted(model.name(), output));
    }
    return output;
  }

  /** Rows of floating-point numbers, or a map of them; a label is a whole number or a text. */
  private static boolean canBeScores(OnnxValue output, Map<String, Node> makers) {
    Node maker = makers.get(output.name());
    if (maker != null && maker.type().equals(ZIP_MAP)) {
      return true;
    }
    List<OnnxValue.Size> shape = output.shape();
    return FLOATING.contains(output.onnxType()) && (shape == null || isVector(shape));
  }

  /** A size a sample, or a batch of them; sizes of 1 besides do not count. */
  private static boolean isVector(List<OnnxValue.Size> shape) {
    return shape.stream().skip(1).filter(size -> !size.isFixed() || size.value() != 1).count() <= 1;
  }

  /** What the file calls its classes, in the order of the scores; empty where it does not say. */
  private static List<String> classes(List<Node> nodes) {
    for (Node node : nodes) {
      if (node.type().startsWith(CLASSICAL)) {
        for (String name : CLASS_NUMBERS) {
          long[] numbers = node.attributes().integers(name);
          if (numbers != null && numbers.length > 0) {
            return Arrays.stream(numbers).mapToObj(Long::toString).toList();
          }
        }
        List<String> names = node.attributes().texts(CLASS_NAMES);
        if (!names.isEmpty()) {
          return names;
        }
      }
    }
    return List.of();
  }

  /** Columns are counted from 0, whatever the file calls them. */
  private static void noteClasses(List<String> classes, List<String> notes) {
    for (int i = 0; i < classes.size(); i++) {
      if (!classes.get(i).equals(Integer.toString(i))) {
        notes.add(
            "The file calls its classes "
                + classes
                + "; here they are 0 to "
                + (classes.size() - 1)
                + ", in this order.");
        return;
      }
    }
  }

  /** An SVM has a score for each pair of classes, unless it has learnt probabilities. */
  private static void requireOneScoreEach(
      OnnxModel model, @Nullable Node maker, List<String> classes) {
    if (maker == null || !maker.type().equals(CLASSICAL + "SVMClassifier") || classes.size() <= 2) {
      return;
    }
    float[] probabilities = maker.attributes().numbers("prob_a");
    if (probabilities == null || probabilities.length == 0) {
      throw new InvalidInputException(
          "%s: %s gives a score for each pair of its %d classes, not for each class; train and export it with probabilities (probability=True)"
              .formatted(model.name(), maker, classes.size()));
    }
  }

  /** The only other output, where it has one whole number or text a sample. */
  private static @Nullable Label label(OnnxModel model, OnnxValue scores, List<String> classes) {
    List<OnnxValue> others =
        model.outputs().stream()
            .filter(output -> !output.name().equals(scores.name()))
            .filter(output -> LABELS.contains(output.onnxType()))
            .toList();
    boolean isKnown = others.size() == 1 && !classes.isEmpty() && model.chosenOutput() == null;
    return isKnown ? new Label(others.get(0), classes) : null;
  }

  /** The node that makes a value, behind steps that change nothing about the order of scores. */
  private static @Nullable Node maker(Map<String, Node> makers, String value) {
    Node maker = makers.get(value);
    while (maker != null && keepsOrder(maker) && !maker.inputs().isEmpty()) {
      maker = makers.get(maker.inputs().get(0));
    }
    return maker;
  }

  private static boolean keepsOrder(Node node) {
    return KEEP_ROWS.contains(node.type())
        || (node.type().equals("Cast")
            && FLOATING.contains((int) node.attributes().integer("to", 0)));
  }

  /** The value before a last softmax or sigmoid; null where there is none. */
  private static @Nullable String beforeEnd(Map<String, Node> makers, String output, int opset) {
    Node maker = maker(makers, output);
    return maker != null && isOverClasses(maker, opset) ? maker.inputs().get(0) : null;
  }

  /**
   * Whether a node turns scores into probabilities, or logarithms of them, without changing their
   * order: each by itself, or rows [N, classes] as a whole.
   */
  private static boolean isOverClasses(Node node, int opset) {
    if (node.type().equals(SIGMOID)) {
      return true;
    }
    if (!node.type().equals("Softmax") && !node.type().equals("LogSoftmax")) {
      return false;
    }
    long axis = node.attributes().integer("axis", opset < 13 ? 1 : -1);
    return (axis == 1 || axis == -1) && node.inputs().size() == 1;
  }

  /** What is to be told where the graph is run as it is, with its end. */
  List<String> labelNotes() {
    return isStripped() ? notes.subList(0, notes.size() - 1) : notes;
  }

  /**
   * The scores of a sample from the file's own result; of one number as {@link #rows}, where it is
   * a probability with that of the other class.
   */
  float[] ofRuntime(float[] result) {
    if (result.length != 1) {
      return result;
    }
    float one = result[0];
    return end.equals(SIGMOID) ? new float[] {1 - one, one} : new float[] {-0.5f * one, 0.5f * one};
  }

  /** With the logits as the result that is asked for. */
  OnnxScores ofLogits() {
    return new OnnxScores(logits, logits, "", null, isChosen, null, labelNotes());
  }

  boolean isStripped() {
    return !end.isEmpty();
  }

  /**
   * Rows of logits from the value of some samples. One number a sample is the logit of the second
   * of two classes, of which the first then has the same with the other sign; halved, since only
   * differences count.
   *
   * @param value what the graph computes of {@code samples} samples
   * @return [samples, classes]; null where it is no vector a sample
   */
  static @Nullable Tensor rows(Tensor value, long samples) {
    long[] shape = value.shape();
    boolean batched = shape.length > 0 && shape[0] == samples;
    if (!batched && samples != 1) {
      return null;
    }
    long[] sizes = batched ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
    if (Arrays.stream(sizes).filter(size -> size != 1).count() > 1) {
      return null;
    }
    Tensor rows = value.rank() == 2 && batched ? value : value.reshape(samples, -1);
    if (rows.size(1) != 1) {
      return rows;
    }
    return rows.mul(Tensor.of(new float[] {-0.5f, 0.5f}, 1, 2).to(rows.dtype()));
  }
}

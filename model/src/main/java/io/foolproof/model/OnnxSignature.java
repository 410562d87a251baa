package io.foolproof.model;

import io.foolproof.model.operator.TensorReader;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a classifier of a graph: its one input and what images become before they enter it,
 * the value that is its logits, and where the batch is.
 *
 * @param input the shape of the images, with pixels in [0, 1]
 * @param adapter from images to the graph's input
 * @param declaredType of the graph's input
 * @param scores which value the logits are
 */
record OnnxSignature(
    String inputName,
    InputSpec input,
    InputAdapter adapter,
    DType declaredType,
    OnnxBatch batch,
    OnnxScores scores) {
  /** An image of 4096 by 4096. */
  private static final double MOST_PIXELS = 1 << 24;

  /**
   * The signature of a classifier of images.
   *
   * @param images the shape of one image; null where none is known: the file's own sizes count
   */
  static OnnxSignature of(OnnxModel model, long @Nullable [] images, Preprocessing preprocessing) {
    OnnxValue input = onlyInput(model);
    DType type = TensorReader.dtype(input.onnxType(), model.name() + ": the input " + input);
    if (type == DType.BOOL) {
      throw new InvalidInputException(
          "%s: the input %s takes truth values, which no small change reaches"
              .formatted(model.name(), input));
    }
    List<OnnxValue.Size> declared = input.shape();
    if (declared == null) {
      throw new InvalidInputException(
          "%s: the input %s has no shape; export it with one".formatted(model.name(), input));
    }
    OnnxScores scores = OnnxScores.of(model);
    OnnxBatch batch = OnnxBatch.of(declared, scores.shape());
    int first = batch.kind() == OnnxBatch.Kind.NONE ? 0 : 1;
    long[] sizes =
        declared.subList(first, declared.size()).stream()
            .mapToLong(size -> size.isFixed() ? size.value() : -1)
            .toArray();
    InputAdapter adapter = adapter(model, input, images, sizes, inTheTypeOf(type, preprocessing));
    requireSensible(model, input, adapter.model());
    return new OnnxSignature(
        input.name(), InputSpec.unit(adapter.images()), adapter, type, batch, scores);
  }

  /** Whole numbers are levels, unless something else is said. */
  private static Preprocessing inTheTypeOf(DType type, Preprocessing preprocessing) {
    if (type.isFloating() || !preprocessing.keepsValues()) {
      return preprocessing;
    }
    Preprocessing levels =
        type == DType.INT8 ? Preprocessing.box(-128, 127) : Preprocessing.box(0, 255);
    return levels.in(preprocessing.layout());
  }

  private static InputAdapter adapter(
      OnnxModel model,
      OnnxValue input,
      long @Nullable [] images,
      long[] sizes,
      Preprocessing preprocessing) {
    if (images != null) {
      return InputAdapter.of(preprocessing, images, sizes, shortName(model));
    }
    if (Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      throw new InvalidInputException(
          "%s: the input %s leaves sizes open besides the batch; say which shape the images have"
              .formatted(model.name(), input));
    }
    requireSensible(model, input, sizes);
    return InputAdapter.of(preprocessing, sizes, shortName(model));
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

  /** The same for a graph that is run with the batch that it was written for. */
  OnnxSignature withOwnBatch() {
    return new OnnxSignature(inputName, input, adapter, declaredType, batch.own(), scores);
  }

  /** The type in which a program of the graph runs as it is read. */
  DType programType() {
    return declaredType == DType.FLOAT64 ? declaredType : DType.FLOAT32;
  }

  /** A 32-bit model runs in the type of the images, a 16-bit one with 32 bits. */
  DType computationType(DType images) {
    return switch (declaredType) {
      case FLOAT64 -> DType.FLOAT64;
      case FLOAT32 -> images == DType.FLOAT64 ? images : DType.FLOAT32;
      default -> DType.FLOAT32;
    };
  }

  /**
   * What enters the graph, in the type of the computation. Where the graph takes whole numbers
   * these are floating-point numbers that are whole, and gradients pass as if nothing had been
   * rounded.
   *
   * @param images [N, shape of an image...]
   */
  Tensor entering(Tensor images) {
    DType type = computationType(images.dtype());
    Tensor values = adapter.apply(images.dtype() == type ? images : images.to(type));
    return declaredType.isFloating() ? values : roundedStraightThrough(values);
  }

  private static Tensor roundedStraightThrough(Tensor values) {
    // The difference is zero, so that the value is whole.
    return values.detach().round().add(values.sub(values.detach()));
  }

  /** What to tell about the way from images to the graph and from there to logits. */
  List<String> notes() {
    List<String> notes = new ArrayList<>(scores.notes());
    notes.addAll(precisionNotes());
    if (declaredType == DType.FLOAT16) {
      notes.add(
          "The model takes 16-bit floating-point numbers. It was attacked with 32 bits; each"
              + " adversarial image was replayed in ONNX Runtime as the file is.");
    }
    if (batch.kind() == OnnxBatch.Kind.OWN) {
      notes.add(
          "The graph gives other results in batches of another size than it was written for, and"
              + " was run with batches of "
              + batch.size()
              + ".");
    }
    if (!declaredType.isFloating()) {
      notes.add(
          "The model takes whole numbers of type "
              + declaredType
              + ": pixels were rounded to them, and gradients pass as if they had not been.");
    }
    return notes;
  }

  /** What to tell about the precision of what enters the graph, in whichever runtime. */
  List<String> precisionNotes() {
    return declaredType == DType.FLOAT64
        ? List.of(
            "The model takes 64-bit floating-point numbers. What enters it are 32-bit numbers: data"
                + " of higher precision are rounded to the nearest.")
        : List.of();
  }

  /** What tells this use of the file from others; empty where nothing is done to images. */
  String preprocessing() {
    String text = adapter.text();
    String output = scores.isChosen() ? "output '" + scores.output() + "'" : "";
    return text.isEmpty() || output.isEmpty() ? text + output : text + ", " + output;
  }

  InvalidInputException notRows(OnnxModel model, long samples, Tensor found) {
    return new InvalidInputException(
        "%s: the output '%s' should have the shape [N, classes], but %s %s"
            .formatted(
                model.name(),
                scores.output(),
                samples == 1 ? "one image gives" : samples + " images give",
                found));
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

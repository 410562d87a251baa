package io.foolproof.model;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A classifier from an ONNX file, run by the numeric engine, so that it has gradients.
 *
 * <p>Batches are cut and padded to runs of one or two sizes ({@link RunSizes}), and so a sample's
 * logits and gradients are the same to the last bit whatever the batch. A softmax at the end is
 * taken off, since probabilities saturate and hide gradients. A graph written for one batch size is
 * made to take any, and held against the original when it is loaded.
 *
 * <p>Images of type {@link DType#FLOAT64} run a 32-bit model in double precision.
 */
public final class OnnxClassifier implements DifferentiableClassifier {
  private static final String SOFTMAX_REMOVED =
      "The model ends in a softmax, which was removed for the attacks: probabilities saturate and"
          + " hide gradients. Predictions are the same.";

  private final OnnxModel model;
  private final OnnxSignature signature;
  private final int classes;

  /** How many samples a run has. */
  private final RunSizes runs;

  /** All steps up to the logits; what initial values are not concerned with is computed. */
  private final OnnxProgram trainable;

  /** As above, with everything computed that does not depend on the images. */
  private final OnnxProgram frozen;

  /** The same classifier with other backward passes, where these were asked for. */
  private final Map<StraightThrough, OnnxClassifier> passing = new ConcurrentHashMap<>();

  private OnnxClassifier(OnnxModel model, OnnxProgram whole, OnnxSignature signature) {
    this.model = model;
    this.signature = signature;
    List<String> logits = List.of(signature.logits());
    OnnxProgram original = whole.upTo(logits).folded(tensor -> false);
    this.trainable =
        signature
            .batch()
            .adapt(whole.upTo(logits).folded(t -> t.dtype().isFloating()), model.opset());
    this.frozen = LateRectifiers.in(signature.batch().adapt(original, model.opset()), logits);
    this.classes = OnnxProbe.classes(this, original);
    this.runs = OnnxProbe.runs(this);
  }

  private OnnxClassifier(OnnxClassifier forward, OnnxProgram frozen) {
    this.model = forward.model;
    this.signature = forward.signature;
    this.classes = forward.classes;
    this.trainable = forward.trainable;
    this.frozen = frozen;
    this.runs = OnnxProbe.runs(this);
  }

  /**
   * A classifier of images with pixels in [0, 1].
   *
   * @throws InvalidInputException when the file is no sound ONNX model, cannot be run, or is no
   *     classifier
   */
  public static OnnxClassifier load(Path file) {
    return load(file, 0, 1);
  }

  /** As {@link #load(Path)}, of images with pixels in [low, high]. */
  public static OnnxClassifier load(Path file, double low, double high) {
    return of(OnnxModel.read(file), low, high);
  }

  /** As {@link #load(Path)}, of images of this shape and box; for files that leave sizes open. */
  public static OnnxClassifier load(Path file, InputSpec input) {
    return of(OnnxModel.read(file), input);
  }

  /** A classifier from a model that was read already. */
  public static OnnxClassifier of(OnnxModel model, double low, double high) {
    return new OnnxClassifier(model, OnnxProgram.of(model), OnnxSignature.of(model, low, high));
  }

  /** As {@link #of(OnnxModel, double, double)}, of images of this shape and box. */
  public static OnnxClassifier of(OnnxModel model, InputSpec input) {
    return new OnnxClassifier(model, OnnxProgram.of(model), OnnxSignature.of(model, input));
  }

  /**
   * A classifier for images of this shape and box. Sizes that the file leaves open are those of the
   * images; otherwise the file's own layout counts, such as a flat row of pixels.
   *
   * @throws InvalidInputException when the model does not take such images, or cannot be run
   */
  public static OnnxClassifier forImages(OnnxModel model, InputSpec images) {
    OnnxSignature signature = OnnxSignature.forImages(model, images);
    return new OnnxClassifier(model, OnnxProgram.of(model), signature);
  }

  @Override
  public Origin origin() {
    return new Origin(
        name(), model.sha256(), strippedSoftmax() ? List.of(SOFTMAX_REMOVED) : List.of());
  }

  @Override
  public String name() {
    return OnnxSignature.shortName(model);
  }

  /** What the file holds. */
  public OnnxModel model() {
    return model;
  }

  @Override
  public InputSpec input() {
    return signature.input();
  }

  OnnxSignature signature() {
    return signature;
  }

  @Override
  public int classes() {
    return classes;
  }

  /** Whether the file's last step is a softmax, which {@link #logits} leaves out. */
  public boolean strippedSoftmax() {
    return signature.strippedSoftmax();
  }

  @Override
  public int microBatch() {
    return Math.max(Workers.MICRO_BATCH, runs.largest());
  }

  @Override
  public int batchStep() {
    return runs.usual();
  }

  @Override
  public Tensor logits(Tensor images) {
    return logits(images, images.dtype() == DType.FLOAT32 ? runs : runs.narrow());
  }

  /** As {@link #logits(Tensor)}, in runs of these sizes. */
  Tensor logits(Tensor images, RunSizes sizes) {
    return evaluate(frozen, signature.logits(), images, Map.of(), sizes);
  }

  /** Whether the same image may have other logits the next time. */
  boolean drawsAtRandom() {
    return frozen.drawsAtRandom();
  }

  /** How many values are made on the way from some images to their logits. */
  long valuesMade(Tensor images) {
    Tensor typed = images.to(signature.computationType(images.dtype()));
    return frozen.valuesMade(Map.of(signature.inputName(), typed));
  }

  /**
   * The same classifier, whose steps that are flat almost everywhere, such as rounding, pass
   * gradients on in a way of their own: {@link StraightThrough}.
   *
   * @throws InvalidInputException when the graph has no such step
   */
  public OnnxClassifier with(StraightThrough backward) {
    return passing.computeIfAbsent(backward, this::passing);
  }

  private OnnxClassifier passing(StraightThrough backward) {
    OnnxProgram changed = frozen.withSteps(backward.over(frozen.steps()));
    if (changed.steps().equals(frozen.steps())) {
      throw new InvalidInputException(
          name()
              + " has no step without a gradient ("
              + String.join(", ", StraightThrough.FLAT)
              + " or a Cast to integers and back), so that there is no other backward pass to"
              + " choose");
    }
    return new OnnxClassifier(this, changed);
  }

  /**
   * The floating-point initial values that take part in the logits, by name: weights, and constants
   * such as a normalisation's. They never require gradients.
   */
  public Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (String name : trainable.constantsTaken()) {
      Tensor tensor = model.initialisers().get(name);
      if (tensor != null && tensor.dtype().isFloating()) {
        parameters.put(name, tensor);
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * The logits under other initial values, which may be variables: how a model is trained. The
   * whole batch is one run, and the last bits of a sample's logits depend on it.
   *
   * @param images [N, shape of {@link #input}...]
   * @param parameters by name, shaped as in {@link #parameters}; those left out are the file's
   * @return [N, classes]
   */
  public Tensor logits(Tensor images, Map<String, Tensor> parameters) {
    Map<String, Tensor> known = model.initialisers();
    parameters.forEach(
        (name, value) -> {
          Tensor old = known.get(name);
          if (old == null || !Arrays.equals(old.shape(), value.shape())) {
            throw new InvalidInputException(
                "%s: parameter '%s' is %s, found %s"
                    .formatted(model.name(), name, old == null ? "unknown" : old, value));
          }
        });
    return evaluate(trainable, signature.logits(), images, parameters, runs);
  }

  /** The names of the values that the graph computes, in order, for {@link #activation}. */
  public List<String> valueNames() {
    return model.nodes().stream()
        .flatMap(node -> node.outputs().stream())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /**
   * Any value inside the graph, for a batch of images.
   *
   * @param valueName one of {@link #valueNames}
   * @return as the graph has it, which for most values is [N, ...]
   * @throws InvalidInputException when there is no such value
   */
  public Tensor activation(String valueName, Tensor images) {
    OnnxProgram whole = OnnxProgram.of(model).upTo(List.of(valueName));
    OnnxProgram adapted = signature.batch().adapt(whole.folded(t -> false), model.opset());
    return evaluate(adapted, valueName, images, Map.of(), runs.narrow());
  }

  private Tensor evaluate(
      OnnxProgram program,
      String wanted,
      Tensor images,
      Map<String, Tensor> parameters,
      RunSizes sizes) {
    signature.requireShape(model, images);
    try (Scope scope = Scope.open()) {
      DType type = signature.computationType(images.dtype());
      OnnxProgram typed = type == signature.declaredType() ? program : program.as(type);
      Tensor converted = images.dtype() == type ? images : images.to(type);
      Tensor result;
      if (signature.batch().kind() == OnnxBatch.Kind.NONE) {
        result = oneByOne(typed, wanted, converted, parameters);
      } else if (parameters.isEmpty()) {
        result = batched(typed, wanted, converted, sizes);
      } else {
        result = run(typed, wanted, converted, parameters);
      }
      boolean back = result.dtype().isFloating() && result.dtype() != images.dtype();
      return scope.keep(back ? result.to(images.dtype()) : result);
    }
  }

  /**
   * In runs of one or two sizes: by the size of a batch the engine picks its kernels, which round
   * differently.
   */
  private Tensor batched(OnnxProgram program, String wanted, Tensor images, RunSizes sizes) {
    int most = sizes.largest();
    boolean isOneRun = images.size(0) <= most;
    List<Tensor> parts = isOneRun ? List.of(images) : images.split(most);
    List<Tensor> results = new ArrayList<>();
    for (Tensor some : parts) {
      int size = some.size(0) <= sizes.usual() ? sizes.usual() : most;
      Tensor result = run(program, wanted, padded(some, size), Map.of());
      if (result.rank() == 0 || result.size(0) != size) {
        // Not a value per sample, so that its parts could not be joined.
        return run(program, wanted, images, Map.of());
      }
      results.add(some.size(0) == size ? result : result.rows(0, some.size(0)));
    }
    return isOneRun ? results.get(0) : Tensor.concat(results, 0);
  }

  private static Tensor padded(Tensor images, int size) {
    long[] amounts = new long[2 * images.rank()];
    amounts[amounts.length - 1] = size - images.size(0);
    return images.size(0) == size ? images : Nn.pad(images, amounts, Nn.PadMode.CONSTANT, 0);
  }

  /** For graphs without a batch: their one sample, again and again. */
  private Tensor oneByOne(
      OnnxProgram program, String wanted, Tensor images, Map<String, Tensor> parameters) {
    List<Tensor> results = new ArrayList<>();
    for (long i = 0; i < images.size(0); i++) {
      Tensor sample = images.rows(i, i + 1).squeeze(0);
      Tensor result = run(program, wanted, sample, parameters);
      boolean isRow = wanted.equals(signature.logits()) && result.rank() == 2;
      results.add(isRow && result.size(0) == 1 ? result.squeeze(0) : result);
    }
    return results.isEmpty() ? Tensor.zeros(images.dtype(), 0, classes) : Tensor.stack(results, 0);
  }

  private Tensor run(
      OnnxProgram program, String wanted, Tensor images, Map<String, Tensor> parameters) {
    Map<String, Tensor> given = new HashMap<>(parameters);
    given.put(signature.inputName(), images);
    return program.run(given, List.of(wanted), OnnxProgram.MOST_ELEMENTS_OF_A_RUN).get(0);
  }
}

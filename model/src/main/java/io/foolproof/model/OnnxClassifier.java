package io.foolproof.model;

import io.foolproof.model.operator.Drawing;
import io.foolproof.model.operator.Operators;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A classifier from an ONNX file, run by the numeric engine, so that it has gradients.
 *
 * <p>Batches are cut and padded to runs of one or two sizes ({@link RunSizes}), and so a sample's
 * logits and gradients are the same to the last bit whatever the batch. A softmax or sigmoid at the
 * end is taken off, since probabilities saturate and hide gradients. A graph written for one batch
 * size is made to take any, and held against the original when it is loaded; where that cannot be
 * done it runs with the size it was written for.
 *
 * <p>Images have pixels in [0, 1] and the shape [C, H, W]; {@link Preprocessing} says what is done
 * to them before they enter the graph.
 *
 * <p>Images of type {@link DType#FLOAT64} run a 32-bit model in double precision.
 */
public final class OnnxClassifier implements DifferentiableClassifier {
  private static final String QUANTISED =
      "The model computes with quantised integers. Predictions are those of the integers; gradients"
          + " pass as if nothing were rounded (straight-through), and are zero where a value"
          + " saturates.";

  private final OnnxModel model;
  private final OnnxSignature signature;
  private final OnnxRunner runner;
  private final OnnxProbe.Answered answered;

  /** How many samples a run has. */
  private final RunSizes runs;

  /** All steps up to the logits; what initial values are not concerned with is computed. */
  private final OnnxProgram trainable;

  /** As above, with everything computed that does not depend on the images. */
  private final OnnxProgram frozen;

  /** Which initial values are weights. */
  private final OnnxWeights weights;

  /** Whether some steps draw random numbers. */
  private final boolean random;

  /** Where these come from; null where they are drawn anew at every call. */
  private final @Nullable RandomStream stream;

  /** The same classifier with other backward passes, where these were asked for. */
  private final Map<StraightThrough, OnnxClassifier> passing;

  private OnnxClassifier(OnnxModel model, OnnxProgram whole, OnnxSignature signature) {
    this.model = model;
    this.signature = signature;
    this.runner = new OnnxRunner(model, signature);
    List<String> logits = List.of(signature.scores().logits());
    OnnxProgram original = whole.upTo(logits).folded(tensor -> false);
    this.trainable =
        signature
            .batch()
            .adapt(whole.upTo(logits).folded(t -> t.dtype().isFloating()), model.opset());
    this.frozen = LateRectifiers.in(signature.batch().adapt(original, model.opset()), logits);
    this.weights = new OnnxWeights(model.nodes(), model.initialisers().keySet());
    this.random = frozen.drawsAtRandom();
    this.stream = null;
    this.passing = new ConcurrentHashMap<>();
    this.answered = OnnxProbe.answers(this, original);
    this.runs = OnnxProbe.runs(this);
  }

  private OnnxClassifier(OnnxClassifier forward, OnnxProgram trainable, OnnxProgram frozen) {
    this.model = forward.model;
    this.signature = forward.signature;
    this.runner = forward.runner;
    this.answered = forward.answered;
    this.weights = forward.weights;
    this.trainable = trainable;
    this.frozen = frozen;
    this.random = forward.random;
    this.stream = null;
    this.passing = new ConcurrentHashMap<>();
    this.runs = OnnxProbe.runs(this);
  }

  private OnnxClassifier(OnnxClassifier other, RandomStream stream) {
    this.model = other.model;
    this.signature = other.signature;
    this.runner = other.runner;
    this.answered = other.answered;
    this.weights = other.weights;
    this.trainable = other.trainable;
    this.frozen = other.frozen;
    this.random = other.random;
    this.stream = stream;
    this.passing = other.passing;
    this.runs = other.runs;
  }

  /**
   * A classifier of images with pixels in [0, 1].
   *
   * @throws InvalidInputException when the file is no sound ONNX model, cannot be run, or is no
   *     classifier
   */
  public static OnnxClassifier load(Path file) {
    return load(file, Preprocessing.NONE);
  }

  /** As {@link #load(Path)}, of images that are preprocessed first. */
  public static OnnxClassifier load(Path file, Preprocessing preprocessing) {
    return of(OnnxModel.read(file), preprocessing);
  }

  /** A classifier from a model that was read already. */
  public static OnnxClassifier of(OnnxModel model) {
    return of(model, Preprocessing.NONE);
  }

  /** As {@link #of(OnnxModel)}, of images that are preprocessed first. */
  public static OnnxClassifier of(OnnxModel model, Preprocessing preprocessing) {
    return loaded(model, OnnxSignature.of(model, null, preprocessing));
  }

  /**
   * A classifier for images of this shape. Sizes that the file leaves open are those of the images;
   * a model that takes rows of pixels, or channels last, is given them so.
   *
   * @param shape of one image, [C, H, W]
   * @throws InvalidInputException when the model does not take such images, or cannot be run
   */
  public static OnnxClassifier forImages(
      OnnxModel model, long[] shape, Preprocessing preprocessing) {
    return loaded(model, OnnxSignature.of(model, shape, preprocessing));
  }

  /** The same model for images of this shape; itself where these are its images already. */
  public OnnxClassifier forImages(long[] shape) {
    return Arrays.equals(shape, input().shape())
        ? this
        : forImages(model, shape, signature.adapter().preprocessing());
  }

  /** What cannot be run here, but in ONNX Runtime, is offered what needs no more than that. */
  private static OnnxClassifier loaded(OnnxModel model, OnnxSignature signature) {
    try {
      return inAnyBatch(model, signature);
    } catch (OnnxProgram.NotRunnable e) {
      if (!OnnxRuntimeClassifier.takes(model, signature)) {
        throw e;
      }
      throw new InvalidInputException(
          e.getMessage() + "; it can be audited without gradients: --attacks black-box", e);
    }
  }

  /** A graph that gives other logits in a batch of another size runs with the size of its own. */
  private static OnnxClassifier inAnyBatch(OnnxModel model, OnnxSignature signature) {
    OnnxProgram whole = OnnxProgram.of(model, signature.scores().output()).withoutHalves();
    try {
      return new OnnxClassifier(model, whole, signature);
    } catch (InvalidInputException e) {
      OnnxBatch.Kind kind = signature.batch().kind();
      boolean isMixing = kind == OnnxBatch.Kind.DYNAMIC && e instanceof OnnxProbe.DependentSamples;
      if (kind == OnnxBatch.Kind.NONE || isMixing) {
        throw e;
      }
      try {
        return new OnnxClassifier(model, whole, signature.withOwnBatch());
      } catch (InvalidInputException second) {
        e.addSuppressed(second);
        throw e;
      }
    }
  }

  @Override
  public Origin origin() {
    return new Origin(name(), model.sha256(), signature.preprocessing(), notes());
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>(signature.notes());
    if (answered.oneNumber()) {
      notes.add(
          "The model gives one number an image, which was taken as the logit of class 1 against"
              + " class 0.");
    }
    if (frozen.has(Operators::quantises)) {
      notes.add(QUANTISED);
    }
    return notes;
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

  /** Whether the pixels of an image enter the graph as they are, and in their order. */
  public boolean takesPixelsInOrder() {
    InputAdapter adapter = signature.adapter();
    return adapter.preprocessing().keepsValues() && !adapter.channelsLast();
  }

  @Override
  public int classes() {
    return answered.classes();
  }

  /** Whether the file's last step is a softmax or sigmoid, which {@link #logits} leaves out. */
  public boolean strippedSoftmax() {
    return signature.scores().isStripped();
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
    return runner.logits(frozen, images, Map.of(), sizes, this::rows);
  }

  @Override
  public boolean drawsAtRandom() {
    return random;
  }

  @Override
  public OnnxClassifier drawing(RandomStream from) {
    return random ? new OnnxClassifier(this, from) : this;
  }

  /** Whether another classifier is the same, wherever both draw their random numbers from. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OnnxClassifier that && frozen == that.frozen;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(frozen);
  }

  /** Whether an image's logits depend on the images in the same run. */
  boolean mixesSamples() {
    return frozen.has(Operators::mixesSamples);
  }

  /** What the way from some images to their logits takes. */
  OnnxProgram.Cost cost(Tensor images) {
    Tensor given = signature.batch().filled(signature.entering(images));
    return frozen.cost(Map.of(signature.inputName(), given));
  }

  /**
   * The same classifier, whose steps that are flat almost everywhere, such as rounding, pass
   * gradients on in a way of their own: {@link StraightThrough}.
   *
   * @throws InvalidInputException when the graph has no such step
   */
  public OnnxClassifier with(StraightThrough backward) {
    OnnxClassifier other = passing.computeIfAbsent(backward, this::passing);
    return stream == null ? other : other.drawing(stream);
  }

  private OnnxClassifier passing(StraightThrough backward) {
    if (!hides(backward)) {
      throw new InvalidInputException(
          name()
              + " has no step without a gradient ("
              + String.join(", ", StraightThrough.FLAT)
              + " or a Cast to integers and back), and no step in front of its weights that"
              + " saturates ("
              + String.join(", ", StraightThrough.SATURATING)
              + "), so that there is no other backward pass to choose");
    }
    return new OnnxClassifier(this, with(backward, trainable), with(backward, frozen));
  }

  private OnnxProgram with(StraightThrough backward, OnnxProgram program) {
    return program.withSteps(backward.over(program.steps(), weights.valuesInFront()));
  }

  /**
   * Whether steps of the graph pass no gradient, or none where they saturate, which another
   * backward pass would.
   */
  public boolean hides(StraightThrough backward) {
    return !with(backward, frozen).steps().equals(frozen.steps());
  }

  /**
   * The weights, by name: floating-point initial values that layers learn. Constants, such as those
   * of a normalisation, are not among them; {@link OnnxWeights} says how they are told apart. They
   * never require gradients.
   */
  public Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (String name : trainable.constantsTaken()) {
      Tensor tensor = model.initialisers().get(name);
      if (tensor != null && tensor.dtype().isFloating() && weights.contains(name)) {
        parameters.put(name, tensor);
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * The same classifier with other weights, to be attacked as any other: nothing is opened again.
   * It holds the tensors that it was given, and lives as long as they do. As in {@link
   * #logits(Tensor, Map)}, a batch is one run.
   *
   * @param parameters by name, shaped as in {@link #parameters}; those left out are the file's
   */
  public DifferentiableClassifier under(Map<String, Tensor> parameters) {
    return new Reweighted(this, parameters);
  }

  private record Reweighted(OnnxClassifier model, Map<String, Tensor> parameters)
      implements ForwardingClassifier, DifferentiableClassifier {
    @Override
    public Tensor logits(Tensor images) {
      return model.logits(images, parameters);
    }

    @Override
    public Classifier drawing(RandomStream from) {
      return model.random ? new Reweighted(model.drawing(from), parameters) : this;
    }
  }

  /**
   * The logits under other weights, which may be variables: how a model is trained. The whole batch
   * is one run, and the last bits of a sample's logits depend on it.
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
    return runner.logits(trainable, images, parameters, runs, this::rows);
  }

  /** The names of the values that the graph computes, in order, for {@link #activation}. */
  public List<String> valueNames() {
    return model.valueNames();
  }

  /**
   * Any value inside the graph, for a batch of images.
   *
   * @param valueName one of {@link #valueNames}
   * @return as the graph has it, which for most values is [N, ...]
   * @throws InvalidInputException when there is no such value
   */
  public Tensor activation(String valueName, Tensor images) {
    OnnxProgram whole = OnnxProgram.of(model, valueName).withoutHalves();
    OnnxProgram adapted = signature.batch().adapt(whole.folded(t -> false), model.opset());
    return runner.value(adapted, valueName, images, runs.narrow(), this::rows);
  }

  /** Random numbers for each of some rows; none where none are drawn. */
  private List<RandomStream> rows(long count) {
    if (!random) {
      return List.of();
    }
    RandomStream source = stream == null ? Drawing.fresh() : stream;
    return Stream.generate(source::spawn).limit(count).toList();
  }
}

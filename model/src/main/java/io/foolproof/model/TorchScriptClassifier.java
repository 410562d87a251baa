package io.foolproof.model;

import io.foolproof.model.operator.SizeLimits;
import io.foolproof.model.operator.UnsafeModelException;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.ScriptModule;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A classifier from a TorchScript file, run by the numeric engine, with gradients.
 *
 * <p>The file does not say which images it takes, so they are asked for: given as they are, or,
 * where the module refuses that, as rows of pixels. Images run in batches of one size, so that a
 * sample's logits are the same to the last bit whatever the batch; the size is the largest, of a
 * few, at which they are. Where the module ends in a softmax, the logarithms of its probabilities
 * are the logits. It computes in 32 bits.
 *
 * <p>No second runtime takes such files: adversarial examples are replayed by the module itself,
 * and by an ONNX file of the same network where there is one.
 */
public final class TorchScriptClassifier implements DifferentiableClassifier {
  private static final double TOLERANCE = 1e-4;

  /** How far log-probabilities of two runtimes may be apart. */
  private static final double TWIN_TOLERANCE = 1e-2;

  /** Smallest probability whose logarithm is taken: the smallest normal number of 32 bits. */
  private static final double LEAST = Float.MIN_NORMAL;

  private static final String ALONE =
      "This model is TorchScript, which no second runtime takes, so that none replayed its"
          + " adversarial examples: each was replayed alone, by the model itself. With an ONNX file"
          + " of the same network, --replay has them replayed by ONNX Runtime.";

  private static final String SOFTMAX =
      "The model gives probabilities; their logarithms are taken as logits. Where probabilities are"
          + " 0 or 1 in 32 bits, gradients vanish: save the model without its softmax.";

  private final TorchScriptFile file;
  private final ScriptModule module;
  private final InputAdapter adapter;

  /** How many images a run has. */
  private final int run;

  private final int classes;
  private final boolean probabilities;
  private final @Nullable String replayedBy;

  private TorchScriptClassifier(
      TorchScriptFile file,
      ScriptModule module,
      InputAdapter adapter,
      int run,
      int classes,
      boolean probabilities,
      @Nullable String replayedBy) {
    this.file = file;
    this.module = module;
    this.adapter = adapter;
    this.run = run;
    this.classes = classes;
    this.probabilities = probabilities;
    this.replayedBy = replayedBy;
  }

  /**
   * A classifier of images with pixels in [0, 1].
   *
   * @param shape of one image, [C, H, W]
   * @throws InvalidInputException when the file is no TorchScript, or its module does not take such
   *     images or is no classifier with gradients
   */
  public static TorchScriptClassifier load(Path file, long... shape) {
    return forImages(TorchScriptFile.read(file), shape, Preprocessing.NONE);
  }

  /** As {@link #load}, from a file that was read, of images that are preprocessed first. */
  public static TorchScriptClassifier forImages(
      TorchScriptFile file, long[] shape, Preprocessing preprocessing) {
    ScriptModule module = file.module();
    ScriptModule saved = module.isTraining() ? file.module() : module;
    module.evaluate();
    try (Scope scope = Scope.open()) {
      TorchScriptClassifier one = asTheyAreOrInRows(file, module, shape, preprocessing);
      if (saved != module) {
        one.requireSame(saved);
      }
      return one.inRuns();
    }
  }

  /** The first order of values that the module takes, one image a run. */
  private static TorchScriptClassifier asTheyAreOrInRows(
      TorchScriptFile file, ScriptModule module, long[] shape, Preprocessing preprocessing) {
    boolean last = preprocessing.layout() == Layout.CHANNELS_LAST && shape.length == 3;
    long[] given = last ? new long[] {shape[1], shape[2], shape[0]} : shape;
    long[] row = {Arrays.stream(shape).reduce(1, Math::multiplyExact)};
    try {
      return one(file, module, InputAdapter.of(preprocessing, shape, given, file.name()));
    } catch (InvalidInputException e) {
      // With the layout of images, a row has an order only where channels come first.
      if (last) {
        throw e;
      }
      try {
        return one(file, module, InputAdapter.of(preprocessing, shape, row, file.name()));
      } catch (InvalidInputException second) {
        throw e;
      }
    }
  }

  private static TorchScriptClassifier one(
      TorchScriptFile file, ScriptModule module, InputAdapter adapter) {
    TorchScriptClassifier raw = new TorchScriptClassifier(file, module, adapter, 1, 0, false, null);
    Tensor images = Steadiness.randomImages(raw.input(), 2 * Workers.MICRO_BATCH);
    List<Tensor> rows = images.split(1).stream().map(image -> raw.answer(module, image)).toList();
    Tensor first = rows.get(0);
    if (first.rank() != 2 || first.size(0) != 1 || first.size(1) < 2) {
      throw raw.refused(
          "gives %s for one image, expected one row of a score for each of two or more classes"
              .formatted(Arrays.toString(first.shape())));
    }
    try {
      SizeLimits.checkClasses(first.size(1));
    } catch (UnsafeModelException e) {
      throw e.at(file.name());
    }
    TorchScriptClassifier one =
        raw.with(1, Math.toIntExact(first.size(1)), areProbabilities(Tensor.concat(rows, 0)));
    Tensor variable = images.rows(0, 1).variable();
    if (!one.logits(variable).isDifferentiable()) {
      throw raw.refused(
          "computes without gradients (rounding, integers, or torch.no_grad inside); export it to"
              + " ONNX, where attacks without gradients suffice");
    }
    return one;
  }

  private TorchScriptClassifier with(int size, int count, boolean softmax) {
    return new TorchScriptClassifier(file, module, adapter, size, count, softmax, replayedBy);
  }

  /** Logits may be anything; rows that are all positive and all sum up to 1 are none. */
  private static boolean areProbabilities(Tensor rows) {
    double[] values = rows.toDoubles();
    int columns = Math.toIntExact(rows.size(1));
    for (int from = 0; from < values.length; from += columns) {
      double[] row = Arrays.copyOfRange(values, from, from + columns);
      if (!(Arrays.stream(row).allMatch(value -> value >= 0)
          && Math.abs(Arrays.stream(row).sum() - 1) < TOLERANCE)) {
        return false;
      }
    }
    return true;
  }

  /** Refuses a module that was saved in training mode, where that makes a difference. */
  private void requireSame(ScriptModule saved) {
    Tensor images = Steadiness.randomImages(input(), 2 * Workers.MICRO_BATCH);
    // One by one, as all that was accepted runs.
    for (Tensor some : images.split(1)) {
      Tensor training = answer(saved, some);
      if (!Arrays.equals(training.toFloats(), answer(module, some).toFloats())) {
        throw refused(
            "was saved in training mode, and answers otherwise than in use (dropout or batch"
                + " normalisation); call model.eval() before it is saved");
      }
    }
  }

  /** In runs of the largest size, of a few, in which images do not touch each other. */
  private TorchScriptClassifier inRuns() {
    Tensor images = Steadiness.randomImages(input(), 2 * Workers.MICRO_BATCH);
    float[][] alone = Steadiness.runByRun(TorchScriptClassifier.this::answers, images, 1);
    if (!Arrays.deepEquals(Steadiness.runByRun(this::answers, images, 1), alone)) {
      throw refused(
          "gives other logits or gradients for the same image each time; it draws at random, or"
              + " changes its own state: call model.eval() before it is saved");
    }
    return IntStream.concat(IntStream.of(Workers.MICRO_BATCH), Arrays.stream(Steadiness.SMALLER))
        .mapToObj(size -> with(size, classes, probabilities))
        .filter(candidate -> candidate.isSteady(images, alone))
        .findFirst()
        .orElse(this);
  }

  private boolean isSteady(Tensor images, float[][] alone) {
    try {
      Tensor some = images.rows(0, 2L * run);
      float[][] found = Steadiness.runByRun(this::answers, some, run);
      return agree(found, alone) && Steadiness.holds(this::answers, some, found, run);
    } catch (EngineException | InvalidInputException e) {
      // A module that was written for one batch size takes no other.
      return false;
    }
  }

  /** Whether logits and gradients are those of images alone, but for rounding. */
  private static boolean agree(float[][] found, float[][] alone) {
    for (int i = 0; i < found.length; i++) {
      double largest = 1;
      for (float value : alone[i]) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int j = 0; j < found[i].length; j++) {
        if (!(Math.abs(found[i][j] - alone[i][j]) <= TOLERANCE * largest)) {
          return false;
        }
      }
    }
    return true;
  }

  private float[][] answers(Tensor images) {
    try (Scope scope = Scope.open()) {
      Tensor variable = images.variable();
      Tensor logits = logits(variable);
      return Steadiness.rows(logits, Gradients.of(logits, variable));
    }
  }

  /** What a module says of a run of images, which are preprocessed here. */
  private Tensor answer(ScriptModule asked, Tensor images) {
    try {
      return asked.forward(adapter.apply(images.to(DType.FLOAT32)));
    } catch (EngineException e) {
      if (e.isOutOfMemory()) {
        throw e;
      }
      throw file.failed("does not run on images of shape " + Arrays.toString(adapter.images()), e);
    }
  }

  private InvalidInputException refused(String why) {
    return new InvalidInputException(file.name() + ": " + why);
  }

  @Override
  public String name() {
    return String.valueOf(Path.of(file.name()).getFileName());
  }

  @Override
  public Origin origin() {
    List<String> notes = new ArrayList<>();
    notes.add(replayedBy == null ? ALONE : replayedBy);
    if (probabilities) {
      notes.add(SOFTMAX);
    }
    return new Origin(name(), file.sha256(), adapter.text(), notes);
  }

  /**
   * The same classifier, whose origin says that another runs its adversarial examples too.
   *
   * @param twin the same network in an ONNX file, for the same images
   * @param images [N, C, H, W], on which the two are compared
   * @throws InvalidInputException when the two differ by more than rounding
   */
  public TorchScriptClassifier replayedBy(Classifier twin, Tensor images) {
    double most = 0;
    try (Scope scope = Scope.open()) {
      if (twin.classes() != classes) {
        throw refused(
            "tells %d classes apart, and %s %d: give the ONNX file of the same network to replay on"
                .formatted(classes, twin.name(), twin.classes()));
      }
      double[] own = comparable(logits(images));
      double[] other = comparable(twin.logits(images));
      for (int i = 0; i < own.length; i++) {
        // NaN propagates through the maximum, and is refused below.
        most = Math.max(most, Math.abs(own[i] - other[i]));
      }
    }
    if (!(most <= TWIN_TOLERANCE)) {
      throw refused(
          "its scores and those of %s differ by up to %.3g on %d images: give the ONNX file of the same network, with the same weights, to replay on"
              .formatted(twin.name(), most, images.size(0)));
    }
    String note =
        "This model is TorchScript; its adversarial examples were replayed by ONNX Runtime in %s, whose log-probabilities differ by at most %.1e on %d images."
            .formatted(twin.origin().name(), most, images.size(0));
    return new TorchScriptClassifier(file, module, adapter, run, classes, probabilities, note);
  }

  /** Log-probabilities, down to where they say nothing more. */
  private static double[] comparable(Tensor scores) {
    Tensor logits = areProbabilities(scores) ? scores.clamp(LEAST, 1).log() : scores;
    return Nn.logSoftmax(logits, 1).clamp(-20, 0).toDoubles();
  }

  @Override
  public InputSpec input() {
    return InputSpec.unit(adapter.images());
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int batchStep() {
    return run;
  }

  @Override
  public Tensor logits(Tensor images) {
    input().requireBatch(name(), images);
    try (Scope scope = Scope.open()) {
      List<Tensor> parts = new ArrayList<>();
      for (Tensor some : images.split(run)) {
        Tensor rows = answer(module, OnnxRunner.padded(some, run));
        if (rows.rank() != 2 || rows.size(0) != run || rows.size(1) != classes) {
          throw refused(
              "gives %s for %d images, expected one row of %d scores for each"
                  .formatted(Arrays.toString(rows.shape()), run, classes));
        }
        parts.add(some.size(0) == run ? rows : rows.rows(0, some.size(0)));
      }
      Tensor rows = parts.size() == 1 ? parts.get(0) : Tensor.concat(parts, 0);
      Tensor logits = probabilities ? rows.clamp(LEAST, 1).log() : rows;
      return scope.keep(logits.dtype() == images.dtype() ? logits : logits.to(images.dtype()));
    }
  }
}

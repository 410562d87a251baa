package io.foolproof.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.foolproof.model.operator.UnsafeModelException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A classifier from an ONNX file, run by ONNX Runtime: a second implementation, to replay what was
 * found with the first. It has no gradients.
 *
 * <p>Samples run one at a time on one thread of the processor, so that a result depends on nothing
 * else. What it returns are the file's own results: probabilities, where the file ends with a
 * softmax. The largest is the same.
 */
public final class OnnxRuntimeClassifier implements Classifier {
  private final OnnxModel model;
  private final OnnxSignature signature;

  /** What is asked of the graph, and what was at its end where that was taken off. */
  private final OnnxScores scores;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final int classes;

  private OnnxRuntimeClassifier(
      OnnxModel model, OnnxSignature signature, OnnxScores scores, GraphProto graph) {
    this.model = model;
    this.signature = signature;
    this.scores = scores;
    this.environment = RuntimeLibraries.environment();
    try (OrtSession.SessionOptions options = options();
        ExternalTensors external = ExternalTensors.of(environment, model.external())) {
      options.addExternalInitializers(external.byName());
      this.session = environment.createSession(model.bytesWith(graph), options);
    } catch (OrtException e) {
      throw refused(e);
    }
    try {
      float[] black = new float[signature.input().elements()];
      this.classes = row(black).length;
    } catch (InvalidInputException e) {
      close();
      throw e;
    }
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setDeterministicCompute(true);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return options;
  }

  /**
   * A classifier of images with pixels in [0, 1].
   *
   * @throws InvalidInputException when the file is no sound ONNX model, or ONNX Runtime refuses it
   */
  public static OnnxRuntimeClassifier load(Path file) {
    return load(file, Preprocessing.NONE);
  }

  /** As {@link #load(Path)}, of images that are preprocessed first. */
  public static OnnxRuntimeClassifier load(Path file, Preprocessing preprocessing) {
    return of(OnnxModel.read(file), preprocessing);
  }

  /** From a model that was read already, of images that are preprocessed first. */
  public static OnnxRuntimeClassifier of(OnnxModel model, Preprocessing preprocessing) {
    return asTheFileIs(model, OnnxSignature.of(model, null, preprocessing));
  }

  /** For images of this shape, as {@link OnnxClassifier#forImages}. */
  public static OnnxRuntimeClassifier forImages(
      OnnxModel model, long[] shape, Preprocessing preprocessing) {
    return asTheFileIs(model, OnnxSignature.of(model, shape, preprocessing));
  }

  /** The engine need not have run the graph: what is dangerous in it is looked for here. */
  private static OnnxRuntimeClassifier asTheFileIs(OnnxModel model, OnnxSignature signature) {
    OnnxScores scores = signature.scores();
    GraphProto graph = model.graphGiving(scores.output(), labelName(scores));
    try {
      RuntimeGuard.check(graph);
    } catch (UnsafeModelException e) {
      throw e.at(model.name());
    }
    return new OnnxRuntimeClassifier(model, signature, scores, graph);
  }

  /**
   * The same model as another classifier's, from the bytes that were read for it. It gives the same
   * value: the logits, where the file ends with a softmax or sigmoid, since probabilities of
   * different logits may round to the same number.
   */
  public static OnnxRuntimeClassifier of(OnnxClassifier other) {
    OnnxSignature signature = other.signature();
    OnnxScores logits = signature.scores().ofLogits();
    GraphProto graph = other.model().graphGiving(logits.output(), null);
    return new OnnxRuntimeClassifier(other.model(), signature, logits, graph);
  }

  /** Whether ONNX Runtime runs a model as a classifier of these images. */
  static boolean takes(OnnxModel model, OnnxSignature signature) {
    try (OnnxRuntimeClassifier runtime = asTheFileIs(model, signature)) {
      return runtime.classes() > 1;
    } catch (InvalidInputException e) {
      return false;
    }
  }

  @Override
  public Origin origin() {
    List<String> notes = new ArrayList<>(scores.labelNotes());
    notes.addAll(signature.precisionNotes());
    return new Origin(name(), model.sha256(), signature.preprocessing(), notes);
  }

  @Override
  public String name() {
    return OnnxSignature.shortName(model) + " in ONNX Runtime";
  }

  @Override
  public InputSpec input() {
    return signature.input();
  }

  @Override
  public int classes() {
    return classes;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Where the file ends with a softmax these are probabilities.
   */
  @Override
  public Tensor logits(Tensor images) {
    signature.requireShape(model, images);
    int samples = Math.toIntExact(images.size(0));
    int elements = signature.input().elements();
    float[] pixels = images.toFloats();
    float[] logits = new float[Math.multiplyExact(samples, classes)];
    for (int i = 0; i < samples; i++) {
      float[] row = row(Arrays.copyOfRange(pixels, i * elements, (i + 1) * elements));
      System.arraycopy(row, 0, logits, i * classes, classes);
    }
    return Tensor.of(logits, samples, classes);
  }

  /**
   * What the file gives for one image, as it is: nothing is made of it to have logits.
   *
   * @param image of the shape of {@link #input}, in row-major order
   */
  public float[] output(float[] image) {
    try (Scope scope = Scope.open()) {
      Tensor entering = signature.entering(Tensor.of(image, signature.input().batchShape(1)));
      return run(entering.toDoubles());
    }
  }

  /** The scores of one image. */
  private float[] row(float[] pixels) {
    try (Scope scope = Scope.open()) {
      Tensor entering = signature.entering(Tensor.of(pixels, signature.input().batchShape(1)));
      return scores.ofRuntime(run(entering.toDoubles()));
    }
  }

  /** What the graph gives for one sample. */
  private float[] run(double[] entering) {
    try (OnnxTensor input = tensor(entering);
        OrtSession.Result results = session.run(Map.of(signature.inputName(), input), wanted())) {
      if (!(results.get(scores.output()).orElse(null) instanceof OnnxTensor output)) {
        throw notRows("no tensor");
      }
      float[] values = OrtNumbers.values(output);
      if (values == null) {
        throw notRows("values of type " + output.getInfo().type);
      }
      // A graph of one batch size is given the image as often as it wants.
      float[] row = Arrays.copyOf(values, values.length / copies());
      return scores.label() == null ? row : withClassOf(row, scores.label(), results);
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  private static @Nullable String labelName(OnnxScores scores) {
    return scores.label() == null ? null : scores.label().output().name();
  }

  private Set<String> wanted() {
    String label = labelName(scores);
    return label == null ? Set.of(scores.output()) : Set.of(scores.output(), label);
  }

  /**
   * The scores, of which that of the class that the file itself gives is the largest. An SVM counts
   * votes, and its probabilities may be as large or larger for another class: what it predicts is
   * its label.
   */
  private float[] withClassOf(float[] row, OnnxScores.Label label, OrtSession.Result results)
      throws OrtException {
    if (!(results.get(label.output().name()).orElse(null) instanceof OnnxTensor given)) {
      return row;
    }
    Object first = Array.get(given.getValue(), 0);
    String name = String.valueOf(first instanceof long[] inner ? inner[0] : first);
    int place = label.classes().indexOf(name);
    if (place < 0 || place >= row.length) {
      return row;
    }
    for (int k = 0; k < row.length; k++) {
      if (k != place && row[k] >= row[place]) {
        row[place] = Math.nextUp(row[k]);
      }
    }
    return row;
  }

  private int copies() {
    return Math.toIntExact(signature.batch().size());
  }

  private OnnxTensor tensor(double[] entering) throws OrtException {
    boolean isAlone = signature.batch().kind() == OnnxBatch.Kind.NONE;
    long[] model = signature.adapter().model();
    long[] shape = new long[model.length + (isAlone ? 0 : 1)];
    System.arraycopy(model, 0, shape, shape.length - model.length, model.length);
    if (!isAlone) {
      shape[0] = copies();
    }
    return OrtNumbers.tensor(environment, entering, copies(), signature.declaredType(), shape);
  }

  private InvalidInputException notRows(String found) {
    return new InvalidInputException(
        "%s: the output '%s' should be numbers [N, classes], found %s"
            .formatted(model.name(), scores.output(), found));
  }

  private InvalidInputException refused(OrtException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("no message");
    return new InvalidInputException(
        "%s: ONNX Runtime refuses the model (%s)".formatted(model.name(), message), e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw refused(e);
    }
  }
}

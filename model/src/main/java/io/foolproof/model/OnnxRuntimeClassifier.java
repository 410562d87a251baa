package io.foolproof.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final int classes;

  private OnnxRuntimeClassifier(OnnxModel model, OnnxSignature signature) {
    this.model = model;
    this.signature = signature;
    this.environment = OrtEnvironment.getEnvironment();
    if (signature.declaredType() == DType.FLOAT16) {
      throw new InvalidInputException(model.name() + ": 16-bit inputs are not supported here");
    }
    try (OrtSession.SessionOptions options = options();
        ExternalTensors external = ExternalTensors.of(environment, model.external())) {
      options.addExternalInitializers(external.byName());
      this.session = environment.createSession(model.bytes(), options);
    } catch (OrtException e) {
      throw refused(e);
    }
    try {
      this.classes = run(new float[signature.input().elements()]).length;
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
    return load(file, 0, 1);
  }

  /** As {@link #load(Path)}, of images with pixels in [low, high]. */
  public static OnnxRuntimeClassifier load(Path file, double low, double high) {
    OnnxModel model = OnnxModel.read(file);
    return new OnnxRuntimeClassifier(model, OnnxSignature.of(model, low, high));
  }

  /** For images of this shape and box, as {@link OnnxClassifier#forImages}. */
  public static OnnxRuntimeClassifier forImages(OnnxModel model, InputSpec images) {
    return new OnnxRuntimeClassifier(model, OnnxSignature.forImages(model, images));
  }

  /** The same model as another classifier's, from the bytes that were read for it. */
  public static OnnxRuntimeClassifier of(OnnxClassifier other) {
    return new OnnxRuntimeClassifier(other.model(), other.signature());
  }

  @Override
  public Origin origin() {
    return new Origin(name(), model.sha256(), List.of());
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
      float[] row = run(Arrays.copyOfRange(pixels, i * elements, (i + 1) * elements));
      System.arraycopy(row, 0, logits, i * classes, classes);
    }
    return Tensor.of(logits, samples, classes);
  }

  /** The logits of one image. */
  private float[] run(float[] pixels) {
    try (OnnxTensor input = tensor(pixels);
        OrtSession.Result results = session.run(Map.of(signature.inputName(), input))) {
      if (!(results.get(0) instanceof OnnxTensor output)) {
        throw notRows("no tensor");
      }
      FloatBuffer values =
          switch (output.getInfo().type) {
            case FLOAT -> output.getFloatBuffer();
            case DOUBLE -> narrowed(output.getDoubleBuffer());
            default -> throw notRows("numbers of type " + output.getInfo().type);
          };
      float[] row = new float[values.remaining() / copies()];
      values.get(row);
      if (row.length < 2) {
        throw notRows(row.length + " numbers a sample");
      }
      return row;
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  /** A graph of one batch size is given the image as often as it wants. */
  private int copies() {
    return Math.toIntExact(signature.batch().size());
  }

  private OnnxTensor tensor(float[] pixels) throws OrtException {
    long[] shape = signature.input().batchShape(copies());
    if (signature.batch().kind() == OnnxBatch.Kind.NONE) {
      shape = signature.input().shape();
    }
    if (signature.declaredType() == DType.FLOAT64) {
      DoubleBuffer doubles = DoubleBuffer.allocate(Math.multiplyExact(copies(), pixels.length));
      while (doubles.hasRemaining()) {
        for (float pixel : pixels) {
          doubles.put(pixel);
        }
      }
      return OnnxTensor.createTensor(environment, doubles.flip(), shape);
    }
    FloatBuffer floats = FloatBuffer.allocate(Math.multiplyExact(copies(), pixels.length));
    while (floats.hasRemaining()) {
      floats.put(pixels);
    }
    return OnnxTensor.createTensor(environment, floats.flip(), shape);
  }

  private static FloatBuffer narrowed(DoubleBuffer doubles) {
    FloatBuffer floats = FloatBuffer.allocate(doubles.remaining());
    while (doubles.hasRemaining()) {
      floats.put((float) doubles.get());
    }
    return floats.flip();
  }

  private InvalidInputException notRows(String found) {
    return new InvalidInputException(
        "%s: the output '%s' should be numbers [N, classes], found %s"
            .formatted(model.name(), signature.output(), found));
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

package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxGraph;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ways to compute a classifier without gradients. */
public final class FittedModels {
  private static final int BATCH = 256;

  /** How many validation images scale the scores of a model that takes milliseconds an image. */
  private static final int SLOW_VALIDATION = 1_000;

  /** Scales of scores that are tried: from 2^-20 to 2^6, then finer around the best. */
  private static final int COARSEST = -20;

  private static final int FINEST = 6;
  private static final int REFINEMENTS = 12;

  private FittedModels() {}

  /** All with their standard settings, fewest learned numbers first. */
  public static List<Fitted> all() {
    return List.of(
        HandDrawn.standard(),
        ClassMeans.standard(),
        Ridge.standard(),
        Lda.standard(),
        Qda.standard(),
        Synthesis.standard(),
        TangentDistance.standard(),
        HullVote.standard(),
        Neighbours.standard());
  }

  /**
   * Reads {@code name:setting=value:...}.
   *
   * @throws InvalidInputException saying which names or settings there are
   */
  public static Fitted parse(String text) {
    Settings settings = Settings.parse(text);
    for (Fitted fitted : all()) {
      if (Settings.name(fitted.getClass()).equals(settings.attack())) {
        Fitted read = (Fitted) settings.read((Record) fitted);
        settings.refuseUnknown();
        return read;
      }
    }
    throw new InvalidInputException(
        "'%s' is no model to fit: give one of %s"
            .formatted(
                settings.attack(),
                all().stream()
                    .map(fitted -> Settings.name(fitted.getClass()))
                    .collect(Collectors.joining(", "))));
  }

  /**
   * A model, and how many numbers in it were learned from images.
   *
   * @param file its bytes: those of an ONNX file, or of a {@link FittedFile}
   */
  public record Result(byte[] file, long learned) {}

  /**
   * Computes a classifier. Its scores are scaled so that their softmax fits the validation images
   * best, which changes no prediction: Guo, Pleiss, Sun, Weinberger: On calibration of modern
   * neural networks, 2017, arXiv 1706.04599.
   *
   * @param training what to compute it from
   * @param validation what to scale its scores by
   * @throws InvalidInputException when it cannot be computed from these images
   */
  public static Result fit(Fitted how, ImageSet training, ImageSet validation, Workers workers) {
    // Two types and no more: the interface is sealed.
    return how instanceof FittedGraph graph
        ? fit(graph, training, validation, workers)
        : fit((HullVote) how, training, validation, workers);
  }

  private static Result fit(HullVote how, ImageSet training, ImageSet validation, Workers workers) {
    HullModel unscaled = how.fit(training);
    ImageSet some = validation.first(Math.min(validation.size(), SLOW_VALIDATION));
    double[] logits = logits(new HullClassifier(unscaled, Origin.unknown("fitted")), some, workers);
    byte[] file = FittedFile.write(unscaled.scaled(scale(logits, some)));
    Prototypes kept = unscaled.prototypes();
    return new Result(file, (long) kept.size() * kept.dimension());
  }

  private static Result fit(
      FittedGraph how, ImageSet training, ImageSet validation, Workers workers) {
    OnnxGraph graph = new OnnxGraph(Settings.name(how.getClass()), training.shape());
    String scores = how.write(graph, training, workers);
    int classes = training.classes();
    byte[] unscaled = graph.build(scores, classes);
    double[] logits =
        logits(OnnxClassifier.of(OnnxModel.of(unscaled, "fitted")), validation, workers);
    float scale = (float) scale(logits, validation);
    String scaled = graph.writer().apply("Mul", scores, graph.weight(new float[] {scale}, 1));
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("foolproof.fit", Settings.text((Record) how));
    notes.put("foolproof.images", training.name() + ", " + training.sha256());
    byte[] file = OnnxModel.of(graph.build(scaled, classes), "fitted").withMetadata(notes);
    return new Result(file, graph.weights());
  }

  private static double[] logits(Classifier model, ImageSet images, Workers workers) {
    List<double[]> parts =
        workers.map(
            images.size(),
            BATCH,
            (from, to) -> {
              try (Scope scope = Scope.open()) {
                Tensor some = images.tensor(IntStream.range(from, to).toArray());
                return model.logits(some.reshape(model.input().batchShape(to - from))).toDoubles();
              }
            });
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static double scale(double[] logits, ImageSet images) {
    double best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int exponent = COARSEST; exponent <= FINEST; exponent++) {
      double loss = loss(logits, images, exponent);
      if (loss < least) {
        least = loss;
        best = exponent;
      }
    }
    double step = 0.5;
    for (int k = 0; k < REFINEMENTS; k++) {
      for (double exponent : new double[] {best - step, best + step}) {
        double loss = loss(logits, images, exponent);
        if (loss < least) {
          least = loss;
          best = exponent;
        }
      }
      step /= 2;
    }
    return Math.pow(2, best);
  }

  /** The mean cross-entropy of logits times 2^exponent. */
  private static double loss(double[] logits, ImageSet images, double exponent) {
    double scale = Math.pow(2, exponent);
    int classes = logits.length / images.size();
    double sum = 0;
    for (int i = 0; i < images.size(); i++) {
      double most = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        most = Math.max(most, scale * logits[i * classes + c]);
      }
      double total = 0;
      for (int c = 0; c < classes; c++) {
        total += Math.exp(scale * logits[i * classes + c] - most);
      }
      sum += most + Math.log(total) - scale * logits[i * classes + images.label(i)];
    }
    return sum / images.size();
  }
}

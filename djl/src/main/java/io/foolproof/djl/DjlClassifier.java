package io.foolproof.djl;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.repository.zoo.ZooModel;
import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model of the Deep Java Library as a classifier without gradients: attacks that need scores or
 * labels only run on it.
 *
 * <p>Each image is given to the model by itself, so that its scores depend on nothing else.
 * Predictors are made of the model as threads need them. Where all scores are probabilities, their
 * logarithms are taken.
 *
 * <p>The engine PyTorch is refused: its libtorch would be the second in the process, beside the
 * numeric engine's own, and either may then call the other's functions.
 */
public final class DjlClassifier implements ForwardingClassifier {
  private static final String REFUSED = "PyTorch";
  private static final int TRIED = 8;
  private static final long SEED = 20_260_101;
  private static final double TOLERANCE = 1e-4;

  private static final String SOFTMAX =
      "The model gives probabilities; their logarithms are taken as logits. Where probabilities are"
          + " 0 or 1 in 32 bits, attacks do not see which way they change.";

  private final Predictors<?, ?> predictors;
  private final Classifier plain;
  private final Origin origin;
  private final boolean random;

  private DjlClassifier(
      Predictors<?, ?> predictors, Classifier plain, Origin origin, boolean random) {
    this.predictors = predictors;
    this.plain = plain;
    this.origin = origin;
    this.random = random;
  }

  /**
   * The network of a model, which takes [N, shape of an image...] and gives [N, classes].
   *
   * @param model of any engine but PyTorch; stays open
   * @param input the shape of an image as the network takes it, and the box of its values
   * @throws InvalidInputException when the engine is PyTorch, or the network takes or gives
   *     anything else
   */
  public static DjlClassifier of(Model model, InputSpec input) {
    requireOtherEngine(model);
    Pixels pixels = new Pixels(model.getName(), input);
    Predictors<float[], float[]> predictors =
        new Predictors<>(model.getName(), () -> model.newPredictor(pixels));
    return of(model, input, predictors, predictors::predict);
  }

  /**
   * A model with its own translator.
   *
   * @param model of any engine but PyTorch; stays open
   * @param input the shape and box of an image as {@code given} takes it
   * @param given makes what the translator takes of an image's values, in row-major order. All of
   *     their digits should reach the network: an image of 8 bits loses what attacks change
   * @param scores of all classes in their order, from what the translator gives; the largest is the
   *     prediction
   * @throws InvalidInputException when the engine is PyTorch, or the model refuses such images
   */
  public static <I, O> DjlClassifier of(
      ZooModel<I, O> model,
      InputSpec input,
      Function<float[], I> given,
      Function<O, float[]> scores) {
    requireOtherEngine(model);
    Predictors<I, O> predictors = new Predictors<>(model.getName(), model::newPredictor);
    return of(
        model, input, predictors, image -> scores.apply(predictors.predict(given.apply(image))));
  }

  private static DjlClassifier of(
      Model model, InputSpec input, Predictors<?, ?> predictors, Function<float[], float[]> row) {
    float[][] images = someImages(input);
    float[][] first = rows(row, images);
    boolean random = !Arrays.deepEquals(first, rows(row, images));
    boolean probabilities = Arrays.stream(first).allMatch(DjlClassifier::areProbabilities);
    Function<float[], float[]> logits = probabilities ? row.andThen(DjlClassifier::logs) : row;
    Engine engine = model.getNDManager().getEngine();
    List<String> notes = new ArrayList<>();
    notes.add(
        "Run by the Deep Java Library %s with the engine %s %s."
            .formatted(Engine.getDjlVersion(), engine.getEngineName(), engine.getVersion()));
    if (probabilities) {
      notes.add(SOFTMAX);
    }
    return new DjlClassifier(
        predictors,
        Classifier.of(model.getName(), input, first[0].length, some -> rows(logits, some)),
        new Origin(model.getName(), "", notes),
        random);
  }

  private static void requireOtherEngine(Model model) {
    Engine engine = model.getNDManager().getEngine();
    if (engine.getEngineName().equals(REFUSED)) {
      throw new InvalidInputException(
          model.getName()
              + ": its engine is PyTorch, whose libtorch would be the second in this process: open"
              + " its .pt file with TorchScriptClassifier.load, or export the network to ONNX");
    }
    @Nullable Engine helper = engine.getAlternativeEngine();
    if (helper != null && helper.getEngineName().equals(REFUSED)) {
      throw new InvalidInputException(
          "%s: the engine %s computes with PyTorch beside it, whose libtorch would be the second in this process: take ai.djl.pytorch off the class path"
              .formatted(model.getName(), engine.getEngineName()));
    }
  }

  private static float[][] rows(Function<float[], float[]> row, float[][] images) {
    return Arrays.stream(images).map(row).toArray(float[][]::new);
  }

  private static float[][] someImages(InputSpec input) {
    SplittableRandom random = new SplittableRandom(SEED);
    float[][] images = new float[TRIED][input.elements()];
    for (float[] image : images) {
      for (int i = 0; i < image.length; i++) {
        image[i] = (float) random.nextDouble(input.low(), input.high());
      }
    }
    return images;
  }

  private static boolean areProbabilities(float[] row) {
    double sum = 0;
    for (float value : row) {
      if (!(value >= 0)) {
        return false;
      }
      sum += value;
    }
    return Math.abs(sum - 1) < TOLERANCE;
  }

  /** Down to that of the smallest normal number of 32 bits. */
  private static float[] logs(float[] probabilities) {
    float[] logs = new float[probabilities.length];
    for (int k = 0; k < logs.length; k++) {
      logs[k] = (float) Math.log(Math.max(probabilities[k], Float.MIN_NORMAL));
    }
    return logs;
  }

  @Override
  public Classifier model() {
    return plain;
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public boolean drawsAtRandom() {
    return random;
  }

  /** Closes its predictors; the model stays open. */
  @Override
  public void close() {
    predictors.close();
  }
}

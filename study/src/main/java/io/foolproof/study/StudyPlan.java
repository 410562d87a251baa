package io.foolproof.study;

import io.foolproof.attack.Fit;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a study is about. All figures depend on these values alone.
 *
 * @param training images with pixels in [0, 1] that nets learn from and hulls are of
 * @param validation images that training is validated with
 * @param test images that neither training nor validation has seen
 * @param model the classifier that the story is about; null for one that the study trains
 * @param extent how much is computed
 * @param seed of all random numbers
 */
public record StudyPlan(
    ImageSet training,
    ImageSet validation,
    ImageSet test,
    @Nullable DifferentiableClassifier model,
    Extent extent,
    long seed) {

  /** Fewer training images tell nothing about hulls and nets. */
  public static final int LEAST_TRAINING = 1000;

  /**
   * Checks the data.
   *
   * @throws InvalidInputException if there are too few training images or classes, no test images,
   *     images of different shapes, or a model that does not take them
   */
  public StudyPlan {
    if (training.size() < LEAST_TRAINING) {
      throw new InvalidInputException(
          "%s: %,d training images, expected %,d or more: give a larger set, such as --data mnist"
              .formatted(training.name(), training.size(), LEAST_TRAINING));
    }
    if (training.classes() < 2) {
      throw new InvalidInputException(
          "%s: %d class, expected 2 or more".formatted(training.name(), training.classes()));
    }
    if (test.size() == 0 || validation.size() == 0) {
      throw new InvalidInputException(
          "%s: %,d test and %,d validation images, expected some of both"
              .formatted(test.name(), test.size(), validation.size()));
    }
    if (!Arrays.equals(training.shape(), test.shape())
        || !Arrays.equals(training.shape(), validation.shape())) {
      throw new InvalidInputException(
          "%s: training images of shape %s, but test images of %s: give images of one shape"
              .formatted(
                  training.name(),
                  Arrays.toString(training.shape()),
                  Arrays.toString(test.shape())));
    }
    if (training.eightBit() != test.eightBit()) {
      throw new InvalidInputException(
          "%s: training images and test images are not both 8-bit levels: store both alike"
              .formatted(training.name()));
    }
    if (model != null) {
      Fit.require(model, test);
      Fit.require(model, training);
    }
  }

  /** Whether images have one channel, 28 x 28: what drawing and hand-made models are made for. */
  public boolean areDigitSized() {
    return training.channels() == 1 && training.height() == 28 && training.width() == 28;
  }

  /** Whether images are digits of that size: their classes are called 0 to 9. */
  public boolean areDigits() {
    return areDigitSized()
        && training.classNames().equals(GeneratedDigits.templates().classNames());
  }

  /** All that figures depend on, by name. */
  public Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof study journal 1");
    identity.put("training images", training.sha256());
    identity.put("validation images", validation.sha256());
    identity.put("test images", test.sha256());
    identity.put("model", model == null ? "trained here" : model.origin().identityInUse());
    identity.put("extent", extent.id());
    identity.put("seed", Long.toString(seed));
    identity.put("engine", Engine.version());
    return identity;
  }
}

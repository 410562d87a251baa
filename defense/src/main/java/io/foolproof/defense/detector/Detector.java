package io.foolproof.defense.detector;

import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Workers;

/**
 * A way to tell adversarial images from clean ones: a record of its settings, written as those of
 * an attack are: {@code squeezing:bits=1:window=2}.
 */
public sealed interface Detector
    permits HullDistance, LocalDimension, Mahalanobis, Odds, Squeezing {

  /** What it looks at, in a line. */
  String summary();

  /** Authors, year and number of its paper, and what differs from it. */
  String source();

  /**
   * Fits it to clean images; it never sees adversarial ones.
   *
   * @param model whose images it watches
   * @param training clean images that the detector may learn from
   * @throws io.foolproof.tensor.InvalidInputException when it cannot be fitted to these images
   */
  Suspicion fit(DifferentiableClassifier model, ImageSet training, Workers workers);
}

package io.foolproof.audit.smooth;

import io.foolproof.certify.smooth.IntegerNoise;
import io.foolproof.certify.smooth.Smoothing;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which images are certified, and how.
 *
 * @param model to smooth, of images with pixels in [0, 1]
 * @param images to certify it on
 * @param smoothing the noise, the draws and the confidence
 * @param radius the one L2 radius that is asked for; null for the largest that draws show
 */
public record SmoothPlan(
    Classifier model, ImageSet images, Smoothing smoothing, @Nullable Double radius) {

  /**
   * Checks that the model can be smoothed with this noise.
   *
   * @throws InvalidInputException if there are no images, the model is randomised or sends its
   *     images elsewhere, or the images have no whole levels for noise of whole levels
   */
  public SmoothPlan {
    if (images.size() == 0) {
      throw new InvalidInputException(images.name() + ": no images: give one or more");
    }
    if (radius != null && !(radius > 0 && Double.isFinite(radius))) {
      throw new InvalidInputException(
          "the radius is " + radius + ": give a positive number, such as 0.5");
    }
    if (model.drawsAtRandom()) {
      throw new InvalidInputException(
          model.name()
              + ": is randomised, and smoothing is of models whose answers are always the same: give"
              + " the model without its random layers");
    }
    if (smoothing.noise() instanceof IntegerNoise && !images.eightBit()) {
      throw new InvalidInputException(
          images.name()
              + ": the pixels are no levels of 8 bits, which noise of whole levels is for: give such"
              + " images, or --noise gaussian, whose certificates do not count rounding errors");
    }
  }

  /** All that results depend on, by name. */
  Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof smoothing journal 1");
    identity.put("model", model.origin().identityInUse());
    identity.put("box", "[" + model.input().low() + ", " + model.input().high() + "]");
    identity.put("images", images.sha256());
    identity.put("noise", smoothing.noise().id() + ", sigma " + smoothing.noise().sigma());
    identity.put(
        "draws",
        smoothing.selection() + " and " + smoothing.draws() + " at " + smoothing.confidence());
    identity.put("radius", radius == null ? "the largest" : radius.toString());
    identity.put("seed", Long.toString(smoothing.seed()));
    identity.put("engine", Engine.version());
    return identity;
  }
}

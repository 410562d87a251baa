package io.foolproof.audit.mark;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.physical.mark.MarkAttack;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which images are marked, and how.
 *
 * @param model to fool, with pixels in its own units
 * @param images with pixels in [0, 1]
 * @param attack how each is marked
 */
public record MarkPlan(DifferentiableClassifier model, ImageSet images, MarkAttack attack) {

  /**
   * Checks that the images can be marked.
   *
   * @throws InvalidInputException if there are none, or the marking or the target does not fit
   */
  public MarkPlan {
    if (images.size() == 0) {
      throw new InvalidInputException(images.name() + ": no images to mark: give one or more");
    }
    attack.requireFits(model, new ImageShape(images.channels(), images.height(), images.width()));
  }

  /** All that results depend on, by name. */
  Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof mark journal 2");
    identity.put("model", model.origin().identityInUse());
    identity.put("box", "[" + model.input().low() + ", " + model.input().high() + "]");
    identity.put("images", images.sha256());
    identity.put("attack", attack.settings());
    identity.put("engine", Engine.version());
    return identity;
  }
}

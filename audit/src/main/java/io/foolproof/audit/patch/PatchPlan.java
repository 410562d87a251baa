package io.foolproof.audit.patch;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.tensor.Engine;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which patches are made, from which images, and on which they are measured.
 *
 * @param model to fool, with pixels in its own units
 * @param making images with pixels in [0, 1]; none has the pixels of a measured one
 * @param measured images with pixels in [0, 1]
 * @param attack how patches are made; its side and target are those of the first
 * @param sides of the patches, in pixels
 * @param targets the classes to reach; null stands for any wrong one
 * @param atBest whether each patch stays at the best of some places, rather than where the attack
 *     puts it
 * @param also other models that the patches are tried on, with pixels in their own units
 */
public record PatchPlan(
    DifferentiableClassifier model,
    ImageSet making,
    ImageSet measured,
    PatchAttack attack,
    List<Integer> sides,
    List<@Nullable Integer> targets,
    boolean atBest,
    List<Classifier> also) {

  /**
   * Leaves out of the making images whatever has the pixels of a measured one, and checks the rest.
   *
   * @throws InvalidInputException if there are no images, sides or targets, all images are of a
   *     target, or the model does not fit
   */
  public PatchPlan {
    int[] others = making.placesNotIn(measured);
    making = others.length == making.size() ? making : making.select(others);
    sides = sides.stream().distinct().toList();
    also = List.copyOf(also);
    targets = Collections.unmodifiableList(new ArrayList<>(targets));
    if (making.size() == 0 || measured.size() == 0) {
      throw new InvalidInputException(
          "%,d images to make a patch from and %,d others to measure it on: give some of both"
              .formatted(making.size(), measured.size()));
    }
    if (sides.isEmpty() || targets.isEmpty()) {
      throw new InvalidInputException("no side or no target of a patch: give one or more of each");
    }
    for (int side : sides) {
      for (Integer target : targets) {
        attack.of(side, target).requireFits(model, making);
        attack.of(side, target).requireFits(model, measured);
        for (Classifier other : also) {
          attack.of(side, target).requireFits(other, making);
        }
      }
    }
  }

  /** Where the attack puts patches, tried on its own model alone. */
  public PatchPlan(
      DifferentiableClassifier model,
      ImageSet making,
      ImageSet measured,
      PatchAttack attack,
      List<Integer> sides,
      List<@Nullable Integer> targets) {
    this(model, making, measured, attack, sides, targets, false, List.of());
  }

  /** How many patches there are. */
  public int patches() {
    return sides.size() * targets.size();
  }

  /** How a patch is made, by its place: all targets of a side, then those of the next. */
  public PatchAttack attack(int place) {
    return attack.of(sides.get(place / targets.size()), targets.get(place % targets.size()));
  }

  /** All that results depend on, by name. */
  Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("format", "foolproof patch journal 2");
    identity.put("model", model.origin().identityInUse());
    identity.put("box", "[" + model.input().low() + ", " + model.input().high() + "]");
    identity.put("making images", making.sha256());
    identity.put("measured images", measured.sha256());
    identity.put("attack", attack.settings());
    identity.put("sides", sides.toString());
    identity.put("targets", targets.toString());
    identity.put("best place", Boolean.toString(atBest));
    for (int k = 0; k < also.size(); k++) {
      identity.put("also " + (k + 1), also.get(k).origin().identityInUse());
    }
    identity.put("engine", Engine.version());
    return identity;
  }
}

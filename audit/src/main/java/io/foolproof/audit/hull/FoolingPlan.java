package io.foolproof.audit.hull;

import io.foolproof.attack.Attack;
import io.foolproof.attack.Fit;
import io.foolproof.attack.FlowBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a hull study fools a model, to see where that takes the images.
 *
 * @param model what to fool
 * @param attack what to fool it with
 * @param threat what the attacker may do
 * @param seed of all random numbers, the noise's too
 */
public record FoolingPlan(Classifier model, Attack attack, ThreatModel threat, long seed) {

  /**
   * Checks that model, attack and queries fit each other.
   *
   * @throws InvalidInputException saying what does not fit
   */
  void check(ImageSet queries) {
    Fit.require(model, queries);
    attack.requireApplicable(model, threat);
    Fit.requireGoal(model, queries, threat.goal());
    if (threat instanceof FlowBounded) {
      throw new InvalidInputException(
          "norm flow: the study holds adversarial images against noise that changes values as much,"
              + " and moving pixels has none: give linf, l2, l1 or l0");
    }
    if (!(threat.epsilon() > 0)) {
      throw new InvalidInputException(
          "epsilon is " + threat.epsilon() + ": give a positive number, or nothing can be fooled");
    }
  }

  /** All that results depend on besides the hull, by name. */
  Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("model", model.origin().identityInUse());
    identity.put("box", "[" + model.input().low() + ", " + model.input().high() + "]");
    identity.put("attack", attack.identity());
    identity.put("norm", threat.id());
    identity.put("epsilon", String.valueOf(threat.epsilon()));
    identity.put("levels", String.valueOf(threat.levels()));
    identity.put("goal", threat.goal().toString());
    identity.put("seed", String.valueOf(seed));
    return identity;
  }
}

package io.foolproof.defense.training;

import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;

/**
 * Whom a net is trained against.
 *
 * @param threat what may be done to an image
 * @param attack how it is done in training
 * @param growth the fraction of training over which epsilon grows from 0; 0 for none
 */
public record Adversary(NormBounded threat, InnerAttack attack, double growth) {

  /** Checks the norm and the fraction. */
  public Adversary {
    if (!Norm.withBalls().contains(threat.norm())) {
      throw new InvalidInputException(
          threat.symbol() + " has no attack to train against: give linf, l2 or l1");
    }
    if (!(growth >= 0 && growth <= 1)) {
      throw new InvalidInputException(
          "epsilon grows over the fraction " + growth + " of training: give a number from 0 to 1");
    }
    if (!(threat.epsilon() > 0)) {
      throw new InvalidInputException(
          "epsilon is " + threat.epsilon() + ": to train against an attack give one above 0");
    }
  }

  /** Epsilon when this fraction of training is done. */
  double epsilon(double progress) {
    return growth == 0 ? threat.epsilon() : threat.epsilon() * Math.min(1, progress / growth);
  }

  /** Refuses an epsilon within which every image can become every other. */
  void requireWithin(InputSpec box) {
    double width = box.high() - box.low();
    double widest =
        switch (threat.norm()) {
          case LINF -> width;
          case L2 -> width * Math.sqrt(box.elements());
          default -> width * box.elements();
        };
    if (threat.epsilon() >= widest) {
      throw new InvalidInputException(
          "epsilon %s in %s reaches every image of the box [%s, %s]: give less than %s%s"
              .formatted(
                  threat.epsilon(),
                  threat.symbol(),
                  box.low(),
                  box.high(),
                  widest,
                  threat.norm() == Norm.LINF && threat.epsilon() < 256
                      ? "; for 255ths of the box write it as " + (int) threat.epsilon() + "/255"
                      : ""));
    }
  }
}

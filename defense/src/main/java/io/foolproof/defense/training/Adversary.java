package io.foolproof.defense.training;

import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.Objective;
import io.foolproof.attack.search.Ball;
import io.foolproof.defense.Threats;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a net is trained against. Where there are threats of several norms, each image is attacked
 * in each of them, and what is trained on is the example with the largest loss: the strategy "max"
 * of Tramèr and Boneh: Adversarial training and robustness for multiple perturbations, 2019, arXiv
 * 1904.13000, section 3.
 *
 * @param threats what may be done to an image
 * @param attack how it is done in training; null where it is bounded instead
 * @param growth the fraction of training over which epsilon grows from 0; 0 for none
 * @param reach how many times as far as is to be withstood images are changed in training
 */
public record Adversary(
    Threats threats, @Nullable InnerAttack attack, double growth, double reach) {

  /** Within the epsilon that is to be withstood. */
  public Adversary(Threats threats, InnerAttack attack, double growth) {
    this(threats, attack, growth, 1);
  }

  /** Checks the fraction, and the reach. */
  public Adversary {
    if (!(reach >= 1) || Double.isInfinite(reach)) {
      throw new InvalidInputException(
          "training reaches " + reach + " times as far as epsilon: give 1 or a little more");
    }
    if (!(growth >= 0 && growth <= 1)) {
      throw new InvalidInputException(
          "epsilon grows over the fraction " + growth + " of training: give a number from 0 to 1");
    }
  }

  /** Which fraction of epsilon images are changed within when this fraction of training is done. */
  double grown(double progress) {
    return growth == 0 ? 1 : Math.min(1, progress / growth);
  }

  /**
   * Attacks some images.
   *
   * @param net under weights that are no variables
   * @param climbed what the attack makes large
   * @param streams random numbers, one stream an image
   * @param grown which fraction of epsilon they are attacked within
   * @return of each image the example with the largest loss, [N, shape...]
   */
  Tensor examples(
      DifferentiableClassifier net,
      Tensor images,
      Tensor labels,
      Objective climbed,
      List<RandomStream> streams,
      double grown) {
    InnerAttack how = Objects.requireNonNull(attack);
    Tensor worst = images;
    @Nullable Tensor largest = null;
    for (NormBounded threat : threats.each()) {
      double epsilon = threat.epsilon() * reach * grown;
      Ball ball = Ball.around(images, threat.withEpsilon(epsilon), net.input());
      Tensor found = how.attack(net, images, labels, ball, climbed, streams, epsilon);
      if (threats.each().size() == 1) {
        return found;
      }
      Tensor loss = climbed.of(net.logits(found), labels).detach();
      worst = largest == null ? found : larger(loss, largest, found, worst);
      largest = largest == null ? loss : loss.maximum(largest);
    }
    return worst;
  }

  /**
   * Of each image the example that was just found where its loss is larger, else the worst before.
   */
  private static Tensor larger(Tensor loss, Tensor largest, Tensor found, Tensor worst) {
    long[] each = new long[worst.shape().length];
    Arrays.fill(each, 1);
    each[0] = worst.size(0);
    return Tensor.where(loss.gt(largest).reshape(each), found, worst);
  }

  /** How far images may be changed in L-inf in training, when epsilon has grown so far. */
  double linfReach(double grown) {
    return threats.linfEpsilon() * reach * grown;
  }

  /** With epsilon growing over another fraction. */
  Adversary withGrowth(double other) {
    return new Adversary(threats, attack, other, reach);
  }

  /** Refuses an epsilon within which every image can become every other. */
  void requireWithin(InputSpec box) {
    threats.each().forEach(threat -> requireWithin(box, threat));
  }

  private void requireWithin(InputSpec box, NormBounded threat) {
    double width = box.high() - box.low();
    double widest =
        switch (threat.norm()) {
          case LINF -> width;
          case L2 -> width * Math.sqrt(box.elements());
          default -> width * box.elements();
        };
    if (threat.epsilon() * reach >= widest) {
      throw new InvalidInputException(
          "epsilon %s in %s%s reaches every image of the box [%s, %s]: give less than %s%s"
              .formatted(
                  threat.epsilon(),
                  threat.symbol(),
                  reach == 1 ? "" : ", times " + reach + " in training,",
                  box.low(),
                  box.high(),
                  widest / reach,
                  threat.norm() == Norm.LINF && threat.epsilon() < 256
                      ? "; for 255ths of the box write it as " + plain(threat.epsilon()) + "/255"
                      : ""));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}

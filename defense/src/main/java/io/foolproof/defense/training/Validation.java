package io.foolproof.defense.training;

import io.foolproof.attack.Loss;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.CertifiedAccuracy;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.Threats;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Workers;
import org.jspecify.annotations.Nullable;

/**
 * How good a net is after an epoch, on images that it is not trained on: the accuracy on all of
 * them, on some of them under PGD, and how many of them interval bounds certify.
 *
 * @param images to validate on
 * @param threats what the net is to withstand, all of it; null for nothing
 * @param isAttacked whether the net is trained on examples of an attack, and judged by one
 * @param isBounded whether it is trained by bounds
 */
public record Validation(
    ImageSet images, @Nullable Threats threats, boolean isAttacked, boolean isBounded) {
  private static final int ATTACKED = 500;

  /** 20 steps, two random starts. */
  private static final Pgd ATTACK = new Pgd(20, 0.1, 2, Loss.CROSS_ENTROPY);

  /** Passes over one image that the attack takes. */
  static final int PASSES = 2 * ATTACK.steps();

  /**
   * What was measured.
   *
   * @param clean the accuracy
   * @param robust the accuracy under attack; NaN where the net was not attacked
   * @param certified the fraction that interval bounds certify; NaN where there are none
   */
  public record Accuracies(double clean, double robust, double certified) {
    /** Of a net that is not bounded. */
    public Accuracies(double clean, double robust) {
      this(clean, robust, Double.NaN);
    }

    /** Whether the net was attacked. */
    public boolean isAttacked() {
      return !Double.isNaN(robust);
    }

    /** Whether its values were bounded. */
    public boolean isBounded() {
      return !Double.isNaN(certified);
    }

    /** What epochs are compared by; NaN where nothing is to be withstood. */
    double judged() {
      return isAttacked() ? robust : certified;
    }
  }

  /** What judges a training. */
  static Validation of(ImageSet images, Training training) {
    Adversary adversary = training.adversary();
    return new Validation(
        images,
        training.threats(),
        adversary != null && adversary.attack() != null,
        training.loss().isBounded());
  }

  /** How many images are attacked. */
  int attacked() {
    return isAttacked && threats != null ? Math.min(ATTACKED, images.size()) : 0;
  }

  /** In how many norms they are. */
  int norms() {
    return threats == null ? 0 : threats.each().size();
  }

  /** Measures a net. */
  Accuracies of(OnnxClassifier net, long seed, Workers workers) {
    double clean = Accuracy.of(net, images, workers);
    Threats all = threats;
    if (all == null) {
      return new Accuracies(clean, Double.NaN);
    }
    return new Accuracies(
        clean,
        isAttacked
            ? RobustAccuracy.of(net, images.first(attacked()), ATTACK, all, seed, workers)
            : Double.NaN,
        isBounded
            ? CertifiedAccuracy.of(net, images, all.linfEpsilon(), DType.FLOAT32, workers)
            : Double.NaN);
  }
}

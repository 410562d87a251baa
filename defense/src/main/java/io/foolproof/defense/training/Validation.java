package io.foolproof.defense.training;

import io.foolproof.attack.Loss;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.Threats;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Workers;
import org.jspecify.annotations.Nullable;

/**
 * How good a net is after an epoch, on images that it is not trained on: the accuracy on all of
 * them, and on some of them under PGD.
 *
 * @param images to validate on
 * @param threats what the net is to withstand, all of it; null for nothing
 */
public record Validation(ImageSet images, @Nullable Threats threats) {
  private static final int ATTACKED = 500;

  /** 20 steps, two random starts. */
  private static final Pgd ATTACK = new Pgd(20, 0.1, 2, Loss.CROSS_ENTROPY);

  /** Passes over one image that the attack takes. */
  static final int PASSES = 2 * ATTACK.steps();

  /**
   * What was measured.
   *
   * @param clean the accuracy
   * @param robust the accuracy under attack; NaN where nothing is to be withstood
   */
  public record Accuracies(double clean, double robust) {
    /** Whether the net was attacked. */
    public boolean isAttacked() {
      return !Double.isNaN(robust);
    }
  }

  /** How many images are attacked. */
  int attacked() {
    return threats == null ? 0 : Math.min(ATTACKED, images.size());
  }

  /** In how many norms they are. */
  int norms() {
    return threats == null ? 0 : threats.each().size();
  }

  /** Measures a net. */
  Accuracies of(OnnxClassifier net, long seed, Workers workers) {
    double clean = Accuracy.of(net, images, workers);
    return threats == null
        ? new Accuracies(clean, Double.NaN)
        : new Accuracies(
            clean,
            RobustAccuracy.of(net, images.first(attacked()), ATTACK, threats, seed, workers));
  }
}

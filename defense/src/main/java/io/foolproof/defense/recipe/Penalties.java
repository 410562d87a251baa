package io.foolproof.defense.recipe;

import io.foolproof.attack.Settings;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.AdversarialCrossEntropy;
import io.foolproof.defense.loss.CrossEntropy;
import io.foolproof.defense.loss.Cure;
import io.foolproof.defense.loss.GradAlign;
import io.foolproof.defense.loss.GradientPenalty;
import io.foolproof.defense.loss.JacobianPenalty;
import io.foolproof.defense.loss.LocalLinearity;
import io.foolproof.defense.loss.LogitSqueezing;
import io.foolproof.defense.loss.Parseval;
import io.foolproof.defense.loss.Penalised;
import io.foolproof.defense.loss.SpectralNorm;
import io.foolproof.defense.loss.TrainingLoss;
import io.foolproof.defense.loss.WeightDecay;
import io.foolproof.defense.loss.WeightPenalty;
import io.foolproof.defense.training.Training;
import io.foolproof.tensor.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The penalties that make a net flatter, by the names that the command line knows: {@code
 * gradient:weight=0.1}. Those of images replace the cross-entropy of a recipe, of which they are a
 * part; those of weights are added to the loss of any recipe.
 */
public final class Penalties {
  private static final double USUAL_EPSILON = 0.1;

  private Penalties() {}

  /** All with their standard settings. */
  private static List<Record> all(double epsilon) {
    return List.of(
        new GradientPenalty(0.1),
        new JacobianPenalty(0.01),
        new Cure(1, 1.5),
        new LocalLinearity(4, 3, epsilon, 10),
        new GradAlign(0.2, epsilon),
        new LogitSqueezing(0.05),
        new CrossEntropy(0.1),
        new WeightDecay(5e-4),
        new SpectralNorm(0.01, 10),
        new Parseval(0.01));
  }

  /** Their names, as on the command line. */
  public static String names() {
    return all(USUAL_EPSILON).stream()
        .map(penalty -> Settings.name(penalty.getClass()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Training with a penalty.
   *
   * @param text {@code name:setting=value:...}; epsilon, where it has one, is that of the training
   *     in L-inf unless it is given
   * @throws InvalidInputException when there is no such penalty or setting, or the recipe has no
   *     loss that the penalty is added to
   */
  public static Training added(String text, Training training) {
    Record penalty = parse(text, training.threats());
    if (penalty instanceof WeightPenalty ofWeights) {
      return training.with(new Penalised(training.loss(), ofWeights));
    }
    TrainingLoss loss = (TrainingLoss) penalty;
    Class<? extends TrainingLoss> needed =
        loss.isAdversarial() ? AdversarialCrossEntropy.class : CrossEntropy.class;
    if (!needed.isInstance(training.loss())) {
      throw new InvalidInputException(
          "the penalty '%s' is added to the cross-entropy of %s, which the recipe '%s' does not train by: give --recipe %s"
              .formatted(
                  Settings.name(penalty.getClass()),
                  loss.isAdversarial() ? "adversarial examples" : "images",
                  training.recipe(),
                  loss.isAdversarial() ? "fast" : "plain"));
    }
    return training.with(loss);
  }

  private static Record parse(String text, @Nullable Threats threats) {
    double given = threats == null ? 0 : threats.linfEpsilon();
    Settings settings = Settings.parse(text);
    for (Record penalty : all(given > 0 ? given : USUAL_EPSILON)) {
      if (Settings.name(penalty.getClass()).equals(settings.attack())) {
        Record read = settings.read(penalty);
        settings.refuseUnknown();
        return read;
      }
    }
    throw new InvalidInputException(
        "'%s' is no penalty: give one of %s".formatted(settings.attack(), names()));
  }
}

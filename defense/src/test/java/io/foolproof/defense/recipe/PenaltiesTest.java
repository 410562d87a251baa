package io.foolproof.defense.recipe;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.loss.AdversarialCrossEntropy;
import io.foolproof.defense.loss.CrossEntropy;
import io.foolproof.defense.loss.GradAlign;
import io.foolproof.defense.loss.GradientPenalty;
import io.foolproof.defense.loss.Penalised;
import io.foolproof.defense.loss.SpectralNorm;
import io.foolproof.defense.loss.WeightDecay;
import io.foolproof.defense.loss.WeightPenalty;
import io.foolproof.defense.training.Length;
import io.foolproof.defense.training.Trainer;
import io.foolproof.defense.training.Training;
import io.foolproof.defense.training.TrainingProgress;
import io.foolproof.model.LinearLayer;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PenaltiesTest {
  private static final NormBounded THREAT = new NormBounded(Norm.LINF, 0.2, new Goal.Untargeted());

  @TempDir Path folder;

  @Test
  void penaltiesOfImagesReplaceTheirCrossEntropy() {
    assertThat(Penalties.added("gradient:weight=0.5", Training.plain()).loss())
        .isEqualTo(new GradientPenalty(0.5));
    assertThat(Penalties.added("smoothing:weight=0.2", Training.plain()).loss())
        .isEqualTo(new CrossEntropy(0.2));
    Training fast = Recipes.FAST.against(THREAT).training();
    assertThat(Penalties.added("gradalign", fast).loss()).isEqualTo(new GradAlign(0.2, 0.2));
    assertThat(Penalties.added("gradalign:epsilon=0.3", fast).loss())
        .isEqualTo(new GradAlign(0.2, 0.3));
  }

  @Test
  void penaltiesOfWeightsAreAddedToAnyLoss() {
    Training fast = Recipes.FAST.against(THREAT).training();
    assertThat(Penalties.added("spectral:weight=0.1:iterations=3", fast).loss())
        .isEqualTo(new Penalised(new AdversarialCrossEntropy(), new SpectralNorm(0.1, 3)));
    Training both = Penalties.added("decay", Penalties.added("parseval", Training.plain()));
    assertThat(both.loss().onWeights()).hasSize(2).contains(new WeightDecay(5e-4));
  }

  @Test
  void whatDoesNotFitIsRefusedInALine() {
    Training trades = Recipes.TRADES.against(THREAT).training();
    assertRefused("jacobian", trades, "the recipe 'trades' does not train by: give --recipe plain");
    assertRefused("gradalign", Training.plain(), "give --recipe fast");
    assertRefused("lasso", Training.plain(), "give one of gradient, jacobian, cure, llr");
    assertRefused("gradient:weight=-1", Training.plain(), "weight");
    assertRefused("llr:epsilon=0", Training.plain(), "epsilon");
    assertRefused("gradient:lambda=1", Training.plain(), "no setting 'lambda'; it has weight");
  }

  private static void assertRefused(String penalty, Training training, String message) {
    assertThatThrownBy(() -> Penalties.added(penalty, training))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  /** What training ends with is flatter in the sense of each penalty, and its file says so. */
  @ParameterizedTest
  @ValueSource(strings = {"decay:weight=0.1", "spectral:weight=0.1", "parseval:weight=1"})
  void trainingMakesWhatItIsPenalisedBySmaller(String penalty) {
    Training plain = Training.plain();
    Training flat = Penalties.added(penalty, plain);
    WeightPenalty measure = flat.loss().onWeights().get(0);
    OnnxClassifier without = trained(plain, "without");
    OnnxClassifier with = trained(flat, "with");
    assertThat(value(measure, with)).isLessThan(0.7 * value(measure, without));
    assertThat(with.model().metadata("foolproof.training")).contains(measure.toString());
  }

  private OnnxClassifier trained(Training training, String name) {
    ImageSet images = GeneratedDigits.standard().training(400);
    byte[] start = Architecture.TINY.untrained(images.shape(), 10, 1);
    try (Workers workers = new Workers()) {
      Trainer trainer = new Trainer(training, new Length.Steps(40), 0);
      return OnnxClassifier.of(
          OnnxModel.of(
              trainer.train(
                  OnnxModel.of(start, "start"),
                  images,
                  images.first(50),
                  folder.resolve(name),
                  workers,
                  TrainingProgress.none()),
              name));
    }
  }

  private static double value(WeightPenalty penalty, OnnxClassifier net) {
    try (Scope scope = Scope.open()) {
      List<WeightPenalty.Layer> layers =
          LinearLayer.of(net).stream()
              .map(
                  map ->
                      new WeightPenalty.Layer(
                          map, requireNonNull(net.parameters().get(map.weight()))))
              .toList();
      Tensor value = penalty.of(layers);
      return value.item();
    }
  }
}

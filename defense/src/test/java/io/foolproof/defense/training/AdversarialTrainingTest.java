package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.Goal;
import io.foolproof.attack.Norm;
import io.foolproof.attack.NormBounded;
import io.foolproof.attack.gradient.Pgd;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.data.Npz;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.RobustAccuracy;
import io.foolproof.defense.Threats;
import io.foolproof.defense.loss.AdversarialCrossEntropy;
import io.foolproof.defense.loss.Batch;
import io.foolproof.defense.loss.TrainingLoss;
import io.foolproof.defense.recipe.Recipes;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.operator.Node;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class AdversarialTrainingTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(600);
  private static final ImageSet VALIDATION = GeneratedDigits.standard().test(100);
  private static final NormBounded THREAT = within(Norm.LINF, 0.1);

  @TempDir Path folder;

  private static NormBounded within(Norm norm, double epsilon) {
    return new NormBounded(norm, epsilon, new Goal.Untargeted());
  }

  private byte[] train(
      Trainer trainer, Architecture net, String out, int workers, TrainingProgress progress) {
    byte[] start = net.untrained(TRAINING.shape(), 10, 3);
    try (Workers pool = new Workers(workers)) {
      return trainer.train(
          OnnxModel.of(start, "start"), TRAINING, VALIDATION, folder.resolve(out), pool, progress);
    }
  }

  private static Trainer trainer(Recipes recipe, NormBounded threat, int steps) {
    return new Trainer(recipe.against(threat).training(), new Length.Steps(steps), 1);
  }

  /** Notes, and gives up when an epoch begins. */
  private static final class Listener implements TrainingProgress {
    private final int stop;
    private final List<String> notes = new ArrayList<>();
    private final List<Validation.Accuracies> measured = new ArrayList<>();

    Listener(int stop) {
      this.stop = stop;
    }

    @Override
    public void begin(int epoch, int epochs, int done, int steps) {
      if (epoch == stop) {
        throw new IllegalStateException("stopped");
      }
    }

    @Override
    public void step(double loss) {}

    @Override
    public void end(int epoch, double loss, Validation.Accuracies validation) {
      measured.add(validation);
    }

    @Override
    public void note(String text) {
      notes.add(text);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "DEFAULT",
        "TRADES",
        "MART",
        "FAST",
        "FREE",
        "AWP",
        "CERTIFIED",
        "IBP",
        "CROWN_IBP",
        "SABR",
        "MTL_IBP"
      })
  void theNumberOfWorkersDoesNotMatter(Recipes recipe) {
    Trainer trainer = trainer(recipe, THREAT, 2);
    byte[] one = train(trainer, Architecture.SMALL, "a", 1, TrainingProgress.none());
    assertThat(train(trainer, Architecture.SMALL, "b", 3, TrainingProgress.none())).isEqualTo(one);
  }

  /** Averages, the best epoch and epsilon are part of what a checkpoint holds. */
  @Test
  void aRunThatWasStoppedGoesOnFromItsCheckpoint() {
    Trainer trainer = trainer(Recipes.DEFAULT, THREAT, 17);
    Architecture net = Architecture.THRESHOLD;
    byte[] whole = train(trainer, net, "whole", 2, TrainingProgress.none());
    assertThatThrownBy(() -> train(trainer, net, "stopped", 2, new Listener(2)))
        .hasMessage("stopped");
    assertThat(train(trainer, net, "stopped", 2, TrainingProgress.none())).isEqualTo(whole);
  }

  /** Also of bounds; what is judged is what intervals certify, and nobody attacks. */
  @Test
  void aCertifiedRunThatWasStoppedGoesOn() {
    Trainer trainer = trainer(Recipes.CERTIFIED, THREAT, 25);
    Architecture net = Architecture.MLP;
    Listener listener = new Listener(-1);
    byte[] whole = train(trainer, net, "whole", 2, listener);
    assertThat(listener.measured).hasSize(3).allMatch(Validation.Accuracies::isBounded);
    assertThat(listener.measured).noneMatch(Validation.Accuracies::isAttacked);
    assertThatThrownBy(() -> train(trainer, net, "stopped", 2, new Listener(2)))
        .hasMessage("stopped");
    assertThat(train(trainer, net, "stopped", 2, TrainingProgress.none())).isEqualTo(whole);
  }

  /** While epsilon grows, a net may do well that could not be proved: no such epoch is kept. */
  @Test
  void epochsBeforeEpsilonHasGrownAreNotKept() {
    Training training = Recipes.IBP.against(THREAT).training().withGrowth(1);
    training = training.with(training.descent().withBatch(64).withRate(0.003));
    Listener listener = new Listener(2);
    Trainer trainer = new Trainer(training, new Length.Steps(30), 1);
    assertThatThrownBy(() -> train(trainer, Architecture.MLP, "growing", 2, listener))
        .hasMessage("stopped");
    assertThat(listener.measured).hasSize(2);
    assertThat(Npz.read(folder.resolve("growing.training.npz"))).doesNotContainKey("best");
  }

  /** Whatever the machine has to do meanwhile. */
  @Test
  void minutesAreAPlanThatARunKeepsTo() {
    Trainer trainer =
        new Trainer(Recipes.FAST.against(THREAT).training(), new Length.Minutes(0.02), 1);
    Path file = folder.resolve("timed.training.npz");
    assertThatThrownBy(() -> train(trainer, Architecture.SMALL, "timed", 2, new Listener(0)))
        .hasMessage("stopped");
    byte[] timed = train(trainer, Architecture.SMALL, "timed", 2, TrainingProgress.none());
    String steps = OnnxModel.of(timed, "timed").metadata().getOrDefault("foolproof.steps", "none");
    assertThat(steps).matches("(\\d+) of \\1");
    int total = Integer.parseInt(steps.substring(steps.indexOf(' ') + 4));
    assertThat(total).isPositive();
    assertThat(file).exists();
    byte[] again =
        train(
            trainer(Recipes.FAST, THREAT, total),
            Architecture.SMALL,
            "counted",
            1,
            TrainingProgress.none());
    assertThat(again).isEqualTo(timed);
  }

  @Test
  void trainingAgainstAnAttackHelpsAgainstIt() {
    NormBounded threat = within(Norm.LINF, 0.15);
    byte[] plain =
        train(
            new Trainer(Training.plain(), new Length.Epochs(8), 1),
            Architecture.SMALL,
            "plain",
            2,
            TrainingProgress.none());
    byte[] robust =
        train(
            trainer(Recipes.DEFAULT, threat, 240),
            Architecture.SMALL,
            "robust",
            2,
            TrainingProgress.none());
    assertThat(robustAccuracy(robust, threat)).isGreaterThan(0.2 + robustAccuracy(plain, threat));
  }

  private static double robustAccuracy(byte[] model, NormBounded threat) {
    return robustAccuracy(model, Threats.of(threat));
  }

  private static double robustAccuracy(byte[] model, Threats threats) {
    try (Workers workers = new Workers()) {
      OnnxClassifier net = OnnxClassifier.of(OnnxModel.of(model, "model"));
      return RobustAccuracy.of(net, VALIDATION, Pgd.standard(), threats, 0, workers);
    }
  }

  @Test
  void aFileSaysHowItWasTrained() {
    byte[] model =
        train(trainer(Recipes.MADRY, THREAT, 1), Architecture.MLP, "m", 2, TrainingProgress.none());
    assertThat(OnnxModel.of(model, "m").metadata())
        .containsEntry("foolproof.steps", "1 of 1")
        .containsEntry("foolproof.seed", "1")
        .hasEntrySatisfying(
            "foolproof.training",
            text -> assertThat(text).contains("recipe=madry", "epsilon=0.1", "steps=40"));
  }

  @Test
  void thresholdsAreNotTrained() {
    byte[] start = Architecture.THRESHOLD.untrained(TRAINING.shape(), 10, 3);
    byte[] model =
        train(
            trainer(Recipes.DEFAULT, THREAT, 2),
            Architecture.THRESHOLD,
            "t",
            2,
            TrainingProgress.none());
    assertThat(constants(model)).isEqualTo(constants(start)).hasSize(4);
    assertThat(model).isNotEqualTo(start);
  }

  private static List<List<Float>> constants(byte[] model) {
    List<List<Float>> constants = new ArrayList<>();
    for (Node node : OnnxModel.of(model, "model").nodes()) {
      if (node.type().equals("Constant")) {
        List<Float> values = new ArrayList<>();
        for (float value : Objects.requireNonNull(node.attributes().tensor("value")).toFloats()) {
          values.add(value);
        }
        constants.add(values);
      }
    }
    return constants;
  }

  // ---- What goes wrong

  /** Makes the loss large. */
  private record Unlearning() implements TrainingLoss {
    @Override
    public Tensor of(Batch batch) {
      return new AdversarialCrossEntropy().of(batch).neg();
    }
  }

  /** Its own attack moves nothing: no accuracy under attack is there that could fall. */
  @Test
  void aNetThatResistsNothingFromTheStartIsNotedOnceAndAtTheEnd() {
    Training blind =
        new Training(
            "blind",
            new AdversarialCrossEntropy(),
            new Adversary(
                Threats.of(within(Norm.LINF, 0.4)),
                new InnerAttack(1, 1e-6, InnerAttack.Start.IMAGE),
                0),
            new StepRule.Once(),
            new Training.Descent(new Optimiser.Adam(), new Schedule.Constant(), 3e-3, 20, 0),
            Augmentation.NONE);
    Listener listener = new Listener(-1);
    train(new Trainer(blind, new Length.Epochs(3), 1), Architecture.SMALL, "blind", 2, listener);
    assertThat(listener.measured).extracting(Validation.Accuracies::robust).containsOnly(0.0);
    assertThat(listener.notes)
        .hasSize(2)
        .allSatisfy(note -> assertThat(note).contains("0.0 % under attack", "catastrophic"));
    assertThat(listener.notes.get(0)).startsWith("after epoch 1 ");
    assertThat(listener.notes.get(1)).startsWith("after epoch 3 ");
  }

  /** What a net withstands is unlearned, a little in each epoch. */
  @Test
  void aCollapseStopsTrainingAndTheBestWeightsStay() {
    NormBounded threat = within(Norm.LINF, 0.15);
    byte[] robust =
        train(
            trainer(Recipes.DEFAULT, threat, 240),
            Architecture.SMALL,
            "robust",
            2,
            TrainingProgress.none());
    Training unlearning =
        new Training(
            "unlearning",
            new Unlearning(),
            new Adversary(Threats.of(threat), new InnerAttack(1, 1, InnerAttack.Start.IMAGE), 0),
            new StepRule.Once(),
            new Training.Descent(new Optimiser.Adam(), new Schedule.Constant(), 3e-5, 50, 0),
            Augmentation.NONE);
    Listener listener = new Listener(-1);
    byte[] kept;
    try (Workers pool = new Workers(2)) {
      kept =
          new Trainer(unlearning, new Length.Epochs(30), 1)
              .train(
                  OnnxModel.of(robust, "robust"),
                  TRAINING,
                  VALIDATION,
                  folder.resolve("c"),
                  pool,
                  listener);
    }
    assertThat(listener.notes)
        .singleElement()
        .satisfies(
            note -> assertThat(note).contains("catastrophic overfitting", ", step ", "are kept"));
    double best =
        listener.measured.stream().mapToDouble(Validation.Accuracies::robust).max().orElseThrow();
    double last = listener.measured.get(listener.measured.size() - 1).robust();
    assertThat(last).isLessThan(best - 0.2);
    assertThat(listener.measured).hasSizeLessThan(30);
    assertThat(robustAccuracy(kept, threat)).isGreaterThan(last + 0.1);
  }

  @Test
  void aLossThatIsNotFiniteNamesItsStepAndTheLastCheckpointStays() throws IOException {
    Training fast = Recipes.FAST.against(THREAT).training();
    Trainer sound = new Trainer(fast, new Length.Steps(12), 1);
    assertThatThrownBy(() -> train(sound, Architecture.MLP, "n", 2, new Listener(1)))
        .hasMessage("stopped");
    byte[] before = Files.readAllBytes(folder.resolve("n.training.npz"));
    Trainer wild = new Trainer(fast.with(fast.descent().withRate(1e30)), new Length.Steps(12), 1);
    assertThatThrownBy(() -> train(wild, Architecture.MLP, "w", 2, TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("training diverged in epoch 1, step 3")
        .hasMessageContaining("smaller --rate than 1.0E30");
    assertThat(Files.readAllBytes(folder.resolve("n.training.npz"))).isEqualTo(before);
  }

  @Test
  void aCheckpointOfAnotherNetOrRecipeIsRefused() {
    train(trainer(Recipes.FAST, THREAT, 2), Architecture.MLP, "f", 2, TrainingProgress.none());
    assertThatThrownBy(
            () ->
                train(
                    trainer(Recipes.FAST, THREAT, 2),
                    Architecture.LINEAR,
                    "f",
                    2,
                    TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("another training run");
    assertThatThrownBy(
            () ->
                train(
                    trainer(Recipes.MADRY, THREAT, 2),
                    Architecture.MLP,
                    "f",
                    2,
                    TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("recipe=madry");
  }

  /** As on a disk that is full: what cannot be written changes nothing. */
  @Test
  void aCheckpointThatCannotBeWrittenLeavesTheOneBefore() throws IOException {
    Trainer trainer = trainer(Recipes.FAST, THREAT, 18);
    assertThatThrownBy(() -> train(trainer, Architecture.MLP, "d", 2, new Listener(1)))
        .hasMessage("stopped");
    Path file = folder.resolve("d.training.npz");
    byte[] before = Files.readAllBytes(file);
    Path partial = Files.createDirectory(folder.resolve("d.training.npz.part"));
    assertThatThrownBy(() -> train(trainer, Architecture.MLP, "d", 2, TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot be written");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    // Nothing of the attempt is left.
    assertThat(partial).doesNotExist();
    byte[] resumed = train(trainer, Architecture.MLP, "d", 2, TrainingProgress.none());
    assertThat(resumed)
        .isEqualTo(train(trainer, Architecture.MLP, "e", 2, TrainingProgress.none()));
  }

  @Test
  void epsilonBeyondTheBoxIsRefused() {
    assertThatThrownBy(
            () ->
                train(
                    trainer(Recipes.FAST, within(Norm.LINF, 8), 1),
                    Architecture.MLP,
                    "b",
                    2,
                    TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("reaches every image of the box [0.0, 1.0]")
        .hasMessageContaining("8/255");
    assertThatThrownBy(() -> Recipes.MADRY.against(within(Norm.L0, 5)).training())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give linf, l2 or l1");
    assertThatThrownBy(() -> Recipes.MADRY.against(within(Norm.L2, 0)).training())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give one above 0");
  }

  @Test
  void aUnionHasEachNormOnceAndNoReplays() {
    NormBounded l2 = within(Norm.L2, 2);
    assertThatThrownBy(() -> new Threats(List.of(l2, within(Norm.L2, 1))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("L2 is given twice");
    assertThatThrownBy(() -> new Threats(List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no norm is given");
    Training free = Recipes.FREE.against(new Threats(List.of(THREAT, l2))).training();
    assertThatThrownBy(
            () ->
                train(
                    new Trainer(free, new Length.Steps(1), 1),
                    Architecture.MLP,
                    "u",
                    2,
                    TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("linf alone; found L-inf, epsilon 0.1; L2, epsilon 2.0");
  }

  /** A checkpoint of one norm is not continued as that of a union, and the file says both. */
  @Test
  void aUnionIsNamedInTheFileAndInTheCheckpoint() {
    Threats both = new Threats(List.of(THREAT, within(Norm.L2, 1)));
    Trainer union = new Trainer(Recipes.FAST.against(both).training(), new Length.Steps(2), 1);
    byte[] model = train(union, Architecture.MLP, "v", 2, TrainingProgress.none());
    assertThat(OnnxModel.of(model, "v").metadata().get("foolproof.training"))
        .contains("norm=LINF", "epsilon=0.1", "norm=L2", "epsilon=1.0");
    assertThatThrownBy(
            () ->
                train(
                    trainer(Recipes.FAST, THREAT, 2),
                    Architecture.MLP,
                    "v",
                    2,
                    TrainingProgress.none()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("another training run");
  }

  /** An image counts where no norm fools it: what each leaves is more, and differs. */
  @Test
  void robustAccuracyOfAUnionIsThatOfEachImagesWorstNorm() {
    byte[] model =
        train(
            new Trainer(Training.plain(), new Length.Epochs(6), 1),
            Architecture.SMALL,
            "w",
            2,
            TrainingProgress.none());
    NormBounded linf = within(Norm.LINF, 0.06);
    NormBounded l2 = within(Norm.L2, 0.8);
    double union = robustAccuracy(model, new Threats(List.of(linf, l2)));
    assertThat(union)
        .isLessThanOrEqualTo(Math.min(robustAccuracy(model, linf), robustAccuracy(model, l2)))
        .isGreaterThanOrEqualTo(robustAccuracy(model, linf) + robustAccuracy(model, l2) - 1)
        .isBetween(0.01, 0.95);
  }

  @ParameterizedTest
  @EnumSource(
      value = Architecture.class,
      names = {"THRESHOLD", "DEEP_THRESHOLD", "RAMP"})
  void aThresholdThatEpsilonCrossesIsRefused(Architecture net) {
    Threats most = Threats.of(within(Norm.LINF, 0.5));
    assertThatThrownBy(() -> net.untrained(TRAINING.shape(), 10, 1, most))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("epsilon 0.5 crosses the threshold");
  }

  @Test
  void fewerImagesThanABatchAndEmptyClassesAreRefused() {
    Trainer trainer = trainer(Recipes.FAST, THREAT, 1);
    byte[] start = Architecture.MLP.untrained(TRAINING.shape(), 10, 3);
    OnnxModel model = OnnxModel.of(start, "start");
    try (Workers pool = new Workers(1)) {
      assertThatThrownBy(
              () ->
                  trainer.train(
                      model,
                      TRAINING.first(40),
                      VALIDATION,
                      folder.resolve("x"),
                      pool,
                      TrainingProgress.none()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("40 images are fewer than a batch of 100");
      int[] withoutSevens = IntStream.range(0, 600).filter(i -> TRAINING.label(i) != 7).toArray();
      assertThatThrownBy(
              () ->
                  trainer.train(
                      model,
                      TRAINING.select(withoutSevens),
                      VALIDATION,
                      folder.resolve("x"),
                      pool,
                      TrainingProgress.none()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("class 7 has no image");
    }
  }
}

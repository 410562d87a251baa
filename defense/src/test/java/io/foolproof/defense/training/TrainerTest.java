package io.foolproof.defense.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.defense.Architecture;
import io.foolproof.model.Classifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(600);
  private static final ImageSet VALIDATION = GeneratedDigits.standard().test(300);

  @TempDir Path folder;

  private static Trainer plain(
      int epochs, int batch, double rate, Augmentation augmentation, long seed) {
    Training plain = Training.plain().with(augmentation);
    return new Trainer(
        plain.with(plain.descent().withBatch(batch).withRate(rate)),
        new Length.Epochs(epochs),
        seed);
  }

  private byte[] train(Trainer trainer, Architecture net, Path out, int workers) {
    return train(trainer, net, out, workers, TrainingProgress.none());
  }

  private static byte[] train(
      Trainer trainer, Architecture net, Path out, int workers, TrainingProgress progress) {
    byte[] start = net.untrained(TRAINING.shape(), 10, 3);
    try (Workers pool = new Workers(workers)) {
      return trainer.train(OnnxModel.of(start, "start"), TRAINING, VALIDATION, out, pool, progress);
    }
  }

  @Test
  void aNetLearnsDigitsAndOnnxRuntimeReadsWhatItLearned() throws IOException {
    Path out = folder.resolve("mlp.onnx");
    Files.write(out, train(plain(6, 50, 3e-3, Augmentation.NONE, 1), Architecture.MLP, out, 2));
    OnnxClassifier model = OnnxClassifier.load(out);
    try (Workers workers = new Workers();
        Classifier runtime = OnnxRuntimeClassifier.load(out);
        Scope scope = Scope.open()) {
      assertThat(Accuracy.of(model, VALIDATION, workers)).isBetween(0.6, 0.999);
      int[] places = IntStream.range(0, 50).toArray();
      float[] ours = model.logits(VALIDATION.tensor(places)).toFloats();
      float[] theirs = runtime.logits(VALIDATION.tensor(places)).toFloats();
      for (int i = 0; i < ours.length; i++) {
        assertThat(ours[i]).isCloseTo(theirs[i], Offset.offset(1e-4f));
      }
    }
  }

  @Test
  void theNumberOfWorkersDoesNotMatter() {
    Trainer trainer = plain(1, 100, 3e-3, Augmentation.LIGHT, 1);
    byte[] one = train(trainer, Architecture.CNN, folder.resolve("a"), 1);
    assertThat(train(trainer, Architecture.CNN, folder.resolve("b"), 3)).isEqualTo(one);
  }

  @Test
  void aRunThatWasStoppedGoesOnFromItsCheckpoint() {
    Trainer trainer = plain(3, 100, 3e-3, Augmentation.LIGHT, 1);
    byte[] whole = train(trainer, Architecture.MLP, folder.resolve("whole"), 2);
    Path out = folder.resolve("stopped");
    assertThatThrownBy(() -> train(trainer, Architecture.MLP, out, 2, new StopAt(2)))
        .isInstanceOf(Stopped.class);
    assertThat(train(trainer, Architecture.MLP, out, 2)).isEqualTo(whole);
    Trainer.finished(out);
    assertThat(folder.resolve("stopped.training.npz")).doesNotExist();
  }

  @Test
  void aCheckpointOfAnotherRunIsRefused() throws IOException {
    Path out = folder.resolve("model");
    train(plain(1, 100, 3e-3, Augmentation.LIGHT, 1), Architecture.MLP, out, 2);
    Trainer other = plain(1, 100, 3e-3, Augmentation.LIGHT, 2);
    assertThatThrownBy(() -> train(other, Architecture.MLP, out, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("another training run (seed=1, now seed=2): remove it");
    Trainer same = plain(1, 100, 3e-3, Augmentation.LIGHT, 1);
    assertThatThrownBy(() -> train(same, Architecture.LINEAR, out, 2))
        .hasMessageContaining("another training run (another net): remove it");
    Path file = Checkpoint.beside(out);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 300));
    assertThatThrownBy(() -> train(same, Architecture.MLP, out, 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is no checkpoint, or a damaged one: remove it to begin anew");
  }

  @Test
  void imagesToValidateByAreNeeded() {
    byte[] start = Architecture.MLP.untrained(TRAINING.shape(), 10, 3);
    Trainer trainer = plain(1, 100, 3e-3, Augmentation.NONE, 1);
    try (Workers pool = new Workers(1)) {
      assertThatThrownBy(
              () ->
                  trainer.train(
                      OnnxModel.of(start, "start"),
                      TRAINING,
                      VALIDATION.select(new int[0]),
                      folder.resolve("none"),
                      pool,
                      TrainingProgress.none()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("no image is left to validate by");
    }
  }

  @Test
  void aRateThatDivergesIsSaid() {
    Trainer wild = plain(2, 100, 1e30, Augmentation.NONE, 1);
    assertThatThrownBy(() -> train(wild, Architecture.MLP, folder.resolve("wild"), 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("give a smaller --rate");
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Gives up when an epoch begins. */
  private record StopAt(int stop) implements TrainingProgress {
    @Override
    public void begin(int epoch, int epochs, int done, int steps) {
      if (epoch == stop) {
        throw new Stopped();
      }
    }

    @Override
    public void step(double loss) {}

    @Override
    public void end(int epoch, double loss, Validation.Accuracies validation) {}

    @Override
    public void note(String text) {}
  }
}

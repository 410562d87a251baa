package io.foolproof.physical.photo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.model.Classifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.physical.sheet.Cell;
import io.foolproof.physical.sheet.ExampleRuns;
import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SurvivalTest {
  private static final PrintRun RUN = ExampleRuns.digits(Paper.A4, 60);

  /** Takes all images for one class. */
  private static Classifier constant(int classes, int answer) {
    return Classifier.of(
        "constant",
        InputSpec.unit(1, 28, 28),
        classes,
        images -> {
          float[][] logits = new float[images.length][classes];
          for (float[] row : logits) {
            row[answer] = 1;
          }
          return logits;
        });
  }

  /** Says class 1 in one call of three, class 4 in the others. */
  private record Wavering(Classifier model, AtomicInteger calls) implements ForwardingClassifier {
    @Override
    public boolean drawsAtRandom() {
      return true;
    }

    @Override
    public Tensor logits(Tensor images) {
      return constant(10, calls.getAndIncrement() % 3 == 0 ? 1 : 4).logits(images);
    }

    @Override
    public Classifier drawing(RandomStream from) {
      return this;
    }
  }

  @Test
  void aRandomisedModelCountsByMostOfItsDraws() {
    Wavering model = new Wavering(constant(10, 0), new AtomicInteger());
    Survival survival = Survival.of(new Recapture(RUN), model);
    assertThat(survival.outcomes()).allMatch(outcome -> outcome.digital() == 4);
  }

  @Test
  void aModelThatMisclassifiesMostOfTheCleanImagesIsForeign() {
    assertThat(Survival.of(new Recapture(RUN), constant(10, 3)).isForeign()).isTrue();
    PrintRun threes =
        new PrintRun(
            RUN.paper(),
            RUN.shape(),
            true,
            "threes",
            null,
            RUN.cells().stream()
                .map(cell -> new Cell(cell.kind(), cell.index(), 3, cell.levels()))
                .toList());
    assertThat(Survival.of(new Recapture(threes), constant(10, 3)).isForeign()).isFalse();
  }

  @Test
  void aPatchTowardsAClassThatTheModelDoesNotKnowIsRefused() {
    PrintRun towards = new PrintRun(RUN.paper(), RUN.shape(), true, "patched", 11, RUN.cells());
    assertThatThrownBy(() -> Survival.of(new Recapture(towards), constant(10, 0)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "constant has 10 classes, and the patch on the sheets leads to class 11");
  }
}

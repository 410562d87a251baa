package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Attacks on a set of images at once, as programs call them. */
class AttackOnImagesTest {
  private static final LinearClassifier MODEL =
      LinearClassifier.random(InputSpec.unit(1, 6, 5), 3, 11);

  private static final Attack ATTACK = Attacks.parse("pgd:steps=5");
  private static final ThreatModel THREAT = ThreatModel.linf(0.05);

  private static ImageSet images(int count) {
    float[][] pixels = new float[count][30];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      new RandomStream(5, i, "images", 0).fillUniform(pixels[i], 0, 30, 0.3f, 0.7f);
      labels[i] = MODEL.predict(pixels[i]);
    }
    return ImageSet.of("grey", pixels, labels, new ImageShape(1, 6, 5), List.of("a", "b", "c"));
  }

  /** In their order, each with the random numbers of its index in the data set. */
  @Test
  void imagesAreAttackedAsIfEachWereAlone() {
    ImageSet images = images(100).select(IntStream.range(0, 60).map(i -> 99 - i).toArray());
    List<AttackResult> alone = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      alone.addAll(ATTACK.run(MODEL, Samples.of(images, new int[] {i}), THREAT, 9));
    }
    List<AttackResult> together = ATTACK.run(MODEL, images, THREAT, 9);
    assertThat(together).usingRecursiveFieldByFieldElementComparator().isEqualTo(alone);
    assertThat(together.stream().map(AttackResult::status).distinct()).hasSize(2);
  }

  @Test
  void theSeedIsZeroUnlessItIsGiven() {
    ImageSet images = images(30);
    List<AttackResult> found = ATTACK.run(MODEL, images, THREAT);
    assertThat(found)
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(ATTACK.run(MODEL, images, THREAT, 0));
    assertThat(found)
        .usingRecursiveFieldByFieldElementComparator()
        .isNotEqualTo(ATTACK.run(MODEL, images, THREAT, 1));
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingRuns() {
    LinearClassifier wide = LinearClassifier.random(InputSpec.unit(1, 4, 8), 3, 11);
    assertThatThrownBy(() -> ATTACK.run(wide, images(3), THREAT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("linear takes inputs of shape [1, 4, 8], but the images of grey are");
    LinearClassifier dark =
        LinearClassifier.random(new InputSpec(new long[] {1, 6, 5}, 0, 0.2), 3, 11);
    assertThatThrownBy(() -> ATTACK.run(dark, images(3), THREAT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("outside the box [0.0, 0.2");
    LinearClassifier two = LinearClassifier.random(InputSpec.unit(1, 6, 5), 2, 11);
    ImageSet third =
        ImageSet.of(
            "black",
            new float[1][30],
            new int[] {2},
            new ImageShape(1, 6, 5),
            List.of("a", "b", "c"));
    assertThatThrownBy(() -> ATTACK.run(two, third, THREAT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has label 2, but linear has 2 outputs");
    assertThatThrownBy(() -> ATTACK.run(MODEL, images(3), ThreatModel.flow(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("pgd has no version for flow");
    assertThatThrownBy(() -> ATTACK.run(MODEL, images(3), THREAT.withGoal(new Goal.Targeted(7))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("target class 7 is out of range");
  }
}

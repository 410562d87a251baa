package io.foolproof.audit.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.LinearClassifier;
import io.foolproof.audit.Progress;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.physical.patch.Looks;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.physical.patch.Places;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.transform.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchStudyTest {
  private static final ImageShape SHAPE = new ImageShape(1, 8, 8);

  @TempDir Path folder;

  private static ImageSet images(int from, int to) {
    float[][] pixels = new float[to - from][64];
    int[] labels = new int[to - from];
    for (int i = from; i < to; i++) {
      new RandomStream(4, i, "images", 0).fillUniform(pixels[i - from], 0, 64, 0, 1);
      labels[i - from] = i % 3;
    }
    return ImageSet.of(pixels, labels, SHAPE);
  }

  private static PatchPlan plan(int steps) {
    PatchAttack attack =
        new PatchAttack(2, false, 0, Places.USUAL, View.NONE, Looks.ANY, steps, 12, 0.1, 1);
    return new PatchPlan(
        LinearClassifier.balanced(InputSpec.unit(1, 8, 8), 3, 2),
        images(0, 40),
        images(30, 90),
        attack,
        List.of(2, 4),
        Arrays.asList(0, null));
  }

  private static PatchResult run(PatchPlan plan, Path journal) {
    return PatchStudy.run(plan, journal, false, () -> {}, Progress.none());
  }

  @Test
  void patchesAreMeasuredOnImagesThatNoneWasMadeFrom() {
    PatchPlan plan = plan(5);
    assertThat(plan.making().size()).isEqualTo(30);
    assertThat(plan.attack(1).side()).isEqualTo(2);
    assertThat(plan.attack(1).target()).isNull();
    assertThat(plan.attack(2).side()).isEqualTo(4);
    PatchResult result = PatchStudy.run(plan, null, false, () -> {}, Progress.none());
    assertThat(result.made()).hasSize(4);
    assertThat(result.made().get(0).rates().images()).isEqualTo(40);
    assertThat(result.made().get(1).rates().images()).isEqualTo(60);
    assertThat(result.draws()).hasSize(20);
    double best = result.best(4).rate(Cover.PATCH).value();
    assertThat(best).isGreaterThanOrEqualTo(result.made().get(3).rate(Cover.PATCH).value());
  }

  @Test
  void aStudyThatWasCutOffGoesOnAndEndsAsOneThatWasNot() throws IOException {
    Path journal = folder.resolve("journal.jsonl");
    PatchResult whole = run(plan(5), journal);
    List<String> lines = Files.readAllLines(journal);
    assertThat(lines).hasSize(5);
    Files.writeString(journal, String.join("\n", lines.subList(0, 3)) + "\n");
    PatchResult resumed = run(plan(5), journal);
    assertThat(resumed.made()).isEqualTo(whole.made());
    assertThat(Files.readAllLines(journal)).isEqualTo(lines);
    assertThatThrownBy(() -> run(plan(6), journal)).isInstanceOf(InvalidInputException.class);
  }

  /**
   * A model that takes an image for class 1 where a corner is dark; made for it, it stays there.
   */
  @Test
  void theBestPlaceIsFoundAndOtherModelsAreTried() {
    float[][] weights = new float[2][64];
    for (int j = 0; j < 64; j++) {
      weights[1][j] = j / 8 >= 6 && j % 8 >= 6 ? -9 : 0;
    }
    InputSpec input = InputSpec.unit(1, 8, 8);
    LinearClassifier corner = new LinearClassifier(input, weights, new float[] {0, 9});
    float[][] none = new float[2][64];
    LinearClassifier never = new LinearClassifier(input, none, new float[] {1, 0});
    PatchAttack attack =
        new PatchAttack(2, false, 1, new Places(0, 0, null), View.NONE, Looks.ANY, 40, 12, 0.1, 1);
    PatchPlan plan =
        new PatchPlan(
            corner,
            images(0, 40),
            images(40, 100),
            attack,
            List.of(2),
            List.of(1),
            true,
            List.of(never, corner));
    PatchResult.Made made =
        PatchStudy.run(plan, null, false, () -> {}, Progress.none()).made().get(0);
    assertThat(made.spot()).isEqualTo(new Places.Spot(6, 6));
    assertThat(made.rate(Cover.PATCH).value()).isEqualTo(1);
    assertThat(made.also(0, Cover.PATCH).value()).isZero();
    assertThat(made.also(1, Cover.PATCH)).isEqualTo(made.rate(Cover.PATCH));
  }

  @Test
  void strengthsComeOnTopOfTheView() {
    PatchResult result = run(plan(5), folder.resolve("journal.jsonl"));
    assertThat(result.strengths()).hasSize(21);
    assertThat(result.strengths().get(2).view().settings()).isEqualTo("rotation:degrees=-45..45");
    assertThat(result.strengths().get(2).fooled().total())
        .isEqualTo(result.best().rate(Cover.PATCH).total());
  }

  @Test
  void plansWithoutImagesAreRefused() {
    ImageSet same = images(0, 5);
    PatchPlan plan = plan(5);
    assertThatThrownBy(
            () ->
                new PatchPlan(
                    plan.model(), same, same, plan.attack(), plan.sides(), plan.targets()))
        .hasMessageContaining("0 images to make a patch from and 5 others");
  }
}

package io.foolproof.defense.fitted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.attack.AttackResult;
import io.foolproof.attack.Norm;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.GeneratedDigits;
import io.foolproof.data.ImageSet;
import io.foolproof.defense.Accuracy;
import io.foolproof.geometry.SmallHull;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nearest hull as a classifier, and the file that it is kept in. */
class HullVoteTest {
  private static final ImageSet TRAINING = GeneratedDigits.standard().training(400);
  private static final ImageSet TEST = GeneratedDigits.standard().test(60);

  private static byte[] bytes = new byte[0];

  @BeforeAll
  static void fit() {
    try (Workers workers = new Workers()) {
      bytes =
          FittedModels.fit(FittedModels.parse("hull:points=200"), TRAINING, TEST, workers).file();
    }
  }

  private static DifferentiableClassifier model() {
    return FittedFile.parse(bytes, "hull").classifier();
  }

  private static Tensor batch(ImageSet images, int... places) {
    return images.tensor(places).reshape(places.length, 1, 28, 28);
  }

  @Test
  void scoresAreSquaredDistancesToTheHullsOfTheClasses() {
    FittedFile file = FittedFile.parse(bytes, "hull");
    Prototypes kept = file.model().prototypes();
    try (Scope scope = Scope.open()) {
      float[] found = model().logits(batch(TEST, 7)).toFloats();
      double[] image = batch(TEST, 7).toDoubles();
      for (int k = 0; k < 10; k++) {
        SmallHull hull = SmallHull.of(Arrays.copyOfRange(kept.pixels(), 20 * k, 20 * (k + 1)));
        double squared = hull.nearest(image).squaredDistance();
        assertThat((double) found[k])
            .isCloseTo(-file.model().scale() * squared, within(1e-5 * (1 + Math.abs(found[k]))));
      }
    }
  }

  @Test
  void itClassifiesDigitsAndATrainingImageIsInItsHull() {
    try (Workers workers = new Workers();
        Scope scope = Scope.open()) {
      assertThat(Accuracy.of(model(), TEST, workers)).isGreaterThan(0.85);
      float[] kept = FittedFile.parse(bytes, "hull").model().prototypes().pixels()[45];
      float[] logits = model().logits(Tensor.of(kept, 1, 1, 28, 28)).toFloats();
      assertThat((double) logits[2]).isCloseTo(0, within(1e-9));
      assertThat(logits[3]).isLessThan(-0.01f);
    }
  }

  /** Danskin's theorem, in double precision. */
  @Test
  void gradientsAreThoseOfCentralDifferences() {
    DifferentiableClassifier model = model();
    double step = 1e-5;
    for (int k : new int[] {0, 4, 9}) {
      try (Scope scope = Scope.open()) {
        Tensor image = batch(TEST, 3).to(DType.FLOAT64);
        Tensor variable = image.variable();
        double[] gradient =
            Gradients.of(model.logits(variable).slice(1, k, k + 1, 1).sum(), variable).toDoubles();
        for (int j : new int[] {0, 200, 350, 406, 500}) {
          double[] away = new double[784];
          away[j] = step;
          Tensor by = Tensor.of(away, 1, 1, 28, 28);
          double difference =
              model.logits(image.add(by)).toDoubles()[k]
                  - model.logits(image.sub(by)).toDoubles()[k];
          assertThat(gradient[j]).isCloseTo(difference / (2 * step), within(1e-6));
        }
      }
    }
  }

  @Test
  void aSampleDoesNotDependOnItsBatch() {
    try (Scope scope = Scope.open()) {
      int[] all = IntStream.range(0, 30).toArray();
      float[] together = model().logits(batch(TEST, all)).toFloats();
      for (int i : new int[] {0, 13, 29}) {
        assertThat(model().logits(batch(TEST, i)).toFloats())
            .containsExactly(Arrays.copyOfRange(together, 10 * i, 10 * (i + 1)));
      }
    }
  }

  @Test
  void attacksFoolItWithinEpsilon() {
    List<AttackResult> results =
        Attacks.parse("pgd:steps=10:restarts=1")
            .run(model(), TEST.range(0, 6), ThreatModel.untargeted(Norm.LINF, 0.3));
    assertThat(results)
        .filteredOn(result -> result.status() == AttackResult.Status.FOOLED)
        .hasSizeGreaterThan(2);
  }

  @Test
  void theFileSaysWhatIsInItAndThatNoSecondRuntimeRunsIt(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("hull.fit");
    Files.write(path, bytes);
    assertThat(FittedFile.is(path)).isTrue();
    FittedFile file = FittedFile.read(path);
    assertThat(file.settings()).isEqualTo("hull:points=200");
    assertThat(file.classifier().origin().isKnown()).isTrue();
    assertThat(file.classifier().origin().notes())
        .singleElement()
        .asString()
        .contains("no second runtime");
    assertThat(FittedFile.write(file.model())).isEqualTo(bytes);
    assertThat(FittedFile.is(folder)).isFalse();
    assertThat(FittedFile.is(folder.resolve("none"))).isFalse();
  }

  /** Every byte that is changed, and every place that the file is cut off at, is noticed. */
  @Test
  void aDamagedFileIsRefused() {
    for (int place : new int[] {0, 17, 20, 60, 100, 150, 300, bytes.length / 2, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[place] ^= 4;
      assertRefused(damaged, "");
      assertRefused(Arrays.copyOf(bytes, place), "");
    }
  }

  @Test
  void anotherVersionIsNamed() {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertRefused(
        text.replaceFirst("fitted 1", "fitted 2").getBytes(StandardCharsets.ISO_8859_1),
        "is 'foolproof-fitted 2', of a later version of Foolproof, expected 'foolproof-fitted 1'");
  }

  /** With a checksum that is right, so that what is wrong is found by what it says. */
  @Test
  void whatContradictsItselfIsRefused() {
    HullModel good = FittedFile.parse(bytes, "hull").model();
    Prototypes kept = good.prototypes();
    assertRefused(
        FittedFile.write(new HullModel(200, new long[] {1, 28, 27}, kept, 1)), "bytes, found");
    assertRefused(FittedFile.write(new HullModel(200, new long[] {784}, kept, 1)), "of shape");
    assertRefused(
        FittedFile.write(new HullModel(200, new long[] {1, -28, -28}, kept, 1)),
        "expected whole numbers above 0");
    assertRefused(FittedFile.write(good.scaled(Double.NaN)), "scale is 'NaN'");
    assertRefused(FittedFile.write(good.scaled(0)), "scale is '0.0'");
    float[][] bright = kept.pixels().clone();
    bright[3] = bright[3].clone();
    bright[3][5] = 255;
    assertRefused(
        FittedFile.write(
            new HullModel(200, good.shape(), new Prototypes(bright, kept.perClass()), 1)),
        "holds the pixel 255.0, expected 0 to 1");
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> FittedFile.parse(file, "some.fit"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("some.fit: ")
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}

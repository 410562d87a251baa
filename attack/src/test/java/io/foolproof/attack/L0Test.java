package io.foolproof.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.attack.suite.Attacks;
import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.model.InputSpec;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes that are counted, against all that there are on images of six pixels. */
@Tag("slow")
class L0Test {
  private static final InputSpec COLOUR = InputSpec.unit(3, 2, 3);
  private static final InputSpec GREY = InputSpec.unit(1, 2, 3);
  private static final int PIXELS = 6;

  /** Random search finds the fewest; descent may take one pixel more. */
  static Stream<Arguments> attacksAndInputs() {
    return Stream.of(COLOUR, GREY)
        .flatMap(
            input ->
                Stream.of(
                    Arguments.of(Attacks.parse("sparse-rs:queries=2000"), input, 0),
                    Arguments.of(Attacks.parse("sigmazero:steps=300"), input, 1)));
  }

  /**
   * The fewest pixels that fool a linear model, by trying every set of pixels with every colour
   * that has its values at the ends of the box: on a linear model no other colour does better.
   */
  private static int fewestPixels(LinearClassifier model, float[] image, int label) {
    int channels = (int) model.input().shape()[0];
    int fewest = Integer.MAX_VALUE;
    for (int set = 0; set < 1 << PIXELS; set++) {
      if (Integer.bitCount(set) < fewest && foolsSome(model, image, label, set, channels)) {
        fewest = Integer.bitCount(set);
      }
    }
    return fewest;
  }

  private static boolean foolsSome(
      LinearClassifier model, float[] image, int label, int set, int channels) {
    int free = Integer.bitCount(set) * channels;
    for (int ends = 0; ends < 1 << free; ends++) {
      float[] point = image.clone();
      int next = 0;
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        for (int channel = 0; (set >> pixel & 1) == 1 && channel < channels; channel++) {
          point[channel * PIXELS + pixel] = ends >> next++ & 1;
        }
      }
      if (model.predict(point) != label) {
        return true;
      }
    }
    return false;
  }

  private static float[] image(InputSpec input, int i) {
    float[] image = new float[input.elements()];
    new RandomStream(5, i, "images", 0).fillUniform(image, 0, image.length, 0.3f, 0.7f);
    return image;
  }

  @ParameterizedTest
  @MethodSource("attacksAndInputs")
  void asManyPixelsAreChangedAsMustBe(Attack attack, InputSpec input, int more) {
    int several = 0;
    for (int i = 0; i < 12; i++) {
      LinearClassifier model = LinearClassifier.random(input, 3, 20 + i);
      float[] image = image(input, i);
      int label = model.predict(image);
      int fewest = fewestPixels(model, image, label);
      if (fewest > 3) {
        continue;
      }
      several += fewest > 1 ? 1 : 0;
      Samples sample = new Samples(new float[][] {image}, new int[] {label}, new long[] {i});
      AttackResult found = attack.run(model, sample, ThreatModel.l0Pixels(fewest + more), 1).get(0);
      assertThat(found.status()).as("model %d", i).isEqualTo(AttackResult.Status.FOOLED);
      assertThat(Distances.between(image, found.image(), input).pixels())
          .isBetween(fewest, fewest + more);
      if (fewest > 1) {
        AttackResult fewer = attack.run(model, sample, ThreatModel.l0Pixels(fewest - 1), 1).get(0);
        assertThat(fewer.status()).isEqualTo(AttackResult.Status.STANDING);
        assertThat(Distances.between(image, fewer.image(), input).pixels()).isLessThan(fewest);
      }
    }
    assertThat(several).as("models that need several pixels").isPositive();
  }

  @Test
  void aPixelIsCountedOnceWhateverItsChannels() {
    float[] clean = new float[18];
    float[] changed = clean.clone();
    changed[2] = 1;
    changed[2 + PIXELS] = 1;
    changed[5 + 2 * PIXELS] = 1;
    Distances distances = Distances.between(clean, changed, COLOUR);
    assertThat(distances.l0()).isEqualTo(3);
    assertThat(distances.in(Norm.L0_PIXELS)).isEqualTo(2);
    assertThat(Distances.between(clean, changed, InputSpec.unit(18)).in(Norm.L0_PIXELS))
        .isEqualTo(3);
    assertThatThrownBy(() -> Distances.between(clean, changed).in(Norm.L0_PIXELS))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Of a grey image pixels are values: what is found is the same to the last bit. */
  @Test
  void onGreyImagesPixelsAreValues() {
    LinearClassifier model = LinearClassifier.random(GREY, 3, 20);
    float[] image = image(GREY, 1);
    Samples sample =
        new Samples(new float[][] {image}, new int[] {model.predict(image)}, new long[] {1});
    Attacks.all().stream()
        .map(entry -> Attacks.parse(LinearAttackTest.quick(entry.name())))
        .filter(attack -> attack.norms().contains(Norm.L0_PIXELS))
        .forEach(
            attack ->
                assertThat(attack.run(model, sample, ThreatModel.l0Pixels(2), 1))
                    .usingRecursiveComparison()
                    .isEqualTo(attack.run(model, sample, ThreatModel.l0(2), 1)));
  }

  @Test
  void whatCountsValuesOnlyIsRefusedByName() {
    for (String name : new String[] {"fmn", "pdpgd", "bb", "jsma", "pgd", "square"}) {
      assertThatThrownBy(() -> Attacks.parse(name).requireCovered(ThreatModel.l0Pixels(2)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(name + " has no version for L0 over pixels; it has ");
    }
  }

  @Test
  void aModelOfFlatColourImagesDoesNotTellItsPixels() {
    LinearClassifier flat = LinearClassifier.random(InputSpec.unit(18), 3, 20);
    float[] image = image(flat.input(), 1);
    ImageSet images =
        ImageSet.of(
            new float[][] {image}, new int[] {flat.predict(image)}, new ImageShape(3, 2, 3));
    assertThatThrownBy(() -> Attacks.parse("sparse-rs").run(flat, images, ThreatModel.l0Pixels(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("which do not tell the 3 values of a pixel");
  }
}

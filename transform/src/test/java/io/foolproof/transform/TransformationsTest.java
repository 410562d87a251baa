package io.foolproof.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of every transformation. */
class TransformationsTest {

  /** Every transformation at some strength. */
  static Stream<Transformation> all() {
    return Stream.of(
            "rotation:degrees=-15..15",
            "scale:factor=0.8..1.2",
            "shift:right=-0.1..0.1:down=-0.2..0.1",
            "perspective:tilt=10..40:distance=1..3",
            "brightness:add=-0.2..0.2",
            "contrast:factor=0.5..1.5",
            "gamma:exponent=0.5..2",
            "colour-cast:gain=0.7..1.2",
            "gaussian-blur:sigma=0.1..1.5",
            "motion-blur:length=0.5..4",
            "shot-noise:sigma=0.01..0.2",
            "read-noise:sigma=0.01..0.2",
            "vignetting:strength=0.1..0.9",
            "uneven-light:strength=0.1..0.9",
            "resolution:factor=1.2..3",
            "tone-curve:black=0.05..0.2:white=0.7..0.9",
            "dot-gain:gain=-0.25..0.25",
            "occlusion:side=0.2..0.5:grey=0..1",
            "rounding:levels=16",
            "halftone:dots=3:screen=diffusion",
            "binarisation",
            "jpeg:quality=20..90:chroma=half:backward=cubic")
        .map(Transformations::parse);
  }

  /** Those that are differentiable as they are, not by the gradient of something else. */
  static Stream<Transformation> smooth() {
    List<String> steps = List.of("rounding", "halftone", "binarisation", "jpeg");
    return all().filter(transformation -> !steps.contains(transformation.name()));
  }

  /** Those with a strength that can be 0. */
  static Stream<Transformation> atStrengthZero() {
    List<String> steps = List.of("rounding", "halftone", "binarisation", "jpeg");
    return Transformations.all().stream().filter(one -> !steps.contains(one.name()));
  }

  private static Tensor images(int count, int channels, int height, int width) {
    float[] pixels = new float[count * channels * height * width];
    new RandomStream(7, 0, "pixels", 0).fillUniform(pixels, 0, pixels.length, 0.05f, 0.95f);
    return Tensor.of(pixels, count, channels, height, width);
  }

  private static Draw draw(int count) {
    return Draw.of(3, IntStream.range(0, count).toArray(), "test", 5);
  }

  @Test
  void everyTransformationOfTheCatalogueIsTested() {
    assertThat(all().map(Transformation::name))
        .containsExactlyElementsOf(
            Transformations.all().stream().map(Transformation::name).toList());
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsPrintedIsParsedBack(Transformation transformation) {
    assertThat(Transformations.parse(transformation.settings())).isEqualTo(transformation);
    assertThat(View.parse(transformation.settings()).transformations())
        .containsExactly(transformation);
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void theGradientIsThatOfCentralDifferences(Transformation transformation) {
    try (Scope scope = Scope.open()) {
      Tensor x = images(2, 3, 6, 7).to(DType.FLOAT64);
      double[] weights = images(2, 3, 6, 7).add(-0.3).toDoubles();
      Tensor slopes = Tensor.of(weights, x.shape());
      Tensor variable = x.variable();
      double[] gradient =
          Gradients.of(transformation.apply(variable, draw(2)).mul(slopes).sum(), variable)
              .toDoubles();
      double h = 1e-5;
      for (int i = 0; i < gradient.length; i++) {
        double up = value(transformation, x, i, h, slopes);
        double down = value(transformation, x, i, -h, slopes);
        assertThat(gradient[i]).as("pixel %d", i).isCloseTo((up - down) / (2 * h), within(1e-5));
      }
    }
  }

  private static double value(
      Transformation transformation, Tensor x, int at, double change, Tensor slopes) {
    try (Scope scope = Scope.open()) {
      double[] moved = x.toDoubles();
      moved[at] += change;
      return transformation.apply(Tensor.of(moved, x.shape()), draw(2)).mul(slopes).sum().item();
    }
  }

  @ParameterizedTest
  @MethodSource("atStrengthZero")
  void nothingChangesAtStrengthZero(Transformation transformation) {
    try (Scope scope = Scope.open()) {
      for (Tensor x : List.of(images(3, 1, 9, 9), images(2, 3, 7, 12))) {
        int count = (int) x.size(0);
        float[] seen = transformation.apply(x, draw(count)).toFloats();
        float[] pixels = x.toFloats();
        for (int i = 0; i < pixels.length; i++) {
          assertThat(seen[i]).isCloseTo(pixels[i], within(1e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void anImageIsSeenAlikeInEveryBatch(Transformation transformation) {
    try (Scope scope = Scope.open()) {
      for (Tensor x : List.of(images(37, 1, 28, 28), images(5, 3, 13, 10))) {
        requireAlike(transformation, x);
      }
    }
  }

  private static void requireAlike(Transformation transformation, Tensor x) {
    int count = (int) x.size(0);
    Tensor variable = x.variable();
    Tensor together = transformation.apply(variable, draw(count));
    Tensor gradients = Gradients.of(together.mul(together).sum(), variable);
    for (int i = 0; i < count; i += 4) {
      Draw own = Draw.of(3, new int[] {i}, "test", 5);
      Tensor one = x.rows(i, i + 1).variable();
      Tensor alone = transformation.apply(one, own);
      Tensor gradient = Gradients.of(alone.mul(alone).sum(), one);
      assertThat(alone.toFloats()).isEqualTo(together.rows(i, i + 1).toFloats());
      assertThat(gradient.toFloats()).isEqualTo(gradients.rows(i, i + 1).toFloats());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyImageAndStepHasADrawOfItsOwn(Transformation transformation) {
    try (Scope scope = Scope.open()) {
      Tensor x = images(1, 1, 12, 12);
      Tensor both = Tensor.concat(List.of(x, x), 0);
      List<float[]> seen =
          Stream.of(
                  transformation.apply(both, draw(2)),
                  transformation.apply(both, Draw.of(3, new int[] {0, 1}, "test", 6)))
              .flatMap(pair -> Stream.of(pair.rows(0, 1), pair.rows(1, 2)))
              .map(Tensor::toFloats)
              .toList();
      long different = seen.stream().map(Arrays::hashCode).distinct().count();
      boolean draws =
          !List.of("rounding", "halftone", "binarisation").contains(transformation.name());
      assertThat(different).isEqualTo(draws ? 4 : 1);
    }
  }

  @Test
  void severalMapsInARowInterpolateOnce() {
    try (Scope scope = Scope.open()) {
      Tensor x = images(4, 1, 11, 11);
      View thereAndBack =
          View.parse("rotation:degrees=20,scale:factor=2,scale:factor=0.5,rotation:degrees=-20");
      float[] seen = thereAndBack.apply(x, draw(4)).toFloats();
      float[] pixels = x.toFloats();
      for (int i = 0; i < pixels.length; i++) {
        assertThat(seen[i]).isCloseTo(pixels[i], within(1e-5f));
      }
    }
  }

  @Test
  void aPresetStaysWithinZeroAndOneAndIsParsedBack() {
    try (Scope scope = Scope.open()) {
      for (View preset : View.presets()) {
        assertThat(View.parse(preset.name())).isEqualTo(preset);
        assertThat(View.parse(preset.settings()).transformations())
            .isEqualTo(preset.transformations());
        Tensor seen = preset.apply(images(3, 3, 16, 16), draw(3));
        assertThat(seen.min(false, 0, 1, 2, 3).item()).isNotNegative();
        assertThat(seen.max(false, 0, 1, 2, 3).item()).isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void theDocumentsHaveTheRangeOfEveryKnob() throws IOException {
    Path page = Path.of(System.getProperty("foolproof.root", ".."), "docs", "physical.md");
    List<String> lines = Files.readAllLines(page);
    for (View preset : View.presets()) {
      String row =
          preset.transformations().stream()
              .map(transformation -> "`" + transformation.settings() + "`")
              .collect(Collectors.joining(", ", "| `" + preset + "` | ", " |"));
      assertThat(lines).contains(row);
    }
    for (Transformation transformation : Transformations.all()) {
      assertThat(lines).anyMatch(line -> line.startsWith("| `" + transformation.name() + "` | "));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rotation:degrees=15..-15|the range 15..-15 is empty",
        "rotation:degrees=-200..0|rotation: degrees=-200..0: give values from -180 to 180",
        "rotation:degrees=x|'x' is not a range",
        "rotation:angle=3|rotation has no knob 'angle=3' (it has degrees)",
        "rotation:degree=3|did you mean 'degrees'?",
        "rotation:degrees=NaN|not finite",
        "scale:factor=0|give values from 0.01 to 100",
        "phone-foto|there is no view 'phone-foto'; did you mean 'phone-photo'? (there are scan,",
        "|there is no view ''",
        "rotation|rotation without a knob changes nothing: give one, such as rotation:degrees=LOW..HIGH",
        "phone-photo,occlusion|occlusion without a knob changes nothing",
        "halftone:screen=round|give one of ordered, diffusion",
        "halftone:dots=0|halftone: dots=0: give 1 to 16",
        "rounding:levels=1|rounding: levels=1: give 2 to 65536",
        "jpeg:quality=0|jpeg: quality=0: give values from 1 to 100"
      })
  void whatCannotBeReadIsRefusedInOneLine(String textAndMessage) {
    String[] both = textAndMessage.split("\\|", 2);
    assertThatThrownBy(() -> View.parse(both[0]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(both[1])
        .message()
        .doesNotContain("\n");
  }
}

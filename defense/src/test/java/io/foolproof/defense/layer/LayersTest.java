package io.foolproof.defense.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers in front of a net whose logits are its pixels, so that what they make is seen. */
class LayersTest {
  private static final ImageSet DIGITS = DataSets.open("digits").first(20);

  /** A net whose logits are the pixels of its image. */
  static OnnxModel pixels(long... shape) {
    return OnnxModel.of(new OnnxBuilder("pixels", shape, 0).flatten().build(), "pixels.onnx");
  }

  /** What a layer makes of images, one a row, by the engine and by ONNX Runtime. */
  static float[][] made(Layer layer, float[] images, long... shape) {
    long[] batch = {images.length / (shape[0] * shape[1] * shape[2]), shape[0], shape[1], shape[2]};
    try (OnnxClassifier engine = OnnxClassifier.of(layer.in(pixels(shape)));
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(engine);
        Scope scope = Scope.open()) {
      Tensor x = Tensor.of(images, batch);
      return new float[][] {engine.logits(x).toFloats(), runtime.logits(x).toFloats()};
    }
  }

  private static float[] digits() {
    float[] all = new float[DIGITS.size() * DIGITS.pixels()];
    for (int i = 0; i < DIGITS.size(); i++) {
      DIGITS.copyPixels(i, all, i * DIGITS.pixels());
    }
    return all;
  }

  /** Digits, half of them with noise, as an attack makes them. */
  private static float[] attacked() {
    float[] images = digits();
    float[] noise = new float[images.length];
    new RandomStream(3, 0, "noise", 0).fillUniform(noise, 0, noise.length, -0.2f, 0.2f);
    for (int i = images.length / 2; i < images.length; i++) {
      images[i] = Math.max(0, Math.min(1, images[i] + noise[i]));
    }
    return images;
  }

  static Stream<Layer> deterministic() {
    return Layers.all().stream()
        .map(LayerEntry::standard)
        .filter(layer -> layer instanceof FrontLayer && !layer.hides().contains(Hiding.CHANCE));
  }

  @ParameterizedTest
  @MethodSource("deterministic")
  void bothRuntimesMakeTheSame(Layer layer) {
    float[][] made = made(layer, attacked(), 1, 28, 28);
    assertThat(made[0]).containsExactly(made[1], within(1e-4f));
    assertThat(made[0]).isNotEqualTo(attacked());
  }

  @ParameterizedTest
  @MethodSource("deterministic")
  void colourImagesOfOddSizesToo(Layer layer) {
    float[] images = new float[6 * 3 * 13 * 18];
    RandomStream stream = new RandomStream(4, 0, "images", 0);
    stream.fillUniform(images, 0, images.length, 0, 1);
    float[][] made = made(layer, images, 3, 13, 18);
    assertThat(made[0]).hasSize(images.length).containsExactly(made[1], within(1e-4f));
    for (float value : made[0]) {
      // A comparison of numbers, to which -0 is 0.
      assertThat(value >= 0 && value <= 1).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8})
  void bitDepthRoundsToLevels(int bits) {
    float[] images = attacked();
    float[] rounded = made(new BitDepth(bits), images, 1, 28, 28)[0];
    int steps = (1 << bits) - 1;
    for (int i = 0; i < images.length; i++) {
      assertThat(rounded[i] * steps).isCloseTo(Math.round(rounded[i] * steps), within(1e-4f));
      assertThat(Math.abs(rounded[i] - images[i])).isLessThanOrEqualTo(0.5f / steps + 1e-6f);
    }
    if (bits == 8) {
      float[] levels = digits();
      assertThat(made(new BitDepth(8), levels, 1, 28, 28)[0])
          .containsExactly(levels, within(1e-6f));
    }
  }

  /** A pixel at the level itself is white, and the pixel below it black. */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.4, 0.5, 0.7})
  void thresholdsAreExact(double level) {
    float at = (float) level;
    float[] image = {at, Math.nextDown(at), Math.nextUp(at), 0, 1, at};
    float[][] made = made(new Threshold(level), image, 1, 2, 3);
    assertThat(made[0]).containsExactly(1, 0, 1, 0, 1, 1);
    assertThat(made[1]).containsExactly(1, 0, 1, 0, 1, 1);
  }

  @Test
  void rampsAreLinearBetweenTheirEnds() {
    float[] image = {0, 0.2f, 0.3f, 0.6f, 0.8f, 1};
    assertThat(made(new Ramp(0.2, 0.8), image, 1, 2, 3)[0])
        .containsExactly(new float[] {0, 0, 1 / 6f, 2 / 3f, 1, 1}, within(1e-6f));
  }

  /** Its mean and variance, whose errors are known, in both runtimes; other noise each time. */
  @Test
  void noiseIsGaussianAndDrawnAnew() {
    float[] image = new float[20 * 784];
    Arrays.fill(image, 0.5f);
    for (float[] made : made(new GaussianNoise(0.3), image, 1, 28, 28)) {
      double sum = 0;
      double squares = 0;
      int beyond = 0;
      for (float value : made) {
        double noise = value - 0.5;
        sum += noise;
        squares += noise * noise;
        beyond += Math.abs(noise) > 2 * 0.3 ? 1 : 0;
      }
      int n = made.length;
      assertThat(sum / n).isCloseTo(0, within(5 * 0.3 / Math.sqrt(n)));
      assertThat(squares / n).isCloseTo(0.09, within(5 * 0.09 * Math.sqrt(2.0 / n)));
      assertThat((double) beyond / n).isCloseTo(0.0455, within(0.01));
    }
    try (OnnxClassifier model = OnnxClassifier.of(new GaussianNoise(0.3).in(pixels(1, 28, 28)));
        Scope scope = Scope.open()) {
      assertThat(model.drawsAtRandom()).isTrue();
      Tensor x = Tensor.of(image, 20, 1, 28, 28);
      float[] first = model.logits(x).toFloats();
      assertThat(model.logits(x).toFloats()).isNotEqualTo(first);
      assertThat(Arrays.copyOf(first, 784)).isNotEqualTo(Arrays.copyOfRange(first, 784, 1568));
    }
  }

  @Test
  void aTemperatureChangesLogitsAndNoPrediction() {
    OnnxModel net =
        OnnxModel.of(
            new OnnxBuilder("net", new long[] {1, 28, 28}, 1).flatten().dense(10).build(), "net");
    try (OnnxClassifier before = OnnxClassifier.of(net);
        OnnxClassifier after = OnnxClassifier.of(new Temperature(100).in(net));
        Scope scope = Scope.open()) {
      Tensor x = Tensor.of(digits(), 20, 1, 28, 28);
      float[] wanted = before.logits(x).mul(100).toFloats();
      assertThat(after.logits(x).toFloats()).containsExactly(wanted, within(1e-3f));
    }
  }

  // ---- Several layers

  /** A threshold after noise leaves black and white only; noise after a threshold does not. */
  @Test
  void imagesMeetLayersInTheirOrder() {
    LayeredDefense defense = LayeredDefense.parse(List.of("noise:sigma=0.2", "threshold"));
    OnnxModel both = defense.in(pixels(1, 28, 28));
    OnnxModel later = new GaussianNoise(0.2).in(new Threshold(0.5).in(pixels(1, 28, 28)));
    for (OnnxModel model : List.of(both, later)) {
      assertThat(LayeredDefense.recorded(model))
          .containsExactly("noise:sigma=0.2", "threshold:level=0.5");
      try (OnnxClassifier classifier = OnnxClassifier.of(model);
          Scope scope = Scope.open()) {
        float[] seen = classifier.logits(Tensor.of(digits(), 20, 1, 28, 28)).toFloats();
        for (float value : seen) {
          assertThat(value).isIn(0f, 1f);
        }
      }
    }
    assertThat(defense.hides()).containsExactly(Hiding.CHANCE, Hiding.STEPS);
    assertThat(defense.judgedBy()).isEqualTo("pgd:steps=40:eot=20:bpda=identity");
  }

  /** What layers are made of is no weight: a net that is trained further keeps its layers. */
  @ParameterizedTest
  @MethodSource("catalogue")
  void layersAreNotTrained(LayerEntry entry) {
    OnnxModel net = net();
    try (OnnxClassifier before = OnnxClassifier.of(net);
        OnnxClassifier after = OnnxClassifier.of(entry.standard().in(net))) {
      assertThat(after.parameters().keySet()).isEqualTo(before.parameters().keySet());
    }
  }

  /** A small net with rectifiers. */
  static OnnxModel net() {
    return OnnxModel.of(
        new OnnxBuilder("net", new long[] {1, 28, 28}, 1)
            .conv(4, 3)
            .relu()
            .maxPool()
            .flatten()
            .dense(20)
            .relu()
            .dense(10)
            .build(),
        "net.onnx");
  }

  static Stream<LayerEntry> catalogue() {
    return Layers.all().stream();
  }

  @ParameterizedTest
  @MethodSource("catalogue")
  void theTextOfALayerMakesIt(LayerEntry entry) {
    Layer layer = entry.standard();
    assertThat(Layers.parse(layer.settings())).isEqualTo(layer);
    assertThat(Layers.parse(layer.name())).isEqualTo(layer);
    assertThat(layer.name()).matches("[a-z][a-z-]*");
    assertThat(entry.paper()).matches(".* \\d{4}, (arXiv \\d{4}\\.\\d{5}|ICLR)");
    assertThat(LayeredDefense.recorded(layer.in(net()))).containsExactly(layer.settings());
  }

  // ---- What cannot be used

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nois | there is no layer 'nois'; did you mean 'noise'? (there are noise, bits,",
        "noise:sigma=76.5 | noise: sigma=76.5: give a number from 0 to 0.5, in units of the image's box [0, 1]; 76.5/255 is 0.3000",
        "noise:sigma=0.6 | noise: sigma=0.6: give a number from 0 to 0.5",
        "noise:sigma=0 | noise: sigma=0.0: give a positive number",
        "noise:sigma=NaN | noise: sigma=NaN: give a positive number",
        "noise:sigma=x | noise: sigma=x: give a number such as 0.3",
        "noise:strength=1 | noise has no setting 'strength'; it has sigma",
        "noise:0.3=1 | noise has no setting '0.3'; it has sigma",
        "noise:0.3 | '''noise:0.3'': ''0.3'' is not of the form setting=value'",
        "bits:bits=0 | bits: bits=0: give 1 or more",
        "bits:bits=9 | bits: bits=9: give 1 to 8",
        "bits:bits=2.5 | bits: bits=2.5: give a whole number such as 3",
        "threshold:level=128 | threshold: level=128.0: give a number from 0 to 1, in units of the image's box [0, 1]; 128.0/255 is 0.5020",
        "threshold:level=1 | threshold: level=1.0: give a number between 0 and 1",
        "clip:low=0.7:high=0.3 | clip: low=0.7, high=0.3: give the smaller level as low",
        "clip:low=77:high=179 | clip: low=77.0: give a number from 0 to 1",
        "jpeg:quality=0 | jpeg: quality=0: give 1 or more",
        "jpeg:quality=101 | jpeg: quality=101: give 1 to 100",
        "temperature:t=0 | temperature: t=0.0: give a positive number"
      })
  void settingsThatMakeNoSenseAreRefused(String text, String message) {
    assertThatThrownBy(() -> Layers.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aLayerIsPutInOnce() {
    OnnxModel noisy = new GaussianNoise(0.3).in(pixels(1, 4, 4));
    assertThatThrownBy(() -> new GaussianNoise(0.1).in(noisy))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "pixels.onnx: has the layer 'noise' already (noise:sigma=0.3): put 'noise:sigma=0.1'"
                + " into the file without it");
    assertThatThrownBy(() -> LayeredDefense.parse(List.of("noise", "bits", "noise:sigma=0.1")))
        .hasMessage("layer 'noise' is given twice: a file takes each layer once");
    assertThatThrownBy(() -> new LayeredDefense(List.of())).hasMessageContaining("no layer");
  }

  @Test
  void aNetThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new Jpeg(75).in(pixels(2, 4, 4)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("takes 2 channels: expected 1 or 3");
  }
}

package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A layer in front sees pixels in [0, 1] in the order [N, C, H, W], whatever the file takes: with a
 * layer that halves a part of the image, the file gives what it gave for such images.
 */
class OnnxEditorTest {
  private static final long[] SHAPE = {2, 3, 4};
  private static final int ELEMENTS = 24;

  /** Weights for each value of an image, in the file's order. */
  private static TestGraph linear(TestGraph graph, String taken, long features) {
    return graph
        .random("w", 1, features, 5)
        .node("Flatten", List.of(taken), "flat")
        .node("MatMul", List.of("flat", "w"), "y")
        .output("y", "batch", "5");
  }

  private static TestGraph plain(String... sizes) {
    return linear(new TestGraph().input("x", sizes), "x", ELEMENTS);
  }

  private static TestGraph typed(TensorProto.DataType type) {
    return linear(
        new TestGraph()
            .input("x", type, "batch", "2", "3", "4")
            .node("Cast", List.of("x"), "real", attribute("to", 1)),
        "real",
        ELEMENTS);
  }

  private static TestGraph unbatched() {
    return new TestGraph()
        .input("x", "2", "3", "4")
        .random("w", 1, ELEMENTS, 5)
        .integers("row", 1, -1)
        .node("Reshape", List.of("x", "row"), "flat")
        .node("MatMul", List.of("flat", "w"), "y")
        .output("y", "1", "5");
  }

  static Stream<Arguments> files() {
    Preprocessing levels = Preprocessing.box(0, 255);
    Preprocessing channels =
        Preprocessing.normalised(new float[] {0.4f, 0.6f}, new float[] {0.2f, 0.3f});
    float[] all = new float[ELEMENTS];
    float[] ones = new float[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      all[i] = i / 24f;
      ones[i] = 1 + i;
    }
    return Stream.of(
        Arguments.of("as it is", plain("batch", "2", "3", "4"), Preprocessing.NONE, null),
        Arguments.of("levels", plain("batch", "2", "3", "4"), levels, null),
        Arguments.of("channels", plain("batch", "2", "3", "4"), channels, null),
        Arguments.of(
            "values", plain("batch", "2", "3", "4"), Preprocessing.normalised(all, ones), null),
        Arguments.of("last", plain("batch", "3", "4", "2"), channels, SHAPE),
        Arguments.of("rows", plain("batch", "24"), channels, SHAPE),
        Arguments.of("one", plain("1", "2", "3", "4"), Preprocessing.NONE, null),
        Arguments.of("unbatched", unbatched(), Preprocessing.NONE, SHAPE),
        Arguments.of("open", plain("batch", "2", "h", "w"), Preprocessing.NONE, SHAPE),
        Arguments.of("double", typed(TensorProto.DataType.DOUBLE), Preprocessing.NONE, null),
        Arguments.of("half", typed(TensorProto.DataType.FLOAT16), Preprocessing.NONE, null),
        Arguments.of("bytes", typed(TensorProto.DataType.UINT8), Preprocessing.NONE, null),
        Arguments.of("signed", typed(TensorProto.DataType.INT8), Preprocessing.NONE, null));
  }

  /** The second channel, and of it the first row, times a half. */
  private static String halved(OnnxWriter writer, String images) {
    float[] factors = new float[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      factors[i] = factor(i);
    }
    return writer.apply("Mul", images, writer.numbers(factors, SHAPE));
  }

  private static float factor(int place) {
    return place >= 12 && place < 16 ? 0.5f : 1;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aLayerSeesImagesWhateverTheFileTakes(
      String name, TestGraph graph, Preprocessing preprocessing, long @Nullable [] shape) {
    OnnxModel model = graph.read();
    OnnxEditor editor = OnnxEditor.of(model, shape, preprocessing);
    editor.inFront("half", OnnxEditorTest::halved);
    OnnxModel edited = editor.edited();
    // Whole levels, also when they are halved.
    float[] pixels = new float[3 * ELEMENTS];
    new RandomStream(1, 0, "images", 0).fillUniform(pixels, 0, pixels.length, 0, 1);
    float[] seen = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 2 * Math.round(127 * pixels[i]) / 255f;
      seen[i] = factor(i % ELEMENTS) * pixels[i];
    }
    try (OnnxClassifier before = OnnxClassifier.forImages(model, SHAPE, preprocessing);
        OnnxClassifier after = OnnxClassifier.forImages(edited, SHAPE, preprocessing);
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(after);
        Scope scope = Scope.open()) {
      float[] wanted = before.logits(Tensor.of(seen, 3, 2, 3, 4)).toFloats();
      double precision = name.equals("half") ? 0.01 : 1e-4 * scale(wanted);
      // Signed levels begin at -128, where no half of an even level is a level.
      double tolerance = name.equals("signed") ? 4 : precision;
      Tensor images = Tensor.of(pixels, 3, 2, 3, 4);
      assertThat(after.logits(images).toFloats())
          .containsExactly(wanted, within((float) tolerance));
      assertThat(runtime.logits(images).toFloats())
          .containsExactly(after.logits(images).toFloats(), within((float) precision));
    }
  }

  private static double scale(float[] values) {
    double largest = 1;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Every operator, in the form that old and new operator sets have it. */
  @ParameterizedTest
  @ValueSource(ints = {7, 9, 10, 11, 12, 13, 17, 18, 20, 22})
  void operatorsAreWrittenAsTheOperatorSetHasThem(int opset) {
    OnnxModel model = plain("batch", "2", "3", "4").opset(opset).read();
    OnnxEditor editor = OnnxEditor.of(model, null, Preprocessing.NONE);
    editor.inFront(
        "all",
        (w, x) -> {
          String padded = w.padByEdge(x, 1, 1, 1);
          String middle = w.slice(w.slice(padded, 2, 1, 4), 3, 1, 5);
          String levels = w.clip(w.round(w.mul(middle, 4)), 1, 3);
          String largest = w.largest(w.reshape(levels, 0, 2, -1), 2, 3);
          String third = w.slice(largest, 2, 2, 3);
          String reaches = w.reaches(w.reshape(levels, 0, 2, -1), third);
          String mean = w.mean(reaches, 2);
          return w.apply("Add", w.shapedLike(w.apply("Sub", reaches, mean), x), levels);
        });
    OnnxModel edited = editor.edited();
    float[] pixels = new float[ELEMENTS];
    new RandomStream(1, 0, "images", 0).fillUniform(pixels, 0, ELEMENTS, 0, 1);
    float[] seen = seen(pixels);
    try (OnnxClassifier before = OnnxClassifier.of(model);
        OnnxClassifier after = OnnxClassifier.of(edited);
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(after);
        Scope scope = Scope.open()) {
      float[] wanted = before.logits(Tensor.of(seen, 1, 2, 3, 4)).toFloats();
      Tensor image = Tensor.of(pixels, 1, 2, 3, 4);
      assertThat(after.logits(image).toFloats()).containsExactly(wanted, within(1e-4f));
      assertThat(runtime.logits(image).toFloats()).containsExactly(wanted, within(1e-4f));
    }
  }

  private static float[] seen(float[] pixels) {
    float[] seen = new float[ELEMENTS];
    for (int channel = 0; channel < 2; channel++) {
      float[] levels = new float[12];
      for (int i = 0; i < 12; i++) {
        levels[i] = Math.max(1, Math.min(3, Math.round(4 * pixels[12 * channel + i])));
      }
      float[] sorted = levels.clone();
      Arrays.sort(sorted);
      int reaching = 0;
      for (float level : levels) {
        reaching += level >= sorted[9] ? 1 : 0;
      }
      for (int i = 0; i < 12; i++) {
        seen[12 * channel + i] = levels[i] + (levels[i] >= sorted[9] ? 1 : 0) - reaching / 12f;
      }
    }
    return seen;
  }

  @Test
  void rectifiersAreFoundWithTheirSizesAndLogitsBeforeASoftmax() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "2", "3", "4")
            .random("k", 1, 6, 2, 2, 2)
            .random("w", 1, 36, 5)
            .node("Conv", List.of("x", "k"), "a")
            .node("Relu", List.of("a"), "b")
            .node("Flatten", List.of("b"), "c")
            .node("MatMul", List.of("c", "w"), "d")
            .node("Softmax", List.of("d"), "y")
            .output("y", "batch", "5");
    OnnxEditor editor = OnnxEditor.of(graph.read(), null, Preprocessing.NONE);
    int found =
        editor.behindEach(
            "Relu",
            "double",
            (writer, rows, size) -> {
              assertThat(size).isEqualTo(36);
              return writer.mul(rows, 2);
            });
    assertThat(found).isEqualTo(1);
    editor.behindLogits("triple", (writer, logits) -> writer.mul(logits, 3));
    try (OnnxClassifier before = OnnxClassifier.of(graph.read());
        OnnxClassifier after = OnnxClassifier.of(editor.edited());
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(after);
        Scope scope = Scope.open()) {
      float[] pixels = new float[ELEMENTS];
      new RandomStream(1, 0, "images", 0).fillUniform(pixels, 0, ELEMENTS, 0, 1);
      Tensor image = Tensor.of(pixels, 1, 2, 3, 4);
      float[] wanted = before.logits(image).mul(6).toFloats();
      assertThat(after.strippedSoftmax()).isTrue();
      assertThat(after.logits(image).toFloats()).containsExactly(wanted, within(1e-4f));
      assertThat(runtime.logits(image).toFloats()).containsExactly(wanted, within(1e-4f));
    }
  }

  @Test
  void whatIsNoClassifierOfImagesIsRefused() {
    assertThatThrownBy(() -> OnnxEditor.of(TestGraph.perceptron().read(), null, Preprocessing.NONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("test.onnx: the input 'x' FLOAT [batch, 3] has no channels, rows");
  }

  @Test
  void metadataReplaceWhatWasThere() {
    OnnxEditor editor = OnnxEditor.of(plain("1", "2", "3", "4").read(), null, Preprocessing.NONE);
    editor.record("key", "old");
    editor.record("key", "new");
    OnnxModel edited = editor.edited();
    assertThat(edited.metadata("key")).isEqualTo("new");
    assertThat(edited.metadata("other")).isNull();
    assertThat(OnnxModel.of(edited.bytes(), "again").metadata("key")).isEqualTo("new");
  }
}

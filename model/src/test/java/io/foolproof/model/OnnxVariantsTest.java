package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The same network, exported in all the ways that people export networks, has the same logits and
 * gradients, in the engine and in ONNX Runtime.
 */
class OnnxVariantsTest {
  private static final long[] SHAPE = {3, 4, 5};
  private static final int VALUES = 60;
  private static final int CLASSES = 4;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] STD = {0.229f, 0.224f, 0.225f};

  /** A convolution, pooling and a layer, over {@code from}: [batch, 3, 4, 5]. */
  private static TestGraph network(TestGraph graph, String from) {
    return graph
        .random("k", 0.7, 6, 3, 3, 3)
        .random("c", 0.3, 6)
        .random("w", 0.7, 6, CLASSES)
        .node("Conv", List.of(from, "k", "c"), "maps", attribute("pads", new long[] {1, 1, 1, 1}))
        .node("Relu", List.of("maps"), "active")
        .node("GlobalAveragePool", List.of("active"), "means")
        .node("Flatten", List.of("means"), "flat")
        .node("MatMul", List.of("flat", "w"), "y");
  }

  private static TestGraph images(String... sizes) {
    return new TestGraph().input("x", sizes);
  }

  private static TestGraph plain() {
    return network(images("n", "3", "4", "5"), "x").output("y", "n", "4");
  }

  private static OnnxClassifier loaded(TestGraph graph, Preprocessing preprocessing) {
    return OnnxClassifier.forImages(graph.read(), SHAPE, preprocessing);
  }

  /** Pixels at 8-bit levels: some formats hold no others. */
  private static Tensor pixels(int samples) {
    SplittableRandom random = new SplittableRandom(7);
    float[] pixels = new float[samples * VALUES];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256) / 255f;
    }
    return Tensor.of(pixels, samples, 3, 4, 5);
  }

  /** Logits, and below them the gradients of the first class's. */
  private static float[] answers(OnnxClassifier model, int samples) {
    try (Scope scope = Scope.open()) {
      Tensor images = pixels(samples).variable();
      Tensor logits = model.logits(images);
      float[] gradient = Gradients.of(logits.pow(2), images).toFloats();
      float[] both = Arrays.copyOf(logits.toFloats(), samples * CLASSES + gradient.length);
      System.arraycopy(gradient, 0, both, samples * CLASSES, gradient.length);
      return both;
    }
  }

  private static float[] logitsOfRuntime(OnnxClassifier model, int samples) {
    try (Scope scope = Scope.open();
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(model)) {
      return runtime.logits(pixels(samples)).toFloats();
    }
  }

  private static void sameAs(TestGraph expected, TestGraph variant, Preprocessing preprocessing) {
    sameAs(loaded(expected, Preprocessing.NONE), loaded(variant, preprocessing), 1e-4f);
  }

  private static void sameAs(OnnxClassifier expected, OnnxClassifier model, float tolerance) {
    assertThat(model.input()).isEqualTo(InputSpec.unit(SHAPE));
    assertThat(model.classes()).isEqualTo(CLASSES);
    float[] wanted = answers(expected, 5);
    assertThat(distance(answers(model, 5), wanted)).isLessThan(tolerance);
    float[] logits = Arrays.copyOf(wanted, 5 * CLASSES);
    assertThat(distance(logitsOfRuntime(model, 5), logits)).isLessThan(tolerance);
  }

  private static double distance(float[] found, float[] wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    return IntStream.range(0, found.length)
        .mapToDouble(i -> Math.abs(found[i] - wanted[i]))
        .max()
        .orElseThrow();
  }

  private static TestGraph before(UnaryOperator<TestGraph> steps) {
    return network(steps.apply(images("n", "3", "4", "5")), "inside").output("y", "n", "4");
  }

  private static TestGraph scalar(TestGraph graph, String name, float value) {
    return graph.floats(name, new float[] {value}, 1);
  }

  // ---- Scale

  @Test
  void aNormalisationIsASubAndADivToTheLastBit() {
    TestGraph inside =
        before(
            graph ->
                graph
                    .floats("mean", MEAN, 1, 3, 1, 1)
                    .floats("std", STD, 1, 3, 1, 1)
                    .node("Sub", List.of("x", "mean"), "shifted")
                    .node("Div", List.of("shifted", "std"), "inside"));
    OnnxClassifier outside = loaded(plain(), Preprocessing.normalised(MEAN, STD));
    assertThat(answers(outside, 30)).isEqualTo(answers(loaded(inside, Preprocessing.NONE), 30));
    sameAs(inside, plain(), Preprocessing.normalised(MEAN, STD));
    assertThat(outside.origin().preprocessing()).contains("0.485").contains("0.229");
    assertThat(outside.origin().identityInUse())
        .contains("0.485")
        .startsWith(outside.origin().identity());
  }

  @Test
  void oneMeanIsThatOfAllChannels() {
    float[] mean = {0.3f};
    float[] std = {0.5f};
    TestGraph inside =
        before(
            graph ->
                scalar(scalar(graph, "m", 0.3f), "s", 0.5f)
                    .node("Sub", List.of("x", "m"), "shifted")
                    .node("Div", List.of("shifted", "s"), "inside"));
    assertThat(answers(loaded(plain(), Preprocessing.normalised(mean, std)), 3))
        .isEqualTo(answers(loaded(inside, Preprocessing.NONE), 3));
  }

  @Test
  void aBoxScalesPixels() {
    TestGraph levels =
        before(graph -> scalar(graph, "s", 1 / 255f).node("Mul", List.of("x", "s"), "inside"));
    sameAs(plain(), levels, Preprocessing.box(0, 255));
    TestGraph symmetric =
        before(
            graph ->
                scalar(scalar(graph, "h", 0.5f), "one", 1)
                    .node("Add", List.of("x", "one"), "raised")
                    .node("Mul", List.of("raised", "h"), "inside"));
    sameAs(plain(), symmetric, Preprocessing.box(-1, 1));
  }

  @Test
  void aNormalisationOfLevelsComesAfterTheirBox() {
    float[] mean = {123.675f, 116.28f, 103.53f};
    float[] std = {58.395f, 57.12f, 57.375f};
    OnnxClassifier levels = loaded(plain(), new Preprocessing(0, 255, mean, std, Layout.BY_SHAPE));
    sameAs(loaded(plain(), Preprocessing.normalised(MEAN, STD)), levels, 1e-3f);
  }

  @Test
  void aNormalisationThatCannotBeMeantIsRefused() {
    refused(() -> Preprocessing.normalised(MEAN, new float[] {1}), "3 means", "1 standard");
    refused(() -> Preprocessing.normalised(new float[] {0}, new float[] {0}), "above 0");
    refused(() -> Preprocessing.normalised(new float[] {Float.NaN}, new float[] {1}), "finite");
    refused(() -> Preprocessing.normalised(new float[] {123}, new float[] {58}), "123.0", "0,255");
    refused(() -> Preprocessing.box(1, 0), "smaller end first");
    refused(() -> Preprocessing.box(0, Double.POSITIVE_INFINITY), "box");
    refused(
        () -> new Preprocessing(-1, 1, new float[] {0.5f}, new float[] {0.5f}, Layout.BY_SHAPE),
        "leave out one");
    float[] four = {0, 0, 0, 0};
    float[] ones = {1, 1, 1, 1};
    refused(() -> loaded(plain(), Preprocessing.normalised(four, ones)), "4 means", "3 channels");
  }

  // ---- Layout

  private static TestGraph channelsLast(String... sizes) {
    return network(
            images(sizes)
                .node(
                    "Transpose",
                    List.of("x"),
                    "inside",
                    attribute("perm", new long[] {0, 3, 1, 2})),
            "inside")
        .output("y", "n", "4");
  }

  @Test
  void channelsLastAreRecognised() {
    sameAs(plain(), channelsLast("n", "4", "5", "3"), Preprocessing.NONE);
    sameAs(plain(), channelsLast("n", "h", "w", "3"), Preprocessing.NONE);
    sameAs(plain(), channelsLast("n", "h", "w", "c"), Preprocessing.NONE.in(Layout.CHANNELS_LAST));
    OnnxClassifier model = OnnxClassifier.of(channelsLast("n", "9", "8", "3").read());
    assertThat(model.input().shape()).containsExactly(3, 9, 8);
    assertThat(model.origin().preprocessing()).isEqualTo("layout nhwc");
    refused(
        () ->
            loaded(channelsLast("n", "4", "5", "3"), Preprocessing.NONE.in(Layout.CHANNELS_FIRST)),
        "[4, 5, 3]",
        "nchw");
  }

  @Test
  void channelsLastAndANormalisationGoTogether() {
    OnnxClassifier last =
        loaded(channelsLast("n", "4", "5", "3"), Preprocessing.normalised(MEAN, STD));
    sameAs(loaded(plain(), Preprocessing.normalised(MEAN, STD)), last, 1e-4f);
  }

  @Test
  void aRowOfPixelsIsInTheLayoutThatIsAskedFor() {
    TestGraph first =
        network(
                images("n", "60")
                    .integers("sizes", -1, 3, 4, 5)
                    .node("Reshape", List.of("x", "sizes"), "inside"),
                "inside")
            .output("y", "n", "4");
    sameAs(plain(), first, Preprocessing.NONE);
    TestGraph last =
        network(
                images("n", "60")
                    .integers("sizes", -1, 4, 5, 3)
                    .node("Reshape", List.of("x", "sizes"), "rows")
                    .node(
                        "Transpose",
                        List.of("rows"),
                        "inside",
                        attribute("perm", new long[] {0, 3, 1, 2})),
                "inside")
            .output("y", "n", "4");
    sameAs(plain(), last, Preprocessing.NONE.in(Layout.CHANNELS_LAST));
    refused(
        () -> OnnxClassifier.of(last.read(), Preprocessing.NONE.in(Layout.CHANNELS_LAST)),
        "[60]",
        "shape");
  }

  // ---- Types

  private static TestGraph typed(DataType type, UnaryOperator<TestGraph> steps) {
    TestGraph graph = new TestGraph();
    graph.graph.addInput(TestGraph.value("x", type, "n", "3", "4", "5"));
    return network(
            steps.apply(
                graph.node("Cast", List.of("x"), "cast", attribute("to", DataType.FLOAT_VALUE))),
            "inside")
        .output("y", "n", "4");
  }

  @Test
  void wholeNumbersAreLevels() {
    TestGraph levels =
        typed(
            DataType.UINT8,
            graph -> scalar(graph, "s", 1 / 255f).node("Mul", List.of("cast", "s"), "inside"));
    sameAs(plain(), levels, Preprocessing.NONE);
    OnnxClassifier model = loaded(levels, Preprocessing.NONE);
    assertThat(model.origin().notes()).anyMatch(note -> note.contains("UINT8"));
    TestGraph signed =
        typed(
            DataType.INT8,
            graph ->
                scalar(scalar(graph, "s", 1 / 255f), "half", 128)
                    .node("Add", List.of("cast", "half"), "raised")
                    .node("Mul", List.of("raised", "s"), "inside"));
    sameAs(plain(), signed, Preprocessing.NONE);
  }

  @Test
  void pixelsBetweenLevelsAreTheNearestLevel() {
    TestGraph levels =
        typed(
            DataType.UINT8,
            graph -> scalar(graph, "s", 1 / 255f).node("Mul", List.of("cast", "s"), "inside"));
    try (Scope scope = Scope.open();
        OnnxClassifier model = loaded(levels, Preprocessing.NONE);
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(model)) {
      Tensor inner = pixels(3).clamp(1 / 255.0, 254 / 255.0);
      for (double shift : new double[] {-0.4 / 255, 0.4 / 255}) {
        Tensor between = inner.add(shift);
        assertThat(model.logits(between).toFloats()).isEqualTo(model.logits(inner).toFloats());
        assertThat(runtime.logits(between).toFloats()).isEqualTo(runtime.logits(inner).toFloats());
      }
    }
  }

  @Test
  void between16BitNumbersNothingIsLostThatMatters() {
    TestGraph half = new TestGraph();
    half.graph.addInput(TestGraph.value("x", DataType.FLOAT16, "n", "3", "4", "5"));
    network(half.node("Cast", List.of("x"), "inside", attribute("to", 1)), "inside");
    half.node("Cast", List.of("y"), "z", attribute("to", DataType.FLOAT16_VALUE));
    half.graph.addOutput(TestGraph.value("z", DataType.FLOAT16, "n", "4"));
    sameAs(loaded(plain(), Preprocessing.NONE), loaded(half, Preprocessing.NONE), 3e-3f);
    TestGraph inside =
        before(
            graph ->
                graph
                    .node("Cast", List.of("x"), "h", attribute("to", DataType.FLOAT16_VALUE))
                    .node("Cast", List.of("h"), "inside", attribute("to", 1)));
    sameAs(loaded(plain(), Preprocessing.NONE), loaded(inside, Preprocessing.NONE), 3e-3f);
  }

  // ---- Outputs

  @Test
  void scoresBesideLabelsAreRecognised() {
    TestGraph both = network(images("n", "3", "4", "5"), "x");
    both.node("ArgMax", List.of("y"), "label", attribute("axis", 1), attribute("keepdims", 0));
    both.node("Softmax", List.of("y"), "p");
    both.graph.addOutput(TestGraph.value("label", DataType.INT64, "n"));
    both.output("p", "n", "4");
    sameAs(plain(), both, Preprocessing.NONE);
    assertThat(loaded(both, Preprocessing.NONE).origin().notes())
        .anyMatch(note -> note.contains("'p'"));
  }

  @Test
  void ofSeveralOutputsOneIsNamed() {
    TestGraph several = plain().node("Neg", List.of("y"), "less").output("less", "n", "4");
    refused(() -> loaded(several, Preprocessing.NONE), "'y'", "'less'", "--output");
    OnnxClassifier named =
        OnnxClassifier.forImages(several.read().withOutput("y"), SHAPE, Preprocessing.NONE);
    sameAs(loaded(plain(), Preprocessing.NONE), named, 1e-4f);
    assertThat(named.origin().preprocessing()).isEqualTo("output 'y'");
    refused(() -> several.read().withOutput("z"), "no output 'z'", "'less'");
  }

  @Test
  void labelsAloneAreNoScores() {
    TestGraph labels = network(images("n", "3", "4", "5"), "x");
    labels.node("ArgMax", List.of("y"), "label", attribute("axis", 1), attribute("keepdims", 0));
    labels.graph.addOutput(TestGraph.value("label", DataType.INT64, "n"));
    refused(() -> loaded(labels, Preprocessing.NONE), "'label'", "scores");
  }

  @Test
  void sizesOfOneBesidesTheClassesDoNotCount() {
    TestGraph maps = network(images("n", "3", "4", "5"), "x");
    maps.integers("shape", -1, 4, 1, 1).node("Reshape", List.of("y", "shape"), "z");
    sameAs(plain(), maps.output("z", "n", "4", "1", "1"), Preprocessing.NONE);
    TestGraph softmax = network(images("n", "3", "4", "5"), "x");
    softmax
        .integers("shape", -1, 4, 1, 1)
        .node("Reshape", List.of("y", "shape"), "z")
        .node("Softmax", List.of("z"), "p", attribute("axis", 1))
        .node("Flatten", List.of("p"), "q");
    sameAs(plain(), softmax.output("q", "n", "4"), Preprocessing.NONE);
    TestGraph vector = network(images("1", "3", "4", "5"), "x");
    vector.integers("shape", 4).node("Reshape", List.of("y", "shape"), "z");
    sameAs(plain(), vector.output("z", "4"), Preprocessing.NONE);
  }

  @Test
  void sigmoidsComeOffAsASoftmaxDoes() {
    TestGraph sigmoids = network(images("n", "3", "4", "5"), "x");
    sigmoids.node("Sigmoid", List.of("y"), "p").output("p", "n", "4");
    sameAs(plain(), sigmoids, Preprocessing.NONE);
    assertThat(loaded(sigmoids, Preprocessing.NONE).origin().notes())
        .anyMatch(note -> note.contains("sigmoid"));
  }

  @Test
  void oneSigmoidIsTwoClasses() {
    TestGraph one = network(images("n", "3", "4", "5"), "x");
    one.random("v", 1, CLASSES, 1).node("MatMul", List.of("y", "v"), "z");
    one.node("Sigmoid", List.of("z"), "p").output("p", "n", "1");
    OnnxClassifier model = loaded(one, Preprocessing.NONE);
    assertThat(model.classes()).isEqualTo(2);
    try (Scope scope = Scope.open();
        OnnxRuntimeClassifier file =
            OnnxRuntimeClassifier.forImages(one.read(), SHAPE, Preprocessing.NONE)) {
      double[] logits = model.logits(pixels(6)).toDoubles();
      double[] probabilities = file.logits(pixels(6)).toDoubles();
      for (int i = 0; i < 6; i++) {
        double ofClassOne = 1 / (1 + Math.exp(logits[2 * i] - logits[2 * i + 1]));
        assertThat(probabilities[2 * i + 1]).isBetween(ofClassOne - 1e-5, ofClassOne + 1e-5);
        assertThat(probabilities[2 * i]).isBetween(1 - ofClassOne - 1e-5, 1 - ofClassOne + 1e-5);
      }
    }
    assertThat(model.origin().notes()).anyMatch(note -> note.contains("class 1"));
  }

  // ---- Batches

  @Test
  void aReshapeMayCarryAllowzero() {
    for (long value = 0; value <= 1; value++) {
      TestGraph graph = network(images("1", "3", "4", "5"), "x");
      graph
          .integers("shape", 1, 4)
          .node("Reshape", List.of("y", "shape"), "z", attribute("allowzero", value));
      OnnxClassifier model = loaded(graph.output("z", "1", "4"), Preprocessing.NONE);
      sameAs(loaded(plain(), Preprocessing.NONE), model, 1e-4f);
      assertThat(model.origin().notes()).isEmpty();
    }
  }

  /** A row that the graph holds is put beside each sample's: as often as the batch has samples. */
  private static TestGraph token(String batch, long size) {
    TestGraph graph = network(images(batch, "3", "4", "5"), "x");
    float[] zeros = new float[Math.toIntExact(size) * CLASSES];
    return graph
        .floats("token", zeros, size, 1, CLASSES)
        .integers("rows", size, 1, CLASSES)
        .integers("axis", 1)
        .node("Reshape", List.of("y", "rows"), "row")
        .node("Concat", List.of("row", "token"), "both", attribute("axis", 1))
        .node("ReduceSum", List.of("both", "axis"), "z", attribute("keepdims", 0));
  }

  @Test
  void whatIsBakedInForOneBatchSizeRunsAtThatSize() {
    for (long size : new long[] {1, 3, 64}) {
      OnnxClassifier fixed =
          loaded(token("" + size, size).output("z", "" + size, "4"), Preprocessing.NONE);
      sameAs(loaded(plain(), Preprocessing.NONE), fixed, 1e-4f);
      assertThat(fixed.origin().notes()).anyMatch(n -> n.contains("batches of " + size + "."));
      assertThat(answers(fixed, 1)[0]).isEqualTo(answers(fixed, 5)[0]);
    }
    OnnxClassifier dynamic = loaded(token("n", 1).output("z", "n", "4"), Preprocessing.NONE);
    sameAs(loaded(plain(), Preprocessing.NONE), dynamic, 1e-4f);
  }

  @Test
  void logitsThatDependOnTheirNeighboursAreRefused() {
    TestGraph graph = network(images("3", "3", "4", "5"), "x");
    graph
        .integers("axis", 0)
        .node("ReduceMean", List.of("y"), "mean", attribute("axes", new long[] {0}));
    graph.node("Sub", List.of("y", "mean"), "z").output("z", "3", "4");
    refused(() -> loaded(graph, Preprocessing.NONE), "in a batch than alone");
  }

  @Test
  void doublePrecisionTakesTheSamePreprocessing() {
    OnnxClassifier model = loaded(plain(), Preprocessing.normalised(MEAN, STD));
    try (Scope scope = Scope.open()) {
      Tensor wide = model.logits(pixels(2).to(DType.FLOAT64));
      assertThat(wide.dtype()).isEqualTo(DType.FLOAT64);
      assertThat(distance(model.logits(pixels(2)).toFloats(), wide.to(DType.FLOAT32).toFloats()))
          .isLessThan(1e-4);
    }
  }

  private static void refused(Runnable work, String... parts) {
    assertThatThrownBy(work::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining("\n");
  }
}

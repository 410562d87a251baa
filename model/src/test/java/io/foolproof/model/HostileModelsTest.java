package io.foolproof.model;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.model.operator.UnsafeModelException;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models that ask for what would crash the process, or exhaust its memory or time. */
@Timeout(60)
class HostileModelsTest {
  private static final long LARGEST = 1L << 20;

  private static void unsafe(TestGraph graph, String... parts) {
    assertThatThrownBy(graph::classifier)
        .isInstanceOf(UnsafeModelException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n", "black-box");
  }

  private static void unsafe(SingleNode node, String... parts) {
    assertThatThrownBy(node::engine)
        .isInstanceOf(UnsafeModelException.class)
        .message()
        .contains(parts);
  }

  private static TestGraph images() {
    return new TestGraph().input("x", "batch", "1", "5", "5").output("y", "batch", "25");
  }

  // ---- Windows

  /** A window that has its place alone does not move, however long its stride. */
  @Test
  void stridesBeyondTheInputLeaveOneWindow() {
    try (Scope scope = Scope.open()) {
      Tensor x = SingleNode.random(1, 1, 2, 3, 7, 6);
      Tensor weight = SingleNode.random(2, 1, 4, 3, 3, 3);
      long[] far = {LARGEST, LARGEST};
      long[] three = {3, 3};
      SingleNode.of("Conv", 17)
          .input(x)
          .constant(weight)
          .with(attribute("strides", far))
          .agrees(1e-5);
      for (String type : List.of("MaxPool", "AveragePool")) {
        for (long ceil = 0; ceil < 2; ceil++) {
          for (long[] pads : new long[][] {{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 0, 0, 1}}) {
            SingleNode pool =
                SingleNode.of(type, 17)
                    .input(x)
                    .with(
                        attribute("kernel_shape", three),
                        attribute("strides", far),
                        attribute("pads", pads),
                        attribute("ceil_mode", ceil));
            pool.agrees(1e-5);
            pool.hasGradient();
          }
        }
      }
      SingleNode.of("Conv", 17)
          .input(x)
          .constant(weight)
          .with(attribute("strides", far), attribute("pads", new long[] {1, 0, 2, 1}))
          .hasGradient();
      SingleNode.of("ConvTranspose", 17)
          .input(SingleNode.random(3, 1, 2, 3, 1, 1))
          .constant(SingleNode.random(4, 1, 3, 2, 2, 2))
          .with(attribute("strides", far))
          .hasGradient();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Conv", "ConvTranspose", "MaxPool", "AveragePool"})
  void windowsFarOutsideOfImages(String type) {
    for (String name : List.of("strides", "dilations", "pads", "kernel_shape")) {
      if (type.equals("AveragePool") && name.equals("dilations")) {
        continue;
      }
      long[] huge = new long[name.equals("pads") ? 4 : 2];
      Arrays.fill(huge, 1L << 24);
      TestGraph graph = images().random("w", 1, 1, 1, 3, 3);
      List<String> inputs = type.endsWith("Pool") ? List.of("x") : List.of("x", "w");
      if (type.endsWith("Pool") && !name.equals("kernel_shape")) {
        graph.node(
            type, inputs, "z", attribute(name, huge), attribute("kernel_shape", new long[] {3, 3}));
      } else {
        graph.node(type, inputs, "z", attribute(name, huge));
      }
      unsafe(graph.node("Flatten", List.of("z"), "y"), "(" + type + ")", name, "2^20");
    }
  }

  @Test
  void windowsOfMoreWorkThanAnImage() {
    TestGraph pool = images();
    pool.node(
        "AveragePool",
        List.of("x"),
        "z",
        attribute("kernel_shape", new long[] {60_000, 60_000}),
        attribute("auto_pad", "SAME_UPPER"));
    unsafe(pool.node("Flatten", List.of("z"), "y"), "(AveragePool)", "2^28");
    TestGraph many = images();
    many.node(
        "MaxPool",
        List.of("x"),
        "z",
        attribute("kernel_shape", new long[] {10_000, 10_000}),
        attribute("auto_pad", "SAME_LOWER"));
    unsafe(many.node("Flatten", List.of("z"), "y"), "(MaxPool)");
    TestGraph grown = images().random("w", 1, 1, 1, 2, 2);
    grown.node(
        "ConvTranspose", List.of("x", "w"), "z", attribute("strides", new long[] {3000, 3000}));
    unsafe(grown.node("Flatten", List.of("z"), "y"), "(ConvTranspose)", "2^28");
    TestGraph longer = images().random("w", 1, 1, 1, 6, 6);
    longer.node("Conv", List.of("x", "w"), "z");
    unsafe(longer.node("Flatten", List.of("z"), "y"), "a window over 6 values does not fit");
  }

  // ---- Integers

  @Test
  void moreThanAMillionClassesAreRefused() {
    TestGraph graph = new TestGraph().input("x", "batch", "1", "5", "5");
    graph.integers("pads", 0, 0, 0, 0, 0, 0, 1020, 1020);
    graph.node("Pad", List.of("x", "pads"), "large").node("Flatten", List.of("large"), "y");
    unsafe(graph.output("y", "batch", "classes"), "scores, and at most 2^20 classes");
  }

  private static SingleNode division(String type, DType of, long divisor, boolean constant) {
    long smallest = of == DType.INT32 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    Tensor a = Tensor.of(new long[] {7, -7, smallest}, 3).to(of);
    Tensor b = Tensor.of(new long[] {divisor}, 1).to(of);
    SingleNode node = SingleNode.of(type, 17);
    return constant ? node.constant(a).constant(b) : node.input(a).input(b);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Div", "Mod"})
  void integerDivisionThatProcessorsTrapOn(String type) {
    try (Scope scope = Scope.open()) {
      for (DType of : List.of(DType.INT32, DType.INT64)) {
        for (boolean constant : new boolean[] {true, false}) {
          unsafe(division(type, of, -1, constant), "(" + type + ")", "smallest integer", "by -1");
          unsafe(division(type, of, 0, constant), "(" + type + ")", "divided by 0");
          division(type, of, 3, constant).agreesExactly();
        }
      }
      Tensor others = Tensor.of(new long[] {7, -7, Long.MIN_VALUE + 1}, 3);
      SingleNode.of(type, 17).input(others).input(Tensor.ofInts(-1)).agreesExactly();
    }
  }

  /** What the engine does not run is not run elsewhere either where it may end the process. */
  @Test
  void divisionsInModelsThatTheEngineDoesNotRun() {
    for (long divisor : new long[] {0, -1}) {
      TestGraph graph = unknown();
      graph.integers("a", Long.MIN_VALUE).integers("b", divisor);
      graph.node("Div", List.of("a", "b"), "q").node("Cast", List.of("q"), "f", attribute("to", 1));
      graph.node("Mul", List.of("u", "f"), "y");
      refusedByRuntime(graph, "(Div)", "0 or -1");
    }
    TestGraph computed = unknown();
    computed.node("Shape", List.of("x"), "s").node("Sub", List.of("s", "s"), "zero");
    computed.node("Mod", List.of("s", "zero"), "q").node("Shape", List.of("q"), "n");
    computed.node("Cast", List.of("n"), "f", attribute("to", 1));
    refusedByRuntime(computed.node("Mul", List.of("u", "f"), "y"), "(Mod)", "computed");
    TestGraph diagonal = unknown().integers("k", Long.MAX_VALUE);
    diagonal.node("Trilu", List.of("u", "k"), "y");
    refusedByRuntime(diagonal, "(Trilu)");
    for (long block : new long[] {0, 1L << 62}) {
      TestGraph blocks = new TestGraph().input("x", "batch", "4", "2", "2");
      blocks.node("DepthToSpace", List.of("x"), "z", attribute("blocksize", block));
      blocks.node("Flatten", List.of("z"), "y").output("y", "batch", "16");
      refusedByRuntime(blocks, "(DepthToSpace)", "blocksize");
    }
    TestGraph harmless = unknown().integers("seven", 7).integers("two", 2);
    harmless.node("Div", List.of("seven", "two"), "q");
    harmless.node("Cast", List.of("q"), "f", attribute("to", 1));
    harmless.node("Div", List.of("u", "f"), "v").node("Mul", List.of("v", "v"), "y");
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.of(harmless.read(), Preprocessing.NONE)) {
      assertThat(runtime.classes()).isEqualTo(3);
    }
  }

  /** A mean of which one input has no name ends the process of ONNX Runtime. */
  @Test
  void inputsWithoutNamesInModelsThatTheEngineDoesNotRun() {
    for (String type : List.of("Concat", "Max", "Mean", "Min", "Sum")) {
      TestGraph graph = unknown();
      if (type.equals("Concat")) {
        graph.node(type, List.of("u", "", "u"), "v", attribute("axis", 1));
        graph.node("ReduceSum", List.of("v"), "y");
      } else {
        graph.node(type, List.of("u", "", "u"), "y");
      }
      refusedByRuntime(graph, "(" + type + ")", "without a name");
    }
  }

  /** Constants say how large they become, before anything is made of them. */
  @Test
  void sizesInModelsThatTheEngineDoesNotRun() {
    for (String type : List.of("ConstantOfShape", "Expand", "Tile")) {
      TestGraph graph =
          unknown().integers("sizes", 1, 1L << 32).floats("one", new float[] {1}, 1, 1);
      List<String> inputs =
          type.equals("ConstantOfShape") ? List.of("sizes") : List.of("one", "sizes");
      graph.node(type, inputs, "large").node("ReduceMax", List.of("large"), "m");
      refusedByRuntime(graph.node("Add", List.of("u", "m"), "y"), "(" + type + ")", "too large");
    }
    TestGraph padded = unknown().integers("pads", 0, 0, 0, 1L << 40);
    padded.node("Pad", List.of("u", "pads"), "p").node("ReduceMax", List.of("p"), "m");
    refusedByRuntime(padded.node("Add", List.of("u", "m"), "y"), "(Pad)", "too large");
  }

  @Test
  void valuesWithoutDimensionsAreRefusedInOneLine() {
    TestGraph scalar = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    scalar.integers("places", 0).node("Size", List.of("x"), "n");
    scalar.classical("ArrayFeatureExtractor", List.of("n", "places"), List.of("e"));
    scalar.node("Cast", List.of("e"), "f", attribute("to", 1));
    assertThatThrownBy(scalar.node("Mul", List.of("x", "f"), "y")::classifier)
        .isInstanceOf(io.foolproof.tensor.InvalidInputException.class)
        .hasMessageContaining("rows of features are wanted");
    TestGraph vector = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    vector.integers("a", 3, 2).integers("zeros", 1, 2);
    vector.node("MatMulInteger", List.of("a", "a", "zeros"), "p");
    vector.node("Cast", List.of("p"), "f", attribute("to", 1));
    assertThatThrownBy(vector.node("Mul", List.of("x", "f"), "y")::classifier)
        .isInstanceOf(io.foolproof.tensor.InvalidInputException.class)
        .hasMessageContaining("dimensions");
  }

  private static TestGraph unknown() {
    return new TestGraph()
        .input("x", "batch", "3")
        .output("y", "batch", "3")
        .node("Asinh", List.of("x"), "u");
  }

  private static void refusedByRuntime(TestGraph graph, String... parts) {
    assertThatThrownBy(() -> OnnxRuntimeClassifier.of(graph.read(), Preprocessing.NONE))
        .isInstanceOf(UnsafeModelException.class)
        .message()
        .contains("test.onnx")
        .contains(parts);
    assertThatThrownBy(graph::classifier).message().doesNotContain("black-box");
  }

  @Test
  void diagonals() {
    try (Scope scope = Scope.open()) {
      Tensor x = SingleNode.random(1, 1, 2, 3, 4);
      for (long k : new long[] {-(1 << 15), -4, -3, -1, 0, 2, 4, 6, 1 << 15}) {
        SingleNode.of("Trilu", 17).input(x).input(Tensor.of(new long[] {k}, 1)).agreesExactly();
      }
      for (long k : new long[] {-(1 << 16), 1 << 16, Long.MIN_VALUE, Long.MAX_VALUE}) {
        Tensor diagonal = Tensor.of(new long[] {k}, 1);
        unsafe(SingleNode.of("Trilu", 17).input(x).constant(diagonal), "the diagonal " + k);
      }
    }
  }

  // ---- Memory and work

  /** Krizhevsky et al., 2012: of one channel, all but the channel itself is padding. */
  @Test
  void normalisationOverMoreChannelsThanThereAre() {
    TestGraph graph = new TestGraph().input("x", "batch", "2", "1", "2").output("y", "batch", "4");
    graph.node("LRN", List.of("x"), "z", attribute("size", 1000), attribute("alpha", 500f));
    graph.node("Flatten", List.of("z"), "y");
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 1, 2).variable();
      Tensor y = graph.classifier().logits(x);
      // One plus half the squares of both channels: 1 + (1 + 9) / 2 and 1 + (4 + 16) / 2.
      float[] expected = {
        (float) Math.pow(6, -0.75),
        (float) (2 * Math.pow(11, -0.75)),
        (float) (3 * Math.pow(6, -0.75)),
        (float) (4 * Math.pow(11, -0.75))
      };
      assertThat(y.toFloats()).containsExactly(expected, within(1e-6f));
      assertThat(Gradients.of(y, x).toFloats()).doesNotContain(Float.NaN);
    }
    TestGraph wide = new TestGraph().input("x", "batch", "1000", "28", "28");
    wide.node("LRN", List.of("x"), "z", attribute("size", 1000)).output("y", "batch", "784000");
    unsafe(wide.node("Flatten", List.of("z"), "y"), "(LRN)", "2^28");
  }

  /** Three values of ten million elements each, none of which takes memory. */
  @Test
  void runsAreAsSmallAsTheirValuesAreMany() {
    TestGraph graph = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    graph.integers("many", 10_000_000, 1, 1).integers("first", 0).integers("last", 1);
    graph.floats("zero", new float[] {0}, 1);
    graph.node("Expand", List.of("x", "many"), "e").node("Shape", List.of("e"), "s");
    graph.node("Slice", List.of("s", "first", "last"), "t");
    graph.node("Cast", List.of("t"), "f", attribute("to", 1));
    graph.node("Mul", List.of("f", "zero"), "z").node("Add", List.of("x", "z"), "y");
    OnnxClassifier classifier = graph.classifier();
    // 2^28 elements a run, 3 * 10^7 a sample.
    assertThat(classifier.batchStep()).isEqualTo(8);
    assertThat(TestGraph.perceptron().classifier().batchStep()).isEqualTo(Workers.MICRO_BATCH);
  }

  /** The product of a matrix of so many rows and columns with itself, for each sample. */
  private static TestGraph products(long rows, long columns) {
    TestGraph graph = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    graph.random("w", 1, 3, 1).floats("zero", new float[1], 1);
    graph.integers("each", -1, 1, 1).integers("size", 1, rows, columns).integers("row", -1, 1);
    graph.node("MatMul", List.of("x", "w"), "one").node("Reshape", List.of("one", "each"), "s");
    graph.node("Expand", List.of("s", "size"), "m");
    graph.node("Transpose", List.of("m"), "t", attribute("perm", new long[] {0, 2, 1}));
    graph.node("MatMul", List.of("m", "t"), "p");
    graph.node(
        "ReduceMean",
        List.of("p"),
        "mean",
        attribute("axes", new long[] {1, 2}),
        attribute("keepdims", 0));
    graph.node("Reshape", List.of("mean", "row"), "r").node("Mul", List.of("r", "zero"), "z");
    return graph.node("Add", List.of("x", "z"), "y");
  }

  /** Either product is allowed alone: 2^37 multiplications in the second, three in the first. */
  @Test
  void nodesThatTogetherTakeTooLong() {
    unsafe(products(1 << 14, 1 << 9), "(MatMul)", "more than 137438953472 multiplications");
  }

  /** More than a quarter of 2^35 multiplications a sample, of which a run has 2^35 at most. */
  @Test
  void runsAreAsSmallAsTheirWorkIsLarge() {
    assertThat(products(1 << 6, 1 << 5).classifier().batchStep()).isEqualTo(Workers.MICRO_BATCH);
    assertThat(products(3000, 1 << 10).classifier().batchStep()).isEqualTo(2);
  }

  /** Five rows of three numbers, times a column, times their transpose. */
  @Test
  void costIsCounted() {
    OnnxProgram.Cost cost = products(5, 7).classifier().cost(SingleNode.random(1, 1, 3));
    assertThat(cost.multiplications()).isEqualTo(3 + 5 * 7 * 5);
    assertThat(cost.values()).isEqualTo(1 + 1 + 35 + 35 + 25 + 1 + 1 + 1 + 3);
  }

  @Test
  void smallFilesWhoseConstantsAreLarge() {
    TestGraph graph = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    graph.integers("n", 1 << 24).node("ConstantOfShape", List.of("n"), "c0");
    for (int i = 1; i < 8; i++) {
      graph.node("Neg", List.of("c" + (i - 1)), "c" + i);
    }
    graph.node("ReduceSum", List.of("c7"), "sum", attribute("keepdims", 0));
    unsafe(graph.node("Add", List.of("x", "sum"), "y"), "(Neg)", "more than");
  }

  @Test
  void operatorsThatMakeMoreThanTheyTakeOrGive() {
    long m = 1 << 14;
    try (Scope scope = Scope.open()) {
      Tensor one = Tensor.scalar(1, DType.FLOAT32);
      Tensor wide = one.expand(1, m, m);
      unsafe(
          SingleNode.of("Range", 17)
              .constant(Tensor.scalar(0, DType.INT64))
              .constant(Tensor.scalar(1 << 26, DType.INT64))
              .constant(Tensor.scalar(1, DType.INT64)),
          "2^24");
      unsafe(
          SingleNode.of("MatMul", 17).input(one.expand(m, 1, 1)).input(one.expand(1, 1, m * 2)),
          "2^28");
      unsafe(SingleNode.of("MatMul", 17).input(wide).input(one.expand(m, m, 1)), "(MatMul)");
      unsafe(
          SingleNode.of("Einsum", 17)
              .input(one.expand(1 << 15))
              .input(one.expand(1 << 15))
              .with(attribute("equation", "i,j->ij")),
          "(Einsum)",
          "2^28");
      unsafe(
          SingleNode.of("Resize", 17)
              .input(one.expand(1, 1, m, m))
              .none()
              .none()
              .constant(Tensor.of(new long[] {1, 1, 1 << 22, 1}, 4)),
          "(Resize)",
          "intermediate");
      unsafe(
          SingleNode.of("Resize", 17)
              .input(one.expand(1, 1, 1, 1))
              .none()
              .none()
              .constant(Tensor.of(new long[] {1, 1, 1 << 24, 1}, 4)),
          "(Resize)",
          "2^22");
      unsafe(
          SingleNode.of("RNN", 17)
              .input(one.expand(100_000, 1, 1))
              .constant(one.expand(1, 1, 1))
              .constant(one.expand(1, 1, 1)),
          "100000 steps");
      unsafe(
          SingleNode.of("Attention", 23)
              .input(one.expand(1, 1, 2, 4))
              .input(one.expand(1, 1, 2, 4))
              .input(one.expand(1, 1, 2, 4))
              .input(one.expand(1 << 28, 1, 1, 2)),
          "(Attention)",
          "2^28");
    }
  }

  @Test
  void formulasOfModestSizeStillRun() {
    try (Scope scope = Scope.open()) {
      Tensor a = SingleNode.random(1, 1, 2, 3, 4);
      Tensor b = SingleNode.random(2, 1, 2, 4, 5);
      for (String equation :
          List.of("bij,bjk->bik", "...ij,...jk->...ik", "bij,bjk", "bij,bjk->")) {
        SingleNode.of("Einsum", 17)
            .input(a)
            .input(b)
            .with(attribute("equation", equation))
            .agrees(1e-5);
      }
    }
  }

  /** Not even ones that fit: ONNX Runtime ends the process. */
  @Test
  void dotsForOtherNumbersOfDimensionsAreRefused() {
    TestGraph graph = new TestGraph().input("x", "batch", "2", "5", "5").random("w", 1, 3, 5);
    graph.node("Einsum", List.of("w", "x"), "v", attribute("equation", "...ij,...jk"));
    graph.node("Flatten", List.of("v"), "y").output("y", "batch", "30");
    unsafe(graph, "the dots of '...ij,...jk' stand for 0 and for 2 dimensions");
    TestGraph other = unknown().random("w", 1, 3, 3);
    other.node("Einsum", List.of("u", "w"), "y", attribute("equation", "...j,...jk"));
    refusedByRuntime(other, "has dots in its equation");
  }

  // ---- Nodes

  @Test
  void nodesThatNothingNeedsCostNothing() {
    TestGraph graph = TestGraph.perceptron();
    String last = "x";
    for (int i = 0; i < 100_000; i++) {
      graph.node("Neg", List.of(last), "dead" + i);
      last = "dead" + i;
    }
    OnnxModel model = graph.read();
    try (Scope scope = Scope.open();
        OnnxRuntimeClassifier runtime = OnnxRuntimeClassifier.of(model, Preprocessing.NONE)) {
      Tensor images = Tensor.of(new float[] {1, 2, 3}, 1, 3);
      float[] expected = TestGraph.perceptron().classifier().logits(images).toFloats();
      assertThat(OnnxClassifier.of(model).logits(images).toFloats()).isEqualTo(expected);
      assertThat(runtime.logits(images).toFloats()).containsExactly(expected, within(1e-5f));
    }
  }

  @Test
  void nodesThatAreNeededAreCounted() {
    TestGraph graph = new TestGraph().input("x", "batch", "3").output("y", "batch", "3");
    String last = "x";
    for (int i = 0; i < 40_000; i++) {
      graph.node("Neg", List.of(last), "n" + i);
      last = "n" + i;
    }
    unsafe(graph.node("Neg", List.of(last), "y"), "40001 nodes", "2^15");
  }

  /** Rectifiers that move behind layouts of rows, and shapes that name the batch: ten thousand. */
  @Test
  void longChainsAreReadInLinearTime() {
    TestGraph graph = new TestGraph().input("x", "1", "3").output("y", "1", "3");
    graph.integers("rows", 1, 3);
    String last = "x";
    for (int i = 0; i < 5_000; i++) {
      graph.node("Relu", List.of(last), "r" + i).node("Reshape", List.of("r" + i, "rows"), "s" + i);
      last = "s" + i;
    }
    OnnxModel model = graph.node("Neg", List.of(last), "y").read();
    assertThatCode(() -> OnnxClassifier.of(model)).doesNotThrowAnyException();
  }
}

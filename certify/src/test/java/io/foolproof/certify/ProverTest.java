package io.foolproof.certify;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.proof.ProofFile;
import io.foolproof.certify.property.VnnLib;
import io.foolproof.checker.Checker;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.OnnxRuntimeClassifier;
import io.foolproof.model.Preprocessing;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProverTest {
  @TempDir Path folder;

  private Verdict proved(byte[] net, String specification) throws IOException {
    Trial trial = new Trial(folder, net, specification);
    Outcome outcome = trial.prove(20);
    assertThat(outcome).isInstanceOf(Outcome.Shown.class);
    Verdict verdict = trial.check(((Outcome.Shown) outcome).proof());
    assertThat(verdict.reason()).isEmpty();
    assertThat(verdict.proved()).isTrue();
    return verdict;
  }

  private Outcome outcome(byte[] net, String specification) throws IOException {
    return new Trial(folder, net, specification).prove(20);
  }

  /** y0 - y1 = 3 x0 - 4 x1 + 0.7: within an L-inf distance of 0.1 of 0 it is at least 0. */
  @Test
  void ofALinearNetTheDistanceIsExact() throws IOException {
    byte[] net = SmallNets.linear(new float[] {1, -2, -2, 2}, new float[] {1, 0.3f});
    Verdict verdict = proved(net, Trial.specification(2, 2, "-0.0999", "0.0999", "(<= Y_0 Y_1)"));
    double exact = 1 - (double) 0.3f - 7 * 0.0999;
    assertThat(verdict.exactMargin()).isCloseTo(exact, within(1e-12)).isLessThan(exact);
    assertThat(verdict.executionMargin())
        .isLessThan(verdict.exactMargin())
        .isGreaterThan(exact - 1e-5);
    assertThat(outcome(net, Trial.specification(2, 2, "-0.1001", "0.1001", "(<= Y_0 Y_1)")))
        .isInstanceOf(Outcome.Violated.class);
  }

  /** The same: within an L2 distance of 0.7 / 5, and an L1 distance of 0.7 / 4. */
  @ParameterizedTest
  @CsvSource({
    "L2, 0.1399, 0.1401, 5, -1",
    "L1, 0.1749, 0.1751, 4, -1",
    // Where x0 is not negative, only x1 can make it smaller.
    "L2, 0.1749, 0.1751, 4, 0"
  })
  void ofALinearNetTheDistanceInABallIsExact(
      String norm, double near, double far, double slope, String left) throws IOException {
    byte[] net = SmallNets.linear(new float[] {1, -2, -2, 2}, new float[] {1, 0.3f});
    String box = Trial.specification(2, 2, "-1", "1", "(<= Y_0 Y_1)");
    box += "(assert (>= X_0 " + left + "))";
    Verdict verdict = proved(net, box + "(assert-distance " + norm + " " + near + " 0 0)");
    double exact = 1 - (double) 0.3f - slope * near;
    assertThat(verdict.exactMargin()).isCloseTo(exact, within(1e-9)).isLessThan(exact);
    Outcome outcome = outcome(net, box + "(assert-distance " + norm + " " + far + " 0 0)");
    assertThat(outcome).isInstanceOf(Outcome.Violated.class);
  }

  /** With |x1| <= 0.1 an L1 ball of 0.199 leaves 0.099 for x0. */
  @Test
  void aBallOfL1IsCutOffByTheBox() throws IOException {
    byte[] net = SmallNets.linear(new float[] {1, -2, -2, 2}, new float[] {1, 0.3f});
    String box =
        Trial.specification(2, 2, "-1", "1", "(<= Y_0 Y_1)")
            + "(assert (<= X_1 0.1))(assert (>= X_1 -0.1))";
    Verdict verdict = proved(net, box + "(assert-distance L1 0.199 0 0)");
    double exact = 1 - (double) 0.3f - 0.4 - 3 * 0.099;
    assertThat(verdict.exactMargin()).isCloseTo(exact, within(1e-9)).isLessThan(exact);
    assertThat(outcome(net, box + "(assert-distance L1 0.201 0 0)"))
        .isInstanceOf(Outcome.Violated.class);
  }

  /** y = x is at least 1 for no x below 1, and its 32-bit neighbours. */
  @Test
  void theEndOfAnOpenBoxIsNoWitness() throws IOException {
    byte[] net = SmallNets.linear(new float[] {1}, new float[] {0});
    String box = Trial.specification(1, 1, "0", "1", "(>= Y_0 1)");
    assertThat(outcome(net, box)).isInstanceOf(Outcome.Violated.class);
    assertThat(new Trial(folder, net, box + "(assert (< X_0 1))").prove(2))
        .isInstanceOf(Outcome.Unknown.class);
    Outcome inside =
        outcome(net, box.replace("(>= Y_0 1)", "(>= Y_0 0.99999)") + "(assert (< X_0 1))");
    assertThat(((Outcome.Violated) inside).input()[0]).isLessThan(1);
  }

  /** [1, 4, 1, 1] and four numbers make [1, 4, 1, 4], not four sums. */
  @Test
  void aConstantThatMakesAValueLargerIsRefused() throws IOException {
    byte[] net =
        new TestGraph()
            .input("x", "batch", "4", "2", "2")
            .random("c", 1, 4)
            .random("w", 1, 2, 4)
            .node("GlobalAveragePool", List.of("x"), "p")
            .node("Add", List.of("p", "c"), "s")
            .node("GlobalAveragePool", List.of("s"), "q")
            .node("Flatten", List.of("q"), "f")
            .node("Gemm", List.of("f", "w"), "y", attribute("transB", 1L))
            .output("y", "batch", "2")
            .bytes();
    Trial trial = new Trial(folder, net, Trial.specification(16, 2, "0", "1", "(<= Y_0 Y_1)"));
    assertThatThrownBy(() -> trial.prove(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not fit");
    assertUncheckable(net, "does not fit");
  }

  /** The checker reads the net before it looks for a proof. */
  private void assertUncheckable(byte[] net, String why) throws IOException {
    Path file = Files.write(folder.resolve("net.onnx"), net);
    String text = Trial.specification(1, 1, "0", "1", "(<= Y_0 0)");
    Path specification = Files.writeString(folder.resolve("spec.vnnlib"), text);
    Path certificate = folder.resolve("spec.proof");
    String hash = Trial.hash(text.getBytes(StandardCharsets.UTF_8));
    ProofFile.write(certificate, new Proof(), Trial.hash(net), hash, List.of());
    assertThatThrownBy(() -> Checker.check(file, specification, certificate))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 11, 12, 13, 17, 21})
  void netsAreProvedAsExportersWriteThem(long opset) throws IOException {
    proved(SmallNets.exported(opset), Trial.specification(32, 3, "-0.1", "0.1", "(>= Y_0 20)"));
  }

  /** One window of one column in three: the first for the standard, the middle for ONNX Runtime. */
  @Test
  void stepsThatPassOverTheEdgeAreRefused() throws IOException {
    byte[] net =
        new TestGraph()
            .input("x", "batch", "1", "1", "3")
            .random("w", 1, 2, 1, 1, 1)
            .node(
                "Conv",
                List.of("x", "w"),
                "h",
                attribute("auto_pad", "SAME_UPPER"),
                attribute("strides", new long[] {1, 3}))
            .node("Flatten", List.of("h"), "y")
            .output("y", "batch", "2")
            .bytes();
    Trial trial = new Trial(folder, net, Trial.specification(3, 2, "0", "1", "(<= Y_0 Y_1)"));
    assertThatThrownBy(() -> trial.prove(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("runtimes disagree");
    assertUncheckable(net, "runtimes disagree");
  }

  @Test
  void numbersOf16BitsAreRefused() throws IOException {
    byte[] net =
        new TestGraph()
            .input("x", DataType.FLOAT16, "batch", "2")
            .node("Relu", List.of("x"), "y")
            .output("y", DataType.FLOAT16, "batch", "2")
            .bytes();
    assertThatThrownBy(() -> NetReader.read(OnnxModel.of(net, "net")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("32 or 64 bits");
    assertUncheckable(net, "32 or 64 bits");
  }

  @Test
  void anAxisThatIsNoneIsRefused() throws IOException {
    byte[] net =
        new TestGraph()
            .input("x", "batch", "2")
            .node("Flatten", List.of("x"), "y", attribute("axis", 3L))
            .output("y", "batch", "2")
            .bytes();
    assertThatThrownBy(() -> NetReader.read(OnnxModel.of(net, "net")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none of the dimensions");
    assertUncheckable(net, "none of the dimensions");
  }

  /** Before operator set 10 the ends of a part are attributes, and may count from behind. */
  @Test
  void partsAreTakenByAttributes() throws IOException {
    byte[] net =
        new TestGraph()
            .opset(9)
            .input("x", "batch", "4")
            .random("w", 1, 2, 2)
            .node(
                "Slice",
                List.of("x"),
                "s",
                attribute("axes", new long[] {1}),
                attribute("starts", new long[] {-2}),
                attribute("ends", new long[] {Long.MAX_VALUE}))
            .node("MatMul", List.of("s", "w"), "y")
            .output("y", "batch", "2")
            .bytes();
    proved(net, Trial.specification(4, 2, "-1", "1", "(>= Y_0 20)"));
  }

  /** Without axes, they are of the first dimensions: here of rows and columns, too. */
  @Test
  void partsAreOfTheFirstDimensionsWhereNoneAreNamed() throws IOException {
    byte[] net =
        new TestGraph()
            .input("x", "batch", "2", "3", "3")
            .integers("starts", 0, 0, 1, -2)
            .integers("ends", 1, 2, 3, 3)
            .random("w", 1, 2, 8)
            .node("Slice", List.of("x", "starts", "ends"), "s")
            .node("Flatten", List.of("s"), "f")
            .node("Gemm", List.of("f", "w"), "y", attribute("transB", 1L))
            .output("y", "batch", "2")
            .bytes();
    proved(net, Trial.specification(18, 2, "-1", "1", "(>= Y_0 20)"));
  }

  /** Another type, a clip to nothing, probabilities. */
  @ParameterizedTest
  @CsvSource({"Cast, values are rounded", "Clip, above its maximum", "Softmax, probabilities"})
  void whatIsNearlyCoveredIsRefused(String type, String why) throws IOException {
    AttributeProto[] given =
        type.equals("Cast") ? new AttributeProto[] {attribute("to", 10L)} : new AttributeProto[0];
    List<String> inputs = type.equals("Clip") ? List.of("x", "none", "six") : List.of("x");
    byte[] net =
        new TestGraph()
            .input("x", "batch", "2")
            .floats("none", new float[] {6.5f})
            .floats("six", new float[] {6})
            .node(type, inputs, "y", given)
            .output("y", "batch", "2")
            .bytes();
    assertThatThrownBy(() -> NetReader.read(OnnxModel.of(net, "net")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(why);
    assertUncheckable(net, type);
  }

  /** relu(x) - x / 2 on [-1, 1] is at least 0, and 0 only at 0. */
  @Test
  void ofOneRectifierTheMinimumIsFound() throws IOException {
    byte[] net =
        SmallNets.rectified(
            new float[] {1, -1}, new float[] {0, 0}, new float[] {0.5f, 0.5f}, new float[] {0});
    proved(net, Trial.specification(1, 1, "-1", "1", "(<= Y_0 -0.001)"));
    assertThat(outcome(net, Trial.specification(1, 1, "-1", "1", "(<= Y_0 0.001)")))
        .isInstanceOf(Outcome.Violated.class);
  }

  /** relu(z + d) - relu(z) is d for z above 0, and at least 0 everywhere: never below. */
  @Test
  void pairedRectifiersNeedSplits() throws IOException {
    byte[] net =
        SmallNets.rectified(
            new float[] {1, 2, 1, 2}, new float[] {0.25f, 0}, new float[] {1, -1}, new float[] {0});
    Verdict verdict = proved(net, Trial.specification(2, 1, "-1", "1", "(<= Y_0 -0.01)"));
    assertThat(verdict.exactMargin()).isCloseTo(0.01, within(0.01));
    Verdict above = proved(net, Trial.specification(2, 1, "-1", "1", "(>= Y_0 0.26)"));
    assertThat(above.leaves()).isGreaterThan(above.claims());
    assertThat(outcome(net, Trial.specification(2, 1, "-1", "1", "(>= Y_0 0.24)")))
        .isInstanceOf(Outcome.Violated.class);
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Its extremes are at corners of the box, where tangents at the ends of intervals touch. */
  @Test
  void ofCurvesThatGrowTheExtremesAreFound() throws IOException {
    double most = Math.tanh(2 * logistic(1.5) - logistic(-1));
    double least = Math.tanh(2 * logistic(-0.5) - logistic(1));
    byte[] net = SmallNets.curved(0);
    for (double slack : new double[] {0.002, 0.2}) {
      String above = "(>= Y_0 %s)".formatted(most + slack);
      Verdict verdict = proved(net, Trial.specification(2, 1, "-1", "1", above));
      assertThat(verdict.exactMargin()).isPositive().isLessThan(slack);
      // Two curves in a row, of which an execution may be off by an assumed 2^-20 each.
      assertThat(verdict.exactMargin() - verdict.executionMargin()).isBetween(0x1p-20, 0x1p-16);
      String below = "(<= Y_0 %s)".formatted(least - slack);
      assertThat(proved(net, Trial.specification(2, 1, "-1", "1", below)).proved()).isTrue();
    }
    String happens = "(>= Y_0 %s)".formatted(most - 0.001);
    assertThat(outcome(net, Trial.specification(2, 1, "-1", "1", happens)))
        .isInstanceOf(Outcome.Violated.class);
    // Nearer than the assumption about executions allows.
    String close = "(>= Y_0 %s)".formatted(most + 5e-7);
    assertThat(new Trial(folder, net, Trial.specification(2, 1, "-1", "1", close)).prove(2))
        .isInstanceOf(Outcome.Unknown.class);
  }

  /** What proofs assume of any runtime, with a factor of two to spare. */
  @ParameterizedTest
  @CsvSource({"Tanh, 0x1p-21", "Sigmoid, 0x1p-22"})
  void theRuntimeAtHandIsAsAccurateAsProofsAssume(String type, double most) {
    int n = 1 << 16;
    byte[] net =
        new TestGraph()
            .input("x", "1", Integer.toString(n))
            .node(type, List.of("x"), "y")
            .output("y", "1", Integer.toString(n))
            .bytes();
    SplittableRandom random = new SplittableRandom(3);
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.of(OnnxModel.of(net, type), Preprocessing.NONE)) {
      for (float scale : new float[] {1e-3f, 1, 4, 10, 25, 1e4f, 3e38f}) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
          x[i] = (float) random.nextDouble(-1, 1) * scale;
        }
        float[] y = runtime.output(x);
        for (int i = 0; i < n; i++) {
          double exact = type.equals("Tanh") ? Math.tanh(x[i]) : logistic(x[i]);
          assertThat(Math.abs(y[i] - exact)).as("%s of %s", type, x[i]).isLessThan(most);
        }
      }
    }
  }

  @Test
  void aCaseHappensOnlyWhereAllItsConstraintsAreMet() throws IOException {
    byte[] net = SmallNets.linear(new float[] {1, 1}, new float[] {0, 0});
    String never = "(or (and (>= Y_0 0.5) (<= Y_1 -2)) (and (<= Y_0 -3) (>= Y_1 1)))";
    proved(net, Trial.specification(1, 2, "-1", "1", never));
    String sometimes = "(and (>= Y_0 0.5) (<= Y_1 0.75))";
    Outcome outcome = outcome(net, Trial.specification(1, 2, "-1", "1", sometimes));
    assertThat(outcome).isInstanceOf(Outcome.Violated.class);
    float[] output = ((Outcome.Violated) outcome).output();
    assertThat(output[0]).isBetween(0.5f, 1f);
    assertThat(output[1]).isBetween(-1f, 0.75f);
  }

  @Test
  void randomNetsOfEveryOperatorAreDecidedAsTheirSamplesSay() throws IOException {
    for (Map.Entry<String, byte[]> entry : SmallNets.ofEveryOperator().entrySet()) {
      Trial shape = new Trial(folder, entry.getValue(), "");
      try (Prover prover = new Prover(shape.model())) {
        String never = "(>= Y_0 1000)";
        String text = Trial.specification(prover.inputs(), prover.outputs(), "-0.5", "0.5", never);
        Verdict verdict = proved(entry.getValue(), text);
        assertThat(verdict.exactMargin()).as(entry.getKey()).isBetween(900.0, 1000.0);
        // What the checker bounds, by itself, is above all that ONNX Runtime gives in the box.
        assertThat(most(prover)).as(entry.getKey()).isLessThan(1000 - verdict.executionMargin());
        String always = "(<= Y_0 1000)";
        text = Trial.specification(prover.inputs(), prover.outputs(), "-0.5", "0.5", always);
        assertThat(outcome(entry.getValue(), text)).isInstanceOf(Outcome.Violated.class);
      }
    }
  }

  /**
   * Tools that infer shapes count a window that begins behind the image, ONNX Runtime does not; and
   * where padding counts it gives another mean than the standard says.
   */
  @ParameterizedTest
  @CsvSource({
    "MaxPool, 2, 3, 0, a window would begin behind the image",
    "AveragePool, 4, 2, 1, a window reaches behind padding that counts"
  })
  void windowsOnWhichRuntimesDisagreeAreRefused(
      String type, long size, long stride, long counted, String message) {
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(attribute("kernel_shape", new long[] {size, size}));
    attributes.add(attribute("strides", new long[] {stride, stride}));
    attributes.add(attribute("pads", new long[] {1, 1, 1, 1}));
    attributes.add(attribute("ceil_mode", 1L));
    if (counted != 0) {
      attributes.add(attribute("count_include_pad", counted));
    }
    byte[] net =
        new TestGraph()
            .input("x", "batch", "1", "7", "7")
            .node(type, List.of("x"), "y", attributes.toArray(AttributeProto[]::new))
            .output("y", "batch", "1", "rows", "columns")
            .bytes();
    assertThatThrownBy(() -> new Prover(OnnxModel.of(net, "pool.onnx")).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(type)
        .hasMessageContaining(message);
  }

  /** At a point all bounds are tight: a checker that reads another network refuses one side. */
  @Test
  void atAPointTheCheckerFindsWhatTheRuntimeGives() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    for (Map.Entry<String, byte[]> entry : SmallNets.ofEveryOperator().entrySet()) {
      Trial shape = new Trial(folder, entry.getValue(), "");
      try (Prover prover = new Prover(shape.model())) {
        float[] x = new float[prover.inputs()];
        StringBuilder point = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
          x[i] = random.nextInt(-64, 65) / 64f;
          String value = new BigDecimal(x[i]).toPlainString();
          point.append(
              "(assert (>= X_%d %s))(assert (<= X_%d %s))%n".formatted(i, value, i, value));
        }
        StringBuilder other = new StringBuilder("(or");
        float[] y = prover.output(x);
        for (int k = 0; k < y.length; k++) {
          other.append(" (>= Y_%d %.6f) (<= Y_%d %.6f)".formatted(k, y[k] + 1e-3, k, y[k] - 1e-3));
        }
        String text =
            Trial.specification(prover.inputs(), prover.outputs(), "-1", "1", other + ")") + point;
        Verdict verdict = proved(entry.getValue(), text);
        assertThat(verdict.exactMargin()).as(entry.getKey()).isBetween(9e-4, 1.1e-3);
      }
    }
  }

  /** The largest first output of many points of the box. */
  private static double most(Prover prover) {
    SplittableRandom random = new SplittableRandom(8);
    double most = Double.NEGATIVE_INFINITY;
    float[] x = new float[prover.inputs()];
    for (int i = 0; i < 3000; i++) {
      for (int j = 0; j < x.length; j++) {
        x[j] = i % 2 == 0 ? (float) random.nextDouble(-0.5, 0.5) : random.nextInt(2) - 0.5f;
      }
      most = Math.max(most, prover.output(x)[0]);
    }
    return most;
  }

  /** y = (x + 2^24) - 2^24 is x in exact arithmetic, and 0 in 32 bits, where x is below 1. */
  @Test
  void aNetWhose32BitResultDiffersFromTheExactOneIsNeverProved() throws IOException {
    float large = 1 << 24;
    byte[] net =
        SmallNets.rectified(
            new float[] {1}, new float[] {large}, new float[] {1}, new float[] {-large});
    assertThat(outcome(net, Trial.specification(1, 1, "0.4", "0.6", "(<= Y_0 0.3)")))
        .isInstanceOf(Outcome.Violated.class);
    assertThat(outcome(net, Trial.specification(1, 1, "0.4", "0.6", "(<= Y_0 -5)")))
        .isInstanceOf(Outcome.Unknown.class);
    proved(net, Trial.specification(1, 1, "0.4", "0.6", "(<= Y_0 -50)"));
  }

  @Test
  void boxesThatDifferByCaseAreProvedOneByOne() throws IOException {
    byte[] net = SmallNets.random("boxes", 1, 6, 5, 1);
    String text =
        "(declare-const X_0 Real) (declare-const Y_0 Real)"
            + "(assert (or (and (>= X_0 0) (<= X_0 1) (>= Y_0 50))"
            + " (and (>= X_0 -1) (<= X_0 0) (>= Y_0 60))))";
    assertThat(proved(net, text).proved()).isTrue();
  }

  @Test
  void theSameProofComesOutEveryTime() throws IOException {
    byte[] net = SmallNets.random("again", 4, 12, 12, 2);
    String text = Trial.specification(4, 2, "-0.4", "0.4", "(>= Y_0 3)");
    double first = proved(net, text).executionMargin();
    assertThat(proved(net, text).executionMargin()).isEqualTo(first);
  }

  @Test
  void anOperatorWithoutBoundsIsNamed() {
    byte[] net =
        new TestGraph()
            .input("x", "batch", "3")
            .node("Sin", List.of("x"), "y")
            .output("y", "batch", "3")
            .bytes();
    OnnxModel model = OnnxModel.of(net, "wave.onnx");
    assertThatThrownBy(() -> new Prover(model).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("wave.onnx")
        .hasMessageContaining("Sin")
        .hasMessageContaining("no bounds");
  }

  @Test
  void anotherNumberOfInputsIsRefused() throws IOException {
    Trial trial =
        new Trial(
            folder,
            SmallNets.random("few", 3, 4, 2),
            Trial.specification(2, 2, "0", "1", "(<= Y_0 Y_1)"));
    assertThatThrownBy(() -> trial.prove(5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("2 inputs and 2 outputs, the network has 3 and 2");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() {
    byte[] net = SmallNets.linear(new float[] {1, Float.NaN}, new float[] {0});
    OnnxModel model = OnnxModel.of(net, "nan.onnx");
    assertThatThrownBy(() -> new Prover(model).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void anEmptyInputSetIsSaid() {
    String text = Trial.specification(1, 1, "1", "0", "(<= Y_0 0)");
    assertThatThrownBy(() -> VnnLib.parse(text.getBytes(StandardCharsets.UTF_8), "spec"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input set is empty");
  }
}

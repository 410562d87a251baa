package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sample's logits and gradient are the same to the last bit, whatever the batch. */
class BatchInvarianceTest {
  private static final int MOST = 200;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "models/lenet5_clean.onnx",
        "models/convsmall_wong_eps0.1.onnx",
        "vnncomp/cifar10_resnet/onnx/resnet_2b.onnx",
        "vnncomp/mnist_fc/onnx/mnist-net_256x2.onnx"
      })
  void ofReferenceNetworks(String file) throws IOException {
    Path folder = ReferenceFolder.require();
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = OnnxClassifier.load(folder.resolve(file))) {
      check(classifier, ReferenceNetsTest.images(classifier.input(), MOST));
    }
  }

  @Test
  void ofSmallNetworks() {
    for (TestGraph graph : List.of(TestGraph.perceptron(), TestGraph.convolutional())) {
      try (Scope scope = Scope.open();
          OnnxClassifier classifier = graph.classifier()) {
        SplittableRandom random = new SplittableRandom(3);
        float[] pixels = new float[MOST * classifier.input().elements()];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (float) random.nextDouble();
        }
        check(classifier, Tensor.of(pixels, classifier.input().batchShape(MOST)));
      }
    }
  }

  /** Rectifying cannot round, so that on every machine only size and chance speak against it. */
  @Test
  void smallNetworksThatDrawNothingHaveLargerRuns() {
    try (OnnxClassifier small = rectifier("Relu", "3").classifier();
        OnnxClassifier random = rectifier("RandomNormalLike", "3").classifier();
        OnnxClassifier large = rectifier("Relu", "200000").classifier()) {
      assertThat(small.microBatch()).isEqualTo(2 * Workers.MICRO_BATCH);
      assertThat(random.microBatch()).isEqualTo(Workers.MICRO_BATCH);
      assertThat(large.microBatch()).isEqualTo(Workers.MICRO_BATCH);
    }
  }

  /** Where answers depend on the place in runs of more than so many, runs have no more. */
  @ParameterizedTest
  @CsvSource({"100, 24, 48", "24, 24, 24", "12, 12, 12", "7, 6, 6", "3, 2, 2", "1, 1, 1"})
  void runsShrinkUntilPlacesChangeNothing(int steadyUpTo, int usual, int largest) {
    assertThat(runs(steadyUpTo, (images, place) -> place)).isEqualTo(new RunSizes(usual, largest));
  }

  /** The same, where answers depend on what the other images of a run are. */
  @ParameterizedTest
  @CsvSource({"100, 24, 48", "24, 24, 24", "12, 12, 12", "7, 6, 6", "3, 2, 2", "1, 1, 1"})
  void runsShrinkUntilNeighboursChangeNothing(int steadyUpTo, int usual, int largest) {
    assertThat(runs(steadyUpTo, (images, place) -> images.sum()))
        .isEqualTo(new RunSizes(usual, largest));
  }

  /** How a run's first values and a place in it spoil an answer. */
  private interface Flaw {
    double of(DoubleStream firstValues, int place);
  }

  /** The runs of a network whose answers have a flaw in runs of more than so many. */
  private static RunSizes runs(int steadyUpTo, Flaw flaw) {
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = TestGraph.perceptron().classifier()) {
      OnnxProbe.Answers answers =
          (model, images, sizes) -> {
            float[] first = images.flatten(1).slice(1, 0, 1, 1).toFloats();
            float[][] rows = new float[first.length][];
            for (int i = 0; i < rows.length; i++) {
              DoubleStream values = IntStream.range(0, first.length).mapToDouble(k -> first[k]);
              double off = sizes.largest() > steadyUpTo ? flaw.of(values, i) : 0;
              rows[i] = new float[] {(float) (first[i] + off)};
            }
            return rows;
          };
      return OnnxProbe.runs(classifier, answers);
    }
  }

  private static TestGraph rectifier(String type, String size) {
    return new TestGraph()
        .input("x", "batch", size)
        .node(type, List.of("x"), "y")
        .output("y", "batch", size);
  }

  private record Result(float[] logits, float[] gradients) {}

  private static Result run(OnnxClassifier classifier, Tensor images) {
    try (Scope scope = Scope.open()) {
      Tensor variable = images.variable();
      Tensor logits = classifier.logits(variable);
      Tensor gradient = Gradients.of(logits.mul(logits), variable);
      return new Result(logits.toFloats(), gradient.toFloats());
    }
  }

  private static void check(OnnxClassifier classifier, Tensor images) {
    Result whole = run(classifier, images);
    for (int count : new int[] {1, 2, 5, 12, 13, 24, 25, 31, 48, 49, 72, 73}) {
      int from = MOST - count;
      Result part = run(classifier, images.rows(from, MOST));
      for (int i = 0; i < count; i++) {
        assertSameSample(classifier, part, i, whole, from + i, count);
      }
    }
    int[] order = new int[MOST];
    Arrays.setAll(order, i -> (i * 37 + 11) % MOST);
    Result permuted = run(classifier, images.rows(order));
    for (int i = 0; i < MOST; i++) {
      assertSameSample(classifier, permuted, i, whole, order[i], MOST);
    }
  }

  private static void assertSameSample(
      OnnxClassifier classifier, Result a, int inA, Result b, int inB, int batch) {
    assertThat(sameRow(a.logits, inA, b.logits, inB, classifier.classes()))
        .as("whether logits of sample %d are the same in a batch of %d", inB, batch)
        .isTrue();
    assertThat(sameRow(a.gradients, inA, b.gradients, inB, classifier.input().elements()))
        .as("whether gradients of sample %d are the same in a batch of %d", inB, batch)
        .isTrue();
  }

  private static boolean sameRow(float[] a, int inA, float[] b, int inB, int length) {
    return Arrays.equals(a, inA * length, (inA + 1) * length, b, inB * length, (inB + 1) * length);
  }
}

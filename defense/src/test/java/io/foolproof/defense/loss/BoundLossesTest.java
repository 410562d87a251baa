package io.foolproof.defense.loss;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.defense.bound.BoundGraph;
import io.foolproof.defense.bound.Region;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses of bounds, of a net with a convolution and two matrices. */
class BoundLossesTest {
  private static final double EPSILON = 0.1;
  private static final int IMAGES = 3;
  private static final OnnxClassifier NET =
      OnnxClassifier.of(
          OnnxModel.of(
              new OnnxBuilder("net", new long[] {1, 4, 4}, 4)
                  .conv(2, 3, 1, 1)
                  .relu()
                  .flatten()
                  .dense(5)
                  .relu()
                  .dense(3)
                  .build(),
              "net"));
  private static final BoundGraph GRAPH = BoundGraph.of(NET);
  private static final WarmUp WARM_UP = new WarmUp(0.5);

  private static double[] random(int count, String name) {
    RandomStream stream = new RandomStream(3, 0, name, 0);
    double[] values = new double[count];
    Arrays.setAll(values, i -> stream.nextDouble());
    return values;
  }

  private static Map<String, double[]> weights() {
    Map<String, double[]> weights = new LinkedHashMap<>();
    NET.parameters()
        .forEach(
            (name, tensor) -> {
              double[] values = random(Math.toIntExact(tensor.elements()), name);
              Arrays.setAll(values, i -> 1.2 * (values[i] - 0.5));
              weights.put(name, values);
            });
    return weights;
  }

  private static Map<String, Tensor> tensors(Map<String, double[]> weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    weights.forEach(
        (name, values) ->
            tensors.put(
                name, Tensor.of(values, requireNonNull(NET.parameters().get(name)).shape())));
    return tensors;
  }

  private static Tensor loss(TrainingLoss loss, Map<String, Tensor> weights, double grown) {
    Tensor x = Tensor.of(random(IMAGES * 16, "x"), IMAGES, 1, 4, 4);
    Tensor shift = Tensor.of(random(IMAGES * 16, "shift"), IMAGES, 1, 4, 4).add(-0.5).mul(0.2);
    Tensor example = x.add(shift.mul(grown)).clamp(0, 1);
    Tensor labels = Tensor.ofInts(0, 2, 1);
    Region region = new Region(GRAPH, weights, grown * EPSILON, grown);
    return loss.of(new Batch(NET.under(weights), x, example, labels, List.of(), region)).sum();
  }

  static Stream<TrainingLoss> losses() {
    return Stream.of(
        new IntervalLoss(WARM_UP),
        new CrownIbp(WARM_UP),
        new Sabr(0.4, WARM_UP),
        new MtlIbp(0.3, WARM_UP));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void gradientsAgreeWithCentralDifferences(TrainingLoss loss) {
    double h = 1e-6;
    try (Scope scope = Scope.open()) {
      Map<String, double[]> weights = weights();
      Map<String, Tensor> variables = new LinkedHashMap<>();
      tensors(weights).forEach((name, tensor) -> variables.put(name, tensor.variable()));
      List<Tensor> gradients =
          Gradients.of(loss(loss, variables, 0.5), List.copyOf(variables.values()));
      int at = 0;
      for (String name : variables.keySet()) {
        double[] gradient = gradients.get(at++).toDoubles();
        for (int i = 0; i < gradient.length; i += 2) {
          double difference =
              (moved(loss, weights, name, i, h) - moved(loss, weights, name, i, -h)) / (2 * h);
          assertThat(gradient[i])
              .as(name)
              .isCloseTo(difference, within(1e-5 * Math.max(1, Math.abs(difference))));
        }
      }
    }
  }

  private static double moved(
      TrainingLoss loss, Map<String, double[]> weights, String name, int place, double h) {
    Map<String, double[]> moved = new LinkedHashMap<>(weights);
    double[] values = requireNonNull(weights.get(name)).clone();
    values[place] += h;
    moved.put(name, values);
    return loss(loss, tensors(moved), 0.5).item();
  }

  /** Without a region, all of them are the cross-entropy of the images. */
  @ParameterizedTest
  @MethodSource("losses")
  void atEpsilonZeroTheyAreCrossEntropyAndTheWarmUp(TrainingLoss loss) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> weights = tensors(weights());
      double none = loss(loss, weights, 0).item();
      double plain = loss(new CrossEntropy(0), weights, 0).item();
      double warmUp = none - plain;
      // Each of two layers lacks a ratio of lengths, and ratios of centres and of variances.
      assertThat(warmUp).isBetween(0.5 * IMAGES, 0.5 * IMAGES * 3);
    }
  }

  /** What the paper of each says about its loss, beside those of the others. */
  @Test
  void lossesOfLargerRegionsAreLarger() {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> weights = tensors(weights());
      double bounds = loss(new IntervalLoss(WARM_UP), weights, 1).item();
      double attacked = loss(new AdversarialCrossEntropy(), weights, 1).item();
      double small = loss(new Sabr(0.4, WARM_UP), weights, 1).item();
      assertThat(loss(new Sabr(1, WARM_UP), weights, 1).item()).isCloseTo(bounds, within(1e-9));
      assertThat(small).isBetween(attacked, bounds);
      assertThat(loss(new MtlIbp(0.25, WARM_UP), weights, 1).item())
          .isCloseTo(0.25 * bounds + 0.75 * attacked, within(1e-9));
      assertThat(loss(new CrownIbp(WARM_UP), weights, 1).item()).isCloseTo(bounds, within(1e-9));
      assertThat(loss(new CrownIbp(WARM_UP), weights, 0.3).item())
          .isLessThan(loss(new IntervalLoss(WARM_UP), weights, 0.3).item());
    }
  }

  @Test
  void sharesAreFractions() {
    assertThatThrownBy(() -> new Sabr(0, WARM_UP))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("0.0 of epsilon");
    assertThatThrownBy(() -> new MtlIbp(1.5, WARM_UP))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1.5");
  }
}

package io.foolproof.defense.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundsTest {
  private static final int CLASSES = 4;
  private static final long[] SHAPE = {1, 6, 6};
  private static final int PIXELS = 36;

  private static OnnxBuilder builder() {
    return new OnnxBuilder("net", SHAPE, 5);
  }

  private static OnnxClassifier net(OnnxBuilder builder) {
    return OnnxClassifier.of(OnnxModel.of(builder.build(), "net"));
  }

  /** Whether a net has linear bounds, too. */
  private static boolean isLinear(String name) {
    return !Set.of("pooled", "clipped").contains(name);
  }

  private static OnnxClassifier net(String name) {
    OnnxBuilder net = builder();
    switch (name) {
      case "plain" -> net.conv(3, 4, 2, 1).relu().flatten().dense(7).relu();
      case "pooled" -> net.conv(3, 3).relu().maxPool().flatten();
      case "clipped" -> net.threshold(0.3, 0.7).conv(3, 3).relu().flatten();
      case "skip" ->
          net.conv(3, 3)
              .batchNorm()
              .relu()
              .skip(branch -> branch.conv(5, 3, 2, 1).batchNorm().relu().conv(5, 3))
              .relu()
              .averagePool()
              .flatten();
      case "normalised" ->
          net.normalise(new double[] {0.4}, new double[] {0.3})
              .conv(3, 3, 2, 1)
              .relu()
              .averagePool(2)
              .flatten();
      default -> throw new IllegalArgumentException(name);
    }
    return net(net.dense(CLASSES));
  }

  /** Of random sizes and signs, biases and shifts too. */
  private static Map<String, Tensor> weights(OnnxClassifier net) {
    Map<String, Tensor> weights = new HashMap<>();
    net.parameters()
        .forEach(
            (name, tensor) -> {
              RandomStream stream = new RandomStream(2, 0, name, 0);
              double[] values = new double[Math.toIntExact(tensor.elements())];
              Arrays.setAll(values, i -> 0.5 * stream.nextGaussian());
              weights.put(name, Tensor.of(values, tensor.shape()));
            });
    return weights;
  }

  private static Tensor images(int count) {
    RandomStream stream = new RandomStream(4, 0, "images", 0);
    double[] values = new double[count * PIXELS];
    Arrays.setAll(values, i -> stream.nextDouble());
    return Tensor.of(values, count, 1, 6, 6);
  }

  private static BoundedValues bounded(
      OnnxClassifier net, Map<String, Tensor> weights, Tensor images, double epsilon) {
    return new Region(BoundGraph.of(net), weights, epsilon, 1).around(images);
  }

  private static double[] margins(Tensor logits, int label) {
    double[] z = logits.toDoubles();
    return IntStream.range(0, CLASSES).mapToDouble(k -> z[label] - z[k]).toArray();
  }

  /** For a linear net the least margin in the box is (w_y - w_k) c - |w_y - w_k| r, exactly. */
  @Test
  void boundsOfALinearNetAreItsLeastMargins() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier net = net(builder().flatten().dense(CLASSES));
      Map<String, Tensor> weights = weights(net);
      double[] w =
          weights.values().stream()
              .filter(t -> t.rank() == 2)
              .findFirst()
              .orElseThrow()
              .toDoubles();
      double[] b =
          weights.values().stream()
              .filter(t -> t.rank() == 1)
              .findFirst()
              .orElseThrow()
              .toDoubles();
      double epsilon = 0.3;
      double[] x = images(1).toDoubles();
      int label = 2;
      double[] least = new double[CLASSES];
      for (int k = 0; k < CLASSES; k++) {
        least[k] = b[label] - b[k];
        for (int j = 0; j < PIXELS; j++) {
          double slope = w[label * PIXELS + j] - w[k * PIXELS + j];
          double low = Math.max(0, x[j] - epsilon);
          double high = Math.min(1, x[j] + epsilon);
          least[k] += Math.min(slope * low, slope * high);
        }
      }
      BoundedValues values = bounded(net, weights, images(1), epsilon);
      Tensor labels = Tensor.ofInts(label);
      assertThat(values.margins(labels).toDoubles()).containsExactly(least, within(1e-12));
      assertThat(values.linearMargins(labels).toDoubles()).containsExactly(least, within(1e-12));
    }
  }

  /** One pixel x, and margins m max(w x, 0), which have closed forms. */
  @Test
  void aRectifierIsBoundedByItsTwoLines() {
    try (Scope scope = Scope.open()) {
      OnnxClassifier net =
          net(new OnnxBuilder("net", new long[] {1, 1, 1}, 1).flatten().dense(1).relu().dense(2));
      Map<String, Tensor> weights = new HashMap<>();
      net.parameters()
          .forEach((name, t) -> weights.put(name, Tensor.zeros(DType.FLOAT64, t.shape())));
      String first = name(weights, 1, 1);
      String bias = name(weights, 1);
      String last = name(weights, 2, 1);
      // The rectifier takes 2 x - 0.5, on [0.2, 0.6]: from -0.1 to 0.7.
      weights.put(first, Tensor.of(new double[] {2}, 1, 1));
      weights.put(bias, Tensor.of(new double[] {-0.5}, 1));
      weights.put(last, Tensor.of(new double[] {3, 0}, 2, 1));
      BoundedValues values = bounded(net, weights, Tensor.of(new double[] {0.4}, 1, 1, 1, 1), 0.2);
      // Margin 3 max(x, 0): intervals know that it is at least 0; the line below, x, does not.
      assertThat(values.margins(Tensor.ofInts(0)).toDoubles())
          .containsExactly(new double[] {0, 0}, within(1e-12));
      assertThat(values.linearMargins(Tensor.ofInts(0)).toDoubles())
          .containsExactly(new double[] {0, -0.3}, within(1e-12));
      // Margin -3 max(x, 0): at least -3 times 0.7, by either.
      assertThat(values.margins(Tensor.ofInts(1)).toDoubles())
          .containsExactly(new double[] {-2.1, 0}, within(1e-12));
      assertThat(values.linearMargins(Tensor.ofInts(1)).toDoubles())
          .containsExactly(new double[] {-2.1, 0}, within(1e-12));
    }
  }

  private static String name(Map<String, Tensor> weights, long... shape) {
    return weights.entrySet().stream()
        .filter(entry -> Arrays.equals(entry.getValue().shape(), shape))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** Of every operator: no point of the region, corners among them, is outside. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "pooled", "clipped", "skip", "normalised"})
  void boundsHoldForPointsOfTheRegion(String name) {
    OnnxClassifier net = net(name);
    double epsilon = 0.1;
    int points = 4000;
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> weights = weights(net);
      Tensor image = images(1);
      BoundedValues values = bounded(net, weights, image, epsilon);
      double[] x = image.toDoubles();
      double[] around = new double[points * PIXELS];
      for (int i = 0; i < points; i++) {
        RandomStream stream = new RandomStream(6, i, "points", 0);
        for (int j = 0; j < PIXELS; j++) {
          double way = 2 * stream.nextDouble() - 1;
          double step = i % 2 == 0 ? Math.signum(way) : way;
          around[i * PIXELS + j] = Math.min(1, Math.max(0, x[j] + epsilon * step));
        }
      }
      Tensor logits = net.logits(Tensor.of(around, points, 1, 6, 6), weights);
      boolean isLinear = isLinear(name);
      for (int label = 0; label < CLASSES; label++) {
        Tensor labels = Tensor.ofInts(label);
        double[] intervals = values.margins(labels).toDoubles();
        double[] linear = isLinear ? values.linearMargins(labels).toDoubles() : intervals;
        for (int i = 0; i < points; i++) {
          double[] margins = margins(logits.rows(i, i + 1), label);
          for (int k = 0; k < CLASSES; k++) {
            assertThat(margins[k]).isGreaterThan(intervals[k] - 1e-9);
            assertThat(margins[k]).isGreaterThan(linear[k] - 1e-9);
          }
        }
      }
    }
  }

  /** A region without extent gives the margins themselves. */
  @ParameterizedTest
  @ValueSource(strings = {"plain", "pooled", "clipped", "skip", "normalised"})
  void boundsOfAPointAreItsMargins(String name) {
    OnnxClassifier net = net(name);
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> weights = weights(net);
      Tensor images = images(3);
      Tensor logits = net.logits(images, weights);
      BoundedValues values = bounded(net, weights, images, 0);
      double[] found = values.margins(Tensor.ofInts(1, 0, 3)).toDoubles();
      int[] labels = {1, 0, 3};
      for (int i = 0; i < 3; i++) {
        double[] expected = margins(logits.rows(i, i + 1), labels[i]);
        assertThat(Arrays.copyOfRange(found, i * CLASSES, (i + 1) * CLASSES))
            .containsExactly(expected, within(1e-9));
        if (isLinear(name)) {
          double[] linear = values.linearMargins(Tensor.ofInts(labels)).toDoubles();
          assertThat(Arrays.copyOfRange(linear, i * CLASSES, (i + 1) * CLASSES))
              .containsExactly(expected, within(1e-9));
        }
      }
    }
  }

  /** Linear bounds are what they are for: behind a layer or two they are the tighter ones. */
  @Test
  void linearBoundsAreTighterInTheMean() {
    OnnxClassifier net = net("plain");
    try (Scope scope = Scope.open()) {
      BoundedValues values = bounded(net, weights(net), images(20), 0.02);
      Tensor labels = Tensor.ofInts(new int[20]);
      assertThat(values.linearMargins(labels).mean().item())
          .isGreaterThan(values.margins(labels).mean().item() + 0.01);
    }
  }

  @Test
  void whatHasNoBoundsIsNamed() {
    byte[] behind = builder().flatten().dense(CLASSES).build();
    OnnxModel rounded = LayeredDefense.parse(List.of("bits")).in(OnnxModel.of(behind, "net"));
    assertThatThrownBy(() -> BoundGraph.of(OnnxClassifier.of(rounded)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("(Round)")
        .hasMessageContaining("has no interval bounds")
        .hasMessageContaining("--net small");
    BoundGraph pooled = BoundGraph.of(net("pooled"));
    assertThatThrownBy(pooled::requireLinearBounds)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("(MaxPool)");
    BoundGraph clipped = BoundGraph.of(net("clipped"));
    assertThatThrownBy(clipped::requireLinearBounds).hasMessageContaining("(Clip)");
    assertThatThrownBy(() -> BoundGraph.of(net(builder().conv(4, 3).averagePool().flatten())))
        .hasMessageContaining("last layer");
  }
}

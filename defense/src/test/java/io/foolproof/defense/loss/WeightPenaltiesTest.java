package io.foolproof.defense.loss;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.model.LinearLayer;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ojalgo.matrix.decomposition.SingularValue;
import org.ojalgo.matrix.store.R064Store;

/** Penalties on the weights of a net with a convolution of stride 2, one of stride 1, a matrix. */
@Tag("slow")
class WeightPenaltiesTest {
  private static final OnnxClassifier NET =
      OnnxClassifier.of(
          OnnxModel.of(
              new OnnxBuilder("net", new long[] {1, 6, 6}, 4)
                  .conv(2, 4, 2, 1)
                  .relu()
                  .conv(3, 3)
                  .relu()
                  .flatten()
                  .dense(4)
                  .build(),
              "net"));
  private static final List<LinearLayer> MAPS = LinearLayer.of(NET);

  private static int elements(LinearLayer map) {
    return (int) requireNonNull(NET.parameters().get(map.weight())).elements();
  }

  private static double[] weights() {
    RandomStream stream = new RandomStream(7, 0, "weights", 0);
    int size = MAPS.stream().mapToInt(WeightPenaltiesTest::elements).sum();
    return IntStream.range(0, size).mapToDouble(i -> 0.4 * stream.nextGaussian()).toArray();
  }

  /** The layers, with all weights in one vector. */
  private static List<WeightPenalty.Layer> layers(Tensor all) {
    List<WeightPenalty.Layer> layers = new ArrayList<>();
    int from = 0;
    for (LinearLayer map : MAPS) {
      int to = from + elements(map);
      long[] shape = requireNonNull(NET.parameters().get(map.weight())).shape();
      layers.add(new WeightPenalty.Layer(map, all.rows(from, to).reshape(shape)));
      from = to;
    }
    return layers;
  }

  private static double value(WeightPenalty penalty, double[] weights) {
    return penalty.of(layers(Tensor.of(weights, weights.length))).item();
  }

  static Stream<WeightPenalty> penalties() {
    return Stream.of(new WeightDecay(0.7), new SpectralNorm(0.7, 400), new Parseval(0.7));
  }

  @ParameterizedTest
  @MethodSource("penalties")
  void gradientsAgreeWithCentralDifferences(WeightPenalty penalty) {
    double h = 1e-5;
    try (Scope scope = Scope.open()) {
      double[] weights = weights();
      Tensor variable = Tensor.of(weights, weights.length).variable();
      double[] gradient = Gradients.of(penalty.of(layers(variable)), variable).toDoubles();
      for (int i = 0; i < weights.length; i += 3) {
        double[] up = weights.clone();
        double[] down = weights.clone();
        up[i] += h;
        down[i] -= h;
        double difference = (value(penalty, up) - value(penalty, down)) / (2 * h);
        assertThat(gradient[i])
            .isCloseTo(difference, within(1e-5 * Math.max(1, Math.abs(gradient[i]))));
      }
    }
  }

  /** Those of the map of a layer, whose columns are the rows here. */
  private static SingularValue<Double> singularValues(WeightPenalty.Layer layer) {
    long[] shape = layer.map().inputShape();
    int inputs = 1;
    for (long length : shape) {
      inputs *= (int) length;
    }
    List<double[]> columns = new ArrayList<>();
    for (int j = 0; j < inputs; j++) {
      double[] unit = new double[inputs];
      unit[j] = 1;
      columns.add(layer.map().apply(Tensor.of(unit, shape), layer.weight()).toDoubles());
    }
    R064Store matrix = R064Store.FACTORY.make(inputs, columns.get(0).length);
    for (int j = 0; j < inputs; j++) {
      for (int i = 0; i < columns.get(j).length; i++) {
        matrix.set(j, i, columns.get(j)[i]);
      }
    }
    SingularValue<Double> values = SingularValue.R064.make();
    values.decompose(matrix);
    return values;
  }

  @Test
  void theSpectralNormOfAConvolutionIsThatOfItsMap() {
    try (Scope scope = Scope.open()) {
      double[] weights = weights();
      double sum = 0;
      for (WeightPenalty.Layer layer : layers(Tensor.of(weights, weights.length))) {
        double largest = singularValues(layer).getSingularValues().get(0);
        sum += largest * largest;
      }
      assertThat(MAPS).hasSize(3);
      assertThat(value(new SpectralNorm(2, 400), weights)).isCloseTo(sum, within(1e-6 * sum));
      // Few rounds find less, never more.
      assertThat(value(new SpectralNorm(2, 3), weights)).isBetween(0.7 * sum, sum);
    }
  }

  /** Descent by the penalty alone ends where no layer lengthens anything. */
  @Test
  void withoutAParsevalPenaltyLayersLengthenNothing() {
    try (Scope scope = Scope.open()) {
      double[] weights = Arrays.stream(weights()).map(weight -> weight / 4).toArray();
      for (int step = 0; step < 2000; step++) {
        try (Scope turn = Scope.open()) {
          Tensor variable = Tensor.of(weights, weights.length).variable();
          Tensor penalty = new Parseval(1).of(layers(variable));
          double[] gradient = Gradients.of(penalty, variable).toDoubles();
          for (int i = 0; i < weights.length; i++) {
            weights[i] -= 0.01 * gradient[i];
          }
        }
      }
      assertThat(value(new Parseval(1), weights)).isCloseTo(0, within(1e-9));
      for (WeightPenalty.Layer layer : layers(Tensor.of(weights, weights.length))) {
        assertThat(singularValues(layer).getSingularValues().get(0)).isLessThan(1 + 1e-4);
      }
      WeightPenalty.Layer matrix = layers(Tensor.of(weights, weights.length)).get(2);
      assertThat(singularValues(matrix).getSingularValues().get(3)).isCloseTo(1, within(1e-4));
    }
  }
}

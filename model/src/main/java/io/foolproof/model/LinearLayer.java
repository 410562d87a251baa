package io.foolproof.model;

import static java.util.Objects.requireNonNull;

import io.foolproof.model.operator.Inputs;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operator;
import io.foolproof.model.operator.Operators;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A layer of a graph that, but for its bias, is a linear map: a convolution, or a matrix. */
public final class LinearLayer {
  private static final Set<String> TYPES = Set.of("Conv", "Gemm", "MatMul");

  private final String weight;
  private final long[] inputShape;
  private final double overlap;
  private final Operator operator;

  private LinearLayer(String weight, long[] inputShape, double overlap, Operator operator) {
    this.weight = weight;
    this.inputShape = inputShape;
    this.overlap = overlap;
    this.operator = operator;
  }

  /** The layers of a net whose kernel or matrix is a weight, in their order. */
  public static List<LinearLayer> of(OnnxClassifier net) {
    List<LinearLayer> layers = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      Tensor image = Tensor.zeros(DType.FLOAT32, net.input().batchShape(1));
      for (Node node : net.model().nodes()) {
        if (TYPES.contains(node.type()) && net.parameters().containsKey(node.inputs().get(1))) {
          Tensor weight = requireNonNull(net.parameters().get(node.inputs().get(1)));
          long[] shape = net.activation(node.inputs().get(0), image).shape();
          Node unbiased =
              new Node(
                  node.name(),
                  node.type(),
                  node.inputs().subList(0, 2),
                  node.outputs(),
                  node.attributes());
          Operator operator = Operators.create(unbiased, net.model().opset());
          layers.add(new LinearLayer(node.inputs().get(1), shape, overlap(node, weight), operator));
        }
      }
    }
    return layers;
  }

  /** In each dimension, the windows that begin within the length of one. */
  private static double overlap(Node node, Tensor weight) {
    if (!node.type().equals("Conv")) {
      return 1;
    }
    long[] strides = node.attributes().integers("strides");
    double overlap = 1;
    for (int d = 2; d < weight.rank(); d++) {
      long stride = strides == null ? 1 : strides[d - 2];
      overlap *= Math.ceil((double) weight.size(d) / stride);
    }
    return overlap;
  }

  /** The name of its kernel or matrix among {@link OnnxClassifier#parameters}. */
  public String weight() {
    return weight;
  }

  /** The shape of what it takes, with one sample: [1, ...]. */
  public long[] inputShape() {
    return inputShape.clone();
  }

  /** In how many windows of a convolution a value is, at most; 1 for a matrix. */
  public double overlap() {
    return overlap;
  }

  /**
   * Applies the map, without its bias.
   *
   * @param x [N, ...]
   * @param kernel a kernel or matrix in place of the file's, of the same shape
   */
  public Tensor apply(Tensor x, Tensor kernel) {
    @Nullable Tensor[] values = {x, kernel};
    return operator
        .apply(
            new Inputs(
                values,
                new @Nullable DType[values.length],
                new int[] {0, 1},
                new long[values.length][]))
        .get(0);
  }

  @Override
  public String toString() {
    return weight + " of " + Arrays.toString(inputShape);
  }
}

package io.foolproof.certify.lipschitz;

import io.foolproof.certify.net.LinearMap;
import io.foolproof.certify.net.Net;
import io.foolproof.certify.net.NetReader;
import io.foolproof.certify.net.Step;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * By how much a network can lengthen a change of its input in L2, at most: the product over its
 * layers, and where two values are added the sum of both.
 *
 * <p>An upper bound for exact arithmetic, with the rounding errors of its own computation counted.
 * It is no certificate: no second program checks it, and 32-bit executions are not covered.
 *
 * @param layers what each layer can do, in their order
 * @param constant what the whole network can do
 */
public record Lipschitz(List<Layer> layers, double constant) {
  /** More than a product, sum or root loses. */
  private static final double UP = 1 + 0x1p-50;

  private static final double DOWN = 1 - 0x1p-50;

  /**
   * A layer.
   *
   * @param name what it is, with its sizes
   * @param norm an upper bound of its spectral norm
   */
  public record Layer(String name, double norm) {}

  /** Copies the list. */
  public Lipschitz {
    layers = List.copyOf(layers);
  }

  /**
   * Bounds a network.
   *
   * @throws io.foolproof.tensor.InvalidInputException when an operator has no bounds, which is
   *     named
   */
  public static Lipschitz of(OnnxModel model) {
    return of(NetReader.read(model));
  }

  static Lipschitz of(Net net) {
    List<Layer> layers = new ArrayList<>();
    double[] factors = new double[net.sizes().size()];
    factors[0] = 1;
    for (Step step : net.steps()) {
      if (step instanceof Step.Linear linear) {
        Layer layer = layer(linear.map());
        boolean isMove = linear.map() instanceof LinearMap.Moved;
        if (!isMove) {
          layers.add(layer);
        }
        factors[step.to()] = layer.norm() * factors[linear.from()] * UP;
      } else if (step instanceof Step.Activation activation) {
        // Neither a rectifier nor tanh is steeper than 1.
        factors[step.to()] = factors[activation.from()];
      } else if (step instanceof Step.Sum sum) {
        factors[step.to()] = (factors[sum.a()] + factors[sum.b()]) * UP;
      } else if (step instanceof Step.Join join) {
        factors[step.to()] = (factors[join.a()] + factors[join.b()]) * UP;
      } else if (step instanceof Step.Maximum maximum) {
        // Each of its numbers changes by no more than the larger change of the two.
        factors[step.to()] = Math.hypot(factors[maximum.a()], factors[maximum.b()]) * UP;
      } else {
        throw new IllegalStateException("no Lipschitz bound of " + step);
      }
    }
    return new Lipschitz(layers, factors[net.output()]);
  }

  private static Layer layer(LinearMap map) {
    if (map instanceof LinearMap.Dense dense) {
      String name = "matrix " + dense.outputs() + " x " + dense.inputs();
      return new Layer(name, norm(dense.weights().twice()));
    }
    if (map instanceof LinearMap.Convolution convolution) {
      long[] kernel = convolution.kernel().twice().shape();
      String name =
          "convolution %d x %d x %d x %d, stride %d"
              .formatted(
                  kernel[0],
                  kernel[1] * convolution.groups(),
                  kernel[2],
                  kernel[3],
                  convolution.window().stride()[0]);
      return new Layer(name, new CirculantConvolution(convolution).bound());
    }
    if (map instanceof LinearMap.Diagonal diagonal) {
      double largest =
          Arrays.stream(diagonal.factors().twice().toDoubles()).map(Math::abs).max().orElse(0);
      // What a normalisation's factor is computed by rounds a few times.
      return new Layer("factors of " + diagonal.outputs() + " values", largest * (1 + 0x1p-48));
    }
    LinearMap.Moved moved = (LinearMap.Moved) map;
    int[] times = new int[moved.inputs() + 1];
    Arrays.stream(moved.source()).forEach(from -> times[from]++);
    int most = Arrays.stream(times, 0, moved.inputs()).max().orElse(0);
    return new Layer("places", Math.sqrt(most) * Math.abs(moved.factor()) * UP);
  }

  private static double norm(Tensor matrix) {
    try (Scope scope = Scope.open()) {
      return GramIteration.bound(matrix.unsqueeze(0));
    }
  }

  /**
   * Within which distance in L2 the label of an image stays the largest logit: its margin, divided
   * by the square root of 2 and the constant, since z_y - z_k has a gradient of at most that.
   *
   * @param logits of the image
   * @param label that it has
   * @return 0 where the label is not the largest
   */
  public double radius(double[] logits, int label) {
    double margin = Double.POSITIVE_INFINITY;
    for (int k = 0; k < logits.length; k++) {
      if (k != label) {
        margin = Math.min(margin, logits[label] - logits[k]);
      }
    }
    return margin > 0 ? margin / (Math.sqrt(2) * constant) * DOWN : 0;
  }
}

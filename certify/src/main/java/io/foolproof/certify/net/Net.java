package io.foolproof.certify.net;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feed-forward network of affine maps, rectifiers, hyperbolic tangents and sums.
 *
 * @param sizes of all values, by their numbers; value 0 is the input
 * @param steps each behind those whose values it takes
 * @param output the number of the value that the network gives
 */
public record Net(List<Integer> sizes, List<Step> steps, int output) {
  /** Copies the lists. */
  public Net {
    sizes = List.copyOf(sizes);
    steps = List.copyOf(steps);
  }

  /** How many numbers it takes. */
  public int inputs() {
    return sizes.get(0);
  }

  /** How many numbers it gives. */
  public int outputs() {
    return sizes.get(output);
  }

  /** Its rectifiers and other activations, in order. */
  public List<Step.Activation> activations() {
    List<Step.Activation> activations = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Activation activation) {
        activations.add(activation);
      }
    }
    return activations;
  }

  /**
   * The outputs, differentiable.
   *
   * @param x [R, inputs]
   * @return [R, outputs]
   */
  public Tensor apply(Tensor x) {
    return at(output, x);
  }

  /** Any value of the network, by its number: [R, size] from inputs [R, inputs]. */
  public Tensor at(int value, Tensor x) {
    @Nullable Tensor[] values = new Tensor[sizes.size()];
    values[0] = x;
    for (Step step : steps) {
      if (step instanceof Step.Linear linear) {
        values[step.to()] = pushed(linear.map(), values(values, linear.from()));
      } else if (step instanceof Step.Rectifier rectifier) {
        values[step.to()] = values(values, rectifier.from()).relu();
      } else if (step instanceof Step.Tanh curve) {
        values[step.to()] = values(values, curve.from()).tanh();
      } else if (step instanceof Step.Sum sum) {
        values[step.to()] = values(values, sum.a()).add(values(values, sum.b()));
      } else if (step instanceof Step.Join join) {
        values[step.to()] = values(values, join.a()).add(values(values, join.b()));
      } else if (step instanceof Step.Maximum maximum) {
        // As it is, not as a sum: no rounding, and the derivative of the larger one.
        values[step.to()] = values(values, maximum.a()).maximum(values(values, maximum.b()));
      }
    }
    return values(values, value);
  }

  private static Tensor values(@Nullable Tensor[] values, int index) {
    Tensor value = values[index];
    if (value == null) {
      throw new IllegalStateException("value " + index + " is taken before it is made");
    }
    return value;
  }

  /** W x + b for each row x. */
  public static Tensor pushed(LinearMap map, Tensor x) {
    return map.push(x).add(row(map.bias(), x.dtype()));
  }

  /** Numbers as one row, of 32 or 64 bits. */
  public static Tensor row(double[] values, DType type) {
    Tensor row = Tensor.of(values, 1, values.length);
    return type == DType.FLOAT64 ? row : row.to(type);
  }
}

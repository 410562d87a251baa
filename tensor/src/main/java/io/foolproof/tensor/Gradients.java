package io.foolproof.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Derivatives, by reverse accumulation. */
public final class Gradients {
  private Gradients() {}

  /**
   * The gradient of a sum of outputs.
   *
   * <p>With one output per sample, and samples that do not touch each other, that is each sample's
   * own gradient.
   *
   * @param output any shape; it is summed
   * @param variable what to differentiate by, made by {@link Tensor#variable}
   * @return shaped as the variable; zero where the output does not depend on it
   */
  public static Tensor of(Tensor output, Tensor variable) {
    return take(output, List.of(variable), false, false).get(0);
  }

  /**
   * The gradients of several outputs by one variable, as {@link #of(Tensor, Tensor)} of each, from
   * one evaluation: the record of how they were computed is kept until the last.
   */
  public static List<Tensor> ofEach(List<Tensor> outputs, Tensor variable) {
    List<Tensor> gradients = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      boolean last = i == outputs.size() - 1;
      gradients.add(take(outputs.get(i), List.of(variable), !last, false).get(0));
    }
    return gradients;
  }

  /** The gradients of a sum of outputs by several variables, in their order. */
  public static List<Tensor> of(Tensor output, List<Tensor> variables) {
    return take(output, variables, false, false);
  }

  /** As {@link #of(Tensor, Tensor)}, and can itself be differentiated. */
  public static Tensor differentiable(Tensor output, Tensor variable) {
    return take(output, List.of(variable), true, true).get(0);
  }

  private static List<Tensor> take(
      Tensor output, List<Tensor> variables, boolean retainGraph, boolean createGraph) {
    if (!output.nativeTensor().requires_grad()) {
      return variables.stream().map(v -> Tensor.zeros(v.dtype(), v.shape())).toList();
    }
    try {
      TensorVector gradients =
          torch.grad(
              Tensor.vector(List.of(output.sum())),
              Tensor.vector(variables),
              new TensorVector(),
              new BoolOptional(retainGraph),
              createGraph,
              true);
      List<Tensor> result = new ArrayList<>(variables.size());
      for (int i = 0; i < variables.size(); i++) {
        org.bytedeco.pytorch.Tensor gradient = gradients.get(i);
        Tensor variable = variables.get(i);
        // The vector owns its elements: a handle of our own outlives it.
        result.add(
            gradient.defined()
                ? Tensor.call(() -> new org.bytedeco.pytorch.Tensor(gradient))
                : Tensor.zeros(variable.dtype(), variable.shape()));
      }
      return result;
    } catch (RuntimeException e) {
      throw EngineException.from(e);
    }
  }
}

package io.foolproof.model.operator;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An operator through which gradients pass although its results are integers: it gives them as
 * floating-point numbers with exactly their values, and says which integers they are.
 */
public interface Carrying extends Operator {

  /** The ONNX type of the integers that an output carries; null where it carries none. */
  @Nullable DType type(int output, Inputs inputs);

  /** An operator with one output. */
  static Carrying single(
      Function<Inputs, Tensor> computation, Function<Inputs, @Nullable DType> type) {
    return of(Operator.single(computation), type);
  }

  /** An operator whose first output carries integers of a type, and no other output does. */
  static Carrying of(Operator operator, Function<Inputs, @Nullable DType> type) {
    return new Both(operator, (output, inputs) -> output == 0 ? type.apply(inputs) : null);
  }

  /** An operator that moves values about: its outputs carry what its inputs do. */
  static Carrying passing(Operator operator) {
    return new Both(operator, (output, inputs) -> inputs.firstCarried());
  }

  /**
   * Arithmetic, whose result may not fit the type: the value is that of the integers, wrapped
   * around as they are.
   */
  static Carrying arithmetic(Operator operator) {
    Operator exact =
        inputs -> {
          if (inputs.firstCarried() == null) {
            return operator.apply(inputs);
          }
          Tensor smooth = operator.apply(inputs).get(0);
          Tensor value = operator.apply(inputs.settled()).get(0);
          return List.of(value.to(smooth.dtype()).add(smooth.sub(smooth.detach())));
        };
    return passing(exact);
  }

  /** What an output carries. */
  @FunctionalInterface
  interface Types {
    @Nullable DType of(int output, Inputs inputs);
  }

  /** An operator, and what its outputs carry. */
  record Both(Operator operator, Types types) implements Carrying {
    @Override
    public List<Tensor> apply(Inputs inputs) {
      return operator.apply(inputs);
    }

    @Override
    public @Nullable DType type(int output, Inputs inputs) {
      return types.of(output, inputs);
    }
  }
}

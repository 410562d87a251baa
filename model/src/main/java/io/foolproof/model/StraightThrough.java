package io.foolproof.model;

import io.foolproof.model.OnnxProgram.Step;
import io.foolproof.model.operator.Operator;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A backward pass for steps of a graph that are flat almost everywhere, so that their own gradient
 * is zero: what they compute stays the same to the last bit, and gradients pass as if they computed
 * something else.
 *
 * <p>Bengio, Léonard, Courville: Estimating or propagating gradients through stochastic neurons for
 * conditional computation, 2013, arXiv 1308.3432; as an attack Athalye, Carlini, Wagner: Obfuscated
 * gradients give a false sense of security, 2018, arXiv 1802.00420, section 4.1.
 */
public enum StraightThrough {
  /** Gradients pass as through the identity: suits rounding. */
  IDENTITY {
    @Override
    Tensor smooth(Tensor x) {
      return x;
    }
  },
  /** Gradients pass where a value is from -1 to 1: suits signs. */
  HARD_TANH {
    @Override
    Tensor smooth(Tensor x) {
      return x.clamp(-1, 1);
    }
  };

  /** Operators that are flat almost everywhere. */
  static final List<String> FLAT = List.of("Round", "Floor", "Ceil", "Sign");

  /** ONNX's numbers of floating-point types: 32, 16 and 64 bits, and bfloat16. */
  private static final Set<Long> FLOATING = Set.of(1L, 10L, 11L, 16L);

  /** What gradients see in place of a flat function. */
  abstract Tensor smooth(Tensor x);

  /** The steps with this backward pass where they have none. */
  List<Step> over(List<Step> steps) {
    List<Step> changed = new ArrayList<>();
    for (Step step : steps) {
      boolean flat = FLAT.contains(step.node().type()) || isCastForth(step, steps);
      changed.add(
          flat
              ? new Step(step.node(), passing(step.operator()), step.inputs(), step.outputs())
              : step);
    }
    return changed;
  }

  /** Whether a step makes integers of which nothing is made but floating-point numbers again. */
  private static boolean isCastForth(Step step, List<Step> steps) {
    if (!step.node().type().equals("Cast")
        || FLOATING.contains(step.node().attributes().integer("to", 1))) {
      return false;
    }
    List<Step> users = steps.stream().filter(other -> takes(other, step.outputs()[0])).toList();
    return !users.isEmpty() && users.stream().allMatch(user -> user.node().type().equals("Cast"));
  }

  private static boolean takes(Step step, int slot) {
    for (int input : step.inputs()) {
      if (input == slot) {
        return true;
      }
    }
    return false;
  }

  private Operator passing(Operator operator) {
    return inputs -> {
      Tensor x = inputs.get(0);
      Tensor value = operator.apply(inputs).get(0);
      if (!x.dtype().isFloating()) {
        return List.of(value);
      }
      Tensor smooth = smooth(x);
      // The difference is zero to the last bit, so that the value is.
      return List.of(value.to(x.dtype()).detach().add(smooth.sub(smooth.detach())));
    };
  }
}

package io.foolproof.model;

import io.foolproof.model.OnnxProgram.Step;
import io.foolproof.model.operator.Inputs;
import io.foolproof.model.operator.Node;
import io.foolproof.model.operator.Operator;
import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A backward pass for steps of a graph that are flat almost everywhere, so that their own gradient
 * is zero: what they compute stays the same to the last bit, and gradients pass as if they computed
 * something else.
 *
 * <p>Steps that clip an image in front of the net's weights are flat where they saturate, so that
 * pixels beyond a threshold have no gradient though a larger change would reach it. {@link
 * #IDENTITY} passes gradients on there, too. Rectifiers behind weights are left alone: half of all
 * units are off, and a gradient that passed them would be that of another net.
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

  /** Operators that are flat where they saturate. */
  static final List<String> SATURATING = List.of("Clip", "Min", "Max", "Relu", "HardSigmoid");

  /** ONNX's numbers of floating-point types: 32, 16 and 64 bits, and bfloat16. */
  private static final Set<Long> FLOATING = Set.of(1L, 10L, 11L, 16L);

  /** What gradients see in place of a flat function. */
  abstract Tensor smooth(Tensor x);

  /**
   * The steps with this backward pass where they have none.
   *
   * @param inFront the values that are computed without any weight
   */
  List<Step> over(List<Step> steps, Set<String> inFront) {
    List<Step> changed = new ArrayList<>();
    for (Step step : steps) {
      boolean flat = FLAT.contains(step.node().type()) || isCastForth(step, steps);
      boolean clips =
          this == IDENTITY
              && SATURATING.contains(step.node().type())
              && inFront.containsAll(step.node().outputs());
      changed.add(
          flat
              ? with(step, passing(step.operator(), this::smooth))
              : clips ? with(step, passing(step.operator(), slope(step.node()))) : step);
    }
    return changed;
  }

  private static Step with(Step step, Operator operator) {
    return new Step(step.node(), operator, step.inputs(), step.outputs());
  }

  /** What a step that clips computes where it does not. */
  private static UnaryOperator<Tensor> slope(Node node) {
    double slope = node.type().equals("HardSigmoid") ? node.attributes().number("alpha", 0.2) : 1;
    return slope == 1 ? x -> x : x -> x.mul(slope);
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

  private static Operator passing(Operator operator, UnaryOperator<Tensor> smooth) {
    return inputs -> {
      Tensor x = image(inputs);
      Tensor value = operator.apply(inputs).get(0);
      if (!x.dtype().isFloating()) {
        return List.of(value);
      }
      Tensor seen = smooth.apply(x);
      // The difference is zero to the last bit, so that the value is.
      return List.of(value.to(x.dtype()).detach().add(seen.sub(seen.detach())));
    };
  }

  /** The input that comes from the image: of a Min or Max, the other is a bound. */
  private static Tensor image(Inputs inputs) {
    for (int i = 0; i < inputs.count(); i++) {
      if (inputs.has(i) && inputs.get(i).isDifferentiable()) {
        return inputs.get(i);
      }
    }
    return inputs.get(0);
  }
}

package io.foolproof.model;

import io.foolproof.model.OnnxProgram.Step;
import io.foolproof.model.operator.Attributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets rectifiers wait until maxima were taken and images laid out as rows. The largest of
 * rectified values is the largest value, rectified, and there are fewer of them; and rows need no
 * second look at how an image lies in memory. Exact, in gradients too: where a window has a
 * positive value the same element is chosen, and elsewhere nothing passes.
 */
final class LateRectifiers {
  private LateRectifiers() {}

  /**
   * The same program with every Relu moved behind the MaxPool, Flatten and Reshape that alone take
   * its value.
   *
   * @param wanted the values that will be asked for; any others may change
   */
  static OnnxProgram in(OnnxProgram program, List<String> wanted) {
    int[] uses = program.uses(wanted);
    // By the slot of its value, where a rectifier is among the steps.
    Map<Integer, Integer> rectifiers = new HashMap<>();
    List<@Nullable Step> steps = new ArrayList<>();
    for (Step step : program.steps()) {
      Step last = step;
      Integer at = canGoFirst(step) ? rectifiers.get(step.inputs()[0]) : null;
      Step rectifier = at == null ? null : steps.set(at, null);
      if (rectifier != null) {
        int between = rectifier.outputs()[0];
        steps.add(step.over(rectifier.inputs()[0], between));
        last = rectifier.over(between, step.outputs()[0]);
      }
      steps.add(last);
      if (last.node().type().equals("Relu") && isFromOneToOne(last, uses)) {
        rectifiers.put(last.outputs()[0], steps.size() - 1);
      }
    }
    List<Step> ordered = new ArrayList<>();
    for (Step step : steps) {
      if (step != null) {
        ordered.add(step);
      }
    }
    return program.withSteps(ordered);
  }

  private static boolean isFromOneToOne(Step step, int[] uses) {
    int[] outputs = step.outputs();
    boolean isFromOne = step.inputs().length == 1;
    return isFromOne && outputs.length == 1 && outputs[0] >= 0 && uses[outputs[0]] == 1;
  }

  private static boolean canGoFirst(Step step) {
    if (step.inputs().length == 0 || step.outputs().length != 1) {
      return false;
    }
    return switch (step.node().type()) {
      case "Flatten", "Reshape" -> true;
      case "MaxPool" -> isPlain(step.node().attributes());
      default -> false;
    };
  }

  /** Without padding, of which a window could be full: its maximum would be minus infinity. */
  private static boolean isPlain(Attributes pool) {
    long @Nullable [] pads = pool.integers("pads");
    return (pads == null || Arrays.stream(pads).allMatch(pad -> pad == 0))
        && List.of("NOTSET", "VALID").contains(pool.text("auto_pad", "NOTSET"));
  }
}

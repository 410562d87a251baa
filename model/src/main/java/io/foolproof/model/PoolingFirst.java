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
 * Lets a rectifier behind a convolution wait until maxima were taken: the largest of rectified
 * values is the largest value, rectified, and there are fewer of them. Exact, in gradients too:
 * where a window has a positive value the same element is chosen, and elsewhere nothing passes.
 */
final class PoolingFirst {
  private PoolingFirst() {}

  /**
   * The same program with every Relu that only a MaxPool takes moved behind it.
   *
   * @param wanted the values that will be asked for; any others may change
   */
  static OnnxProgram in(OnnxProgram program, List<String> wanted) {
    int[] uses = program.uses(wanted);
    Map<Integer, Step> rectifiers = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    for (Step step : program.steps()) {
      Step rectifier = isPlainPool(step) ? rectifiers.get(step.inputs()[0]) : null;
      if (rectifier != null) {
        int between = rectifier.outputs()[0];
        steps.remove(rectifier);
        steps.add(step.over(rectifier.inputs(), between));
        steps.add(rectifier.over(new int[] {between}, step.outputs()[0]));
      } else {
        steps.add(step);
      }
      if (step.node().type().equals("Relu")) {
        int output = step.outputs()[0];
        if (output >= 0 && uses[output] == 1) {
          rectifiers.put(output, step);
        }
      }
    }
    return program.withSteps(steps);
  }

  /** Without padding, of which a window could be full: its maximum would be minus infinity. */
  private static boolean isPlainPool(Step step) {
    if (!step.node().type().equals("MaxPool")) {
      return false;
    }
    Attributes attributes = step.node().attributes();
    long @Nullable [] pads = attributes.integers("pads");
    return (pads == null || Arrays.stream(pads).allMatch(pad -> pad == 0))
        && List.of("NOTSET", "VALID").contains(attributes.text("auto_pad", "NOTSET"));
  }
}

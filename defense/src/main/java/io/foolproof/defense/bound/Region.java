package io.foolproof.defense.bound;

import io.foolproof.model.InputSpec;
import io.foolproof.tensor.Tensor;
import java.util.Map;

/**
 * How far images may be changed in L-inf, and a net that is bounded there.
 *
 * @param graph the net
 * @param weights by name, which may be variables
 * @param epsilon how far, now
 * @param grown which fraction of the largest epsilon that is: from 0 to 1 over the warm-up
 */
public record Region(BoundGraph graph, Map<String, Tensor> weights, double epsilon, double grown) {

  /** The values of the net for all that the images may become. */
  public BoundedValues around(Tensor images) {
    return within(images, epsilon);
  }

  /** The values of the net for what is within another distance of some points, and the box. */
  public BoundedValues within(Tensor points, double distance) {
    InputSpec box = graph.input();
    return graph.intervals(Interval.around(points, distance, box.low(), box.high()), weights);
  }
}

package io.foolproof.defense.training;

import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How all weights of a network lie in one array: in the order of their names' map. */
final class Weights {
  private final List<String> names = new ArrayList<>();
  private final List<long[]> shapes = new ArrayList<>();
  private final int size;

  Weights(Map<String, Tensor> parameters) {
    int elements = 0;
    for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
      names.add(parameter.getKey());
      shapes.add(parameter.getValue().shape());
      elements += Math.toIntExact(parameter.getValue().elements());
    }
    size = elements;
  }

  /** How many numbers there are. */
  int size() {
    return size;
  }

  /** Tensors of these values, by name. */
  Map<String, Tensor> tensors(float[] values) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int at = 0;
    for (int i = 0; i < names.size(); i++) {
      int length = elements(shapes.get(i));
      float[] part = new float[length];
      System.arraycopy(values, at, part, 0, length);
      tensors.put(names.get(i), Tensor.of(part, shapes.get(i)));
      at += length;
    }
    return tensors;
  }

  /** Writes tensors, in the order of the weights, one behind another. */
  static float[] gather(List<Tensor> tensors, float[] target) {
    int at = 0;
    for (Tensor tensor : tensors) {
      float[] part = tensor.toFloats();
      System.arraycopy(part, 0, target, at, part.length);
      at += part.length;
    }
    return target;
  }

  /**
   * Values moved along a gradient: each tensor of more than one dimension by a fraction of its own
   * length.
   */
  float[] moved(float[] values, float[] gradient, double fraction) {
    float[] moved = values.clone();
    int from = 0;
    for (long[] shape : shapes) {
      int to = from + elements(shape);
      double slope = length(gradient, from, to);
      if (shape.length > 1 && slope > 0) {
        double factor = fraction * length(values, from, to) / slope;
        for (int i = from; i < to; i++) {
          moved[i] += (float) (factor * gradient[i]);
        }
      }
      from = to;
    }
    return moved;
  }

  private static double length(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  private static int elements(long[] shape) {
    long elements = 1;
    for (long length : shape) {
      elements *= length;
    }
    return Math.toIntExact(elements);
  }
}

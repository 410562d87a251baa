package io.foolproof.defense;

import io.foolproof.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All weights of a network in one array, in the order of their names' map. */
final class Weights {
  private final List<String> names = new ArrayList<>();
  private final List<long[]> shapes = new ArrayList<>();
  private final float[] values;

  Weights(Map<String, Tensor> parameters) {
    int size = 0;
    for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
      names.add(parameter.getKey());
      shapes.add(parameter.getValue().shape());
      size += Math.toIntExact(parameter.getValue().elements());
    }
    values = new float[size];
    gather(new ArrayList<>(parameters.values()), values);
  }

  /** The array itself, to be changed in place. */
  float[] values() {
    return values;
  }

  /** The weights as variables, by name. */
  Map<String, Tensor> variables() {
    Map<String, Tensor> variables = new LinkedHashMap<>();
    int at = 0;
    for (int i = 0; i < names.size(); i++) {
      int size = elements(shapes.get(i));
      float[] part = new float[size];
      System.arraycopy(values, at, part, 0, size);
      variables.put(names.get(i), Tensor.of(part, shapes.get(i)).variable());
      at += size;
    }
    return variables;
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

  private static int elements(long[] shape) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return Math.toIntExact(elements);
  }
}

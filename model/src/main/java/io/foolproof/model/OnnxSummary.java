package io.foolproof.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an ONNX file holds, for people.
 *
 * @param inputs the graph's inputs, without those that have initial values
 * @param operators how often each operator occurs, by name
 * @param parameters how many floating-point numbers the initial values have
 * @param opset version of ONNX's own operator set
 * @param producer the program that wrote the file, with its version; may be empty
 * @param unsupported operators that {@link OnnxClassifier} cannot run, by name; empty if it can
 * @param sha256 of the file, in hexadecimal
 */
public record OnnxSummary(
    String file,
    List<OnnxValue> inputs,
    List<OnnxValue> outputs,
    Map<String, Integer> operators,
    long parameters,
    long opset,
    long irVersion,
    String producer,
    List<String> unsupported,
    String sha256) {

  /** Copies the lists. */
  public OnnxSummary {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
    unsupported = List.copyOf(unsupported);
  }
}

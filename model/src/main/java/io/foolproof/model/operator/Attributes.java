package io.foolproof.model.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes of a node, by name and type. */
public final class Attributes {
  private final Map<String, AttributeProto> byName = new LinkedHashMap<>();

  /** Attributes as they stand in a file; refuses a name that occurs twice. */
  public Attributes(List<AttributeProto> attributes) {
    for (AttributeProto attribute : attributes) {
      if (byName.put(attribute.getName(), attribute) != null) {
        throw new InvalidInputException("attribute " + attribute.getName() + " occurs twice");
      }
    }
  }

  /** Whether there is such an attribute. */
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /** An integer, or what it is when the file says nothing. */
  public long integer(String name, long otherwise) {
    AttributeProto attribute = find(name, AttributeType.INT);
    return attribute == null ? otherwise : attribute.getI();
  }

  /** An integer that the file must give. */
  public long integer(String name) {
    AttributeProto attribute = find(name, AttributeType.INT);
    if (attribute == null) {
      throw new InvalidInputException("attribute " + name + " is missing");
    }
    return attribute.getI();
  }

  /** A switch, 0 or 1, or what it is when the file says nothing. */
  public boolean flag(String name, boolean otherwise) {
    return integer(name, otherwise ? 1 : 0) != 0;
  }

  /** A number, or what it is when the file says nothing. */
  public double number(String name, double otherwise) {
    AttributeProto attribute = find(name, AttributeType.FLOAT);
    return attribute == null ? otherwise : attribute.getF();
  }

  /** A text, or what it is when the file says nothing. */
  public String text(String name, String otherwise) {
    AttributeProto attribute = find(name, AttributeType.STRING);
    return attribute == null ? otherwise : attribute.getS().toString(StandardCharsets.UTF_8);
  }

  /** A list of texts; empty when the file says nothing. */
  public List<String> texts(String name) {
    AttributeProto attribute = find(name, AttributeType.STRINGS);
    return attribute == null
        ? List.of()
        : attribute.getStringsList().stream()
            .map(text -> text.toString(StandardCharsets.UTF_8))
            .toList();
  }

  /** A list of integers, or null when the file says nothing. */
  public long @Nullable [] integers(String name) {
    AttributeProto attribute = find(name, AttributeType.INTS);
    return attribute == null
        ? null
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** A list of numbers, or null when the file says nothing. */
  public float @Nullable [] numbers(String name) {
    AttributeProto attribute = find(name, AttributeType.FLOATS);
    if (attribute == null) {
      return null;
    }
    float[] numbers = new float[attribute.getFloatsCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = attribute.getFloats(i);
    }
    return numbers;
  }

  /** A graph that the file must give. */
  public GraphProto graph(String name) {
    AttributeProto attribute = find(name, AttributeType.GRAPH);
    if (attribute == null) {
      throw new InvalidInputException("attribute " + name + " is missing");
    }
    return attribute.getG();
  }

  /** A tensor, or null when the file says nothing. */
  public @Nullable Tensor tensor(String name) {
    AttributeProto attribute = find(name, AttributeType.TENSOR);
    return attribute == null ? null : TensorReader.read(attribute.getT());
  }

  /**
   * Refuses attributes that are not among those an operator knows: what it does not know could
   * change its result.
   */
  public void allowOnly(Set<String> known) {
    for (String name : byName.keySet()) {
      if (!known.contains(name)) {
        throw new InvalidInputException(
            "attribute "
                + name
                + " is not supported; known here: "
                + known.stream().sorted().toList());
      }
    }
  }

  private @Nullable AttributeProto find(String name, AttributeType type) {
    AttributeProto attribute = byName.get(name);
    if (attribute == null) {
      return null;
    }
    if (!attribute.getRefAttrName().isEmpty()) {
      throw new InvalidInputException("attribute " + name + " refers to a function's parameter");
    }
    // The oldest writers left the type out.
    if (attribute.getType() != type && attribute.getType() != AttributeType.UNDEFINED) {
      throw new InvalidInputException(
          "attribute " + name + " should be " + type + ", found " + attribute.getType());
    }
    return attribute;
  }
}

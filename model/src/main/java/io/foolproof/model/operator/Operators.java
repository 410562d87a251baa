package io.foolproof.model.operator;

import io.foolproof.tensor.InvalidInputException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All operators there are, by their ONNX names. */
public final class Operators {
  /** Operators of older sets broadcast by other rules. */
  public static final int OLDEST_OPSET = 7;

  /** Nobody has held the rules of newer sets against these operators. */
  public static final int NEWEST_OPSET = 25;

  private static final Map<String, Operator.Factory> CATALOGUE =
      merged(
          Stream.of(
              Activations.catalogue(),
              Arithmetic.catalogue(),
              Attention.catalogue(),
              Chance.catalogue(),
              Classical.catalogue(),
              Convolution.catalogue(),
              Elementwise.catalogue(),
              Indexing.catalogue(),
              Logic.catalogue(),
              Matrix.catalogue(),
              Microsoft.catalogue(),
              Normalisation.catalogue(),
              Ordering.catalogue(),
              Padding.catalogue(),
              Pooling.catalogue(),
              Quantisation.catalogue(),
              QuantisedFunctions.catalogue(),
              QuantisedLayers.catalogue(),
              Recurrence.catalogue(),
              Reductions.catalogue(),
              Resizing.catalogue(),
              Scattering.catalogue(),
              Shapes.catalogue(),
              Sources.catalogue()));

  /** Operators that move values about without changing them, or keep the larger ones. */
  private static final Set<String> PASSING =
      Set.of(
          "Clip",
          "Concat",
          "DepthToSpace",
          "Dropout",
          "Expand",
          "Flatten",
          "Gather",
          "GatherElements",
          "GatherND",
          "Identity",
          "Max",
          "MaxPool",
          "Min",
          "Pad",
          "Relu",
          "Reshape",
          "Slice",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Tile",
          "TopK",
          "Transpose",
          "Unsqueeze",
          "Where");

  /** Operators on quantised integers that round nothing. */
  private static final Set<String> EXACT =
      Set.of(
          "DequantizeLinear",
          "com.microsoft.DequantizeLinear",
          "ConvInteger",
          "MatMulInteger",
          "com.microsoft.MatMulIntegerToFloat");

  private static final Set<String> ARITHMETIC = Set.of("Add", "Sub", "Mul");

  private Operators() {}

  private static Map<String, Operator.Factory> merged(
      Stream<Map<String, Operator.Factory>> families) {
    Map<String, Operator.Factory> all = new HashMap<>();
    families.forEach(all::putAll);
    return Map.copyOf(all);
  }

  /** The choice between two graphs, which is made where graphs are put together. */
  public static final String IF = "If";

  /** Whether there is an operator of this name. */
  public static boolean supports(String type) {
    return CATALOGUE.containsKey(type) || type.equals(IF);
  }

  /** Whether an operator rounds to quantised integers, and lets gradients pass as if it did not. */
  public static boolean quantises(String type) {
    boolean isQuantised =
        Quantisation.catalogue().containsKey(type)
            || QuantisedLayers.catalogue().containsKey(type)
            || QuantisedFunctions.catalogue().containsKey(type);
    return isQuantised && !EXACT.contains(type);
  }

  /** Whether a sample's result depends on the samples beside it. */
  public static boolean mixesSamples(String type) {
    return type.equals("DynamicQuantizeLinear");
  }

  /** The names of all operators. */
  public static Set<String> names() {
    Set<String> names = new HashSet<>(CATALOGUE.keySet());
    names.add(IF);
    return names;
  }

  /**
   * The operator of a node.
   *
   * @throws InvalidInputException when there is none, or its attributes ask for what cannot be done
   */
  public static Operator create(Node node, int opset) {
    Operator.Factory factory = CATALOGUE.get(node.type());
    if (factory == null) {
      throw new InvalidInputException(node + ": the operator is not supported");
    }
    try {
      Operator operator = factory.create(node, opset);
      if (operator instanceof Drawing) {
        return operator;
      }
      if (PASSING.contains(node.type())) {
        return Carrying.passing(operator);
      }
      return ARITHMETIC.contains(node.type()) ? Carrying.arithmetic(operator) : operator;
    } catch (UnsafeModelException e) {
      throw e.at(node);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(node + ": " + e.getMessage(), e);
    }
  }
}

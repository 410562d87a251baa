package io.foolproof.model;

import static io.foolproof.model.SingleNode.integers;
import static io.foolproof.model.SingleNode.random;
import static io.foolproof.model.TestGraph.attribute;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operators on quantised numbers give what ONNX Runtime gives, to the last bit. */
class QuantisedOperatorsTest {
  private static final List<DType> TYPES = List.of(DType.UINT8, DType.INT8);

  private static Tensor any(long seed, DType type, long... shape) {
    return type == DType.UINT8
        ? integers(seed, type, 0, 255, shape)
        : integers(seed, type, -128, 127, shape);
  }

  /** So small that no sum of two products leaves 16 bits, where some processors saturate. */
  private static Tensor weights(long seed, DType type, long... shape) {
    return type == DType.UINT8
        ? integers(seed, type, 64, 190, shape)
        : integers(seed, type, -63, 63, shape);
  }

  private static Tensor number(double value) {
    return Tensor.scalar(value, DType.FLOAT32);
  }

  private static Tensor integer(int value, DType type) {
    return Tensor.scalar(value, type);
  }

  private static Tensor scales(long seed, long count) {
    return random(seed, 0.01, count).add(0.02);
  }

  @Test
  void numbersAreQuantisedPerTensorPerAxisAndInBlocks() {
    for (DType type : List.of(DType.UINT8, DType.INT8, DType.INT16)) {
      for (long seed = 0; seed < 5; seed++) {
        try (Scope scope = Scope.open()) {
          // Wide enough to saturate, with halves among the quotients.
          Tensor x = random(seed, 40, 3, 4, 5).mul(8).round().div(8);
          SingleNode.of("QuantizeLinear", 21)
              .input(x)
              .constant(number(0.25))
              .constant(integer(7, type))
              .agreesExactly();
          for (int axis : new int[] {0, 1, 2, -1, -2}) {
            long size = x.size(axis < 0 ? axis + 3 : axis);
            SingleNode.of("QuantizeLinear", 21)
                .input(x)
                .constant(scales(seed, size).mul(10))
                .constant(integers(seed, type, 0, 20, size))
                .with(attribute("axis", axis))
                .agreesExactly();
          }
          SingleNode.of("QuantizeLinear", 21)
              .input(x)
              .constant(scales(seed, 36).mul(10).reshape(3, 4, 3))
              .constant(integers(seed, type, 0, 20, 3, 4, 3))
              .with(attribute("axis", 2), attribute("block_size", 2))
              .agreesExactly();
        }
      }
    }
  }

  @Test
  void withoutAZeroPointNumbersBecomeUnsigned() {
    try (Scope scope = Scope.open()) {
      SingleNode.of("QuantizeLinear", 13)
          .input(random(1, 40, 3, 4))
          .constant(number(0.25))
          .agreesExactly();
    }
  }

  @Test
  void integersAreDequantisedPerTensorPerAxisAndInBlocks() {
    for (DType type : List.of(DType.UINT8, DType.INT8, DType.INT16)) {
      try (Scope scope = Scope.open()) {
        Tensor x = any(3, type, 3, 4, 5);
        SingleNode.of("DequantizeLinear", 21)
            .input(x)
            .constant(number(0.123))
            .constant(integer(7, type))
            .agreesExactly();
        SingleNode.of("DequantizeLinear", 21).input(x).constant(number(0.123)).agreesExactly();
        SingleNode.of("DequantizeLinear", 21)
            .input(x)
            .constant(scales(1, 4))
            .constant(integers(1, type, 0, 20, 4))
            .agreesExactly();
        SingleNode.of("DequantizeLinear", 21)
            .input(x)
            .constant(scales(1, 30).reshape(3, 2, 5))
            .constant(integers(1, type, 0, 20, 3, 2, 5))
            .with(attribute("axis", 1), attribute("block_size", 2))
            .agreesExactly();
      }
    }
    try (Scope scope = Scope.open()) {
      Tensor wide = integers(4, DType.INT32, -2_000_000_000, 2_000_000_000, 50);
      SingleNode.of("DequantizeLinear", 13).input(wide).constant(number(1e-4)).agreesExactly();
    }
  }

  @Test
  void aRangeIsFoundWhenTheModelRuns() {
    for (long seed = 0; seed < 20; seed++) {
      try (Scope scope = Scope.open()) {
        Tensor x = random(seed, 3, 4, 6).add(seed - 10.0);
        SingleNode.of("DynamicQuantizeLinear", 13).input(x).outputs(3).agreesExactly();
      }
    }
    try (Scope scope = Scope.open()) {
      SingleNode.of("DynamicQuantizeLinear", 13)
          .input(Tensor.zeros(DType.FLOAT32, 3))
          .outputs(3)
          .agreesExactly();
    }
  }

  @Test
  void matricesOfIntegersAreMultiplied() {
    for (DType a : TYPES) {
      for (DType b : TYPES) {
        if (a == DType.INT8 && b == DType.UINT8) {
          continue; // Not in ONNX Runtime.
        }
        try (Scope scope = Scope.open()) {
          SingleNode.of("MatMulInteger", 13)
              .input(any(1, a, 2, 5, 33))
              .constant(weights(2, b, 33, 7))
              .constant(integer(11, a))
              .constant(integer(9, b))
              .agreesExactly();
          SingleNode.of("MatMulInteger", 13)
              .input(any(1, a, 5, 33))
              .constant(weights(2, b, 33, 7))
              .constant(integer(11, a))
              .constant(integers(3, b, 0, 20, 7))
              .agreesExactly();
          SingleNode.of("MatMulInteger", 13)
              .input(any(1, a, 5, 33))
              .input(weights(2, b, 33, 7))
              .agreesExactly();
        }
      }
    }
  }

  @Test
  void productsOfMatricesAreQuantised() {
    for (DType a : TYPES) {
      for (DType b : TYPES) {
        if (a == DType.INT8 && b == DType.UINT8) {
          continue; // Not in ONNX Runtime.
        }
        for (int columns : new int[] {1, 7}) {
          for (long seed = 0; seed < 5; seed++) {
            try (Scope scope = Scope.open()) {
              Tensor scale = columns == 1 ? number(0.017) : scales(seed, columns);
              Tensor zero = columns == 1 ? integer(9, b) : integers(3, b, 0, 20, columns);
              SingleNode.of("QLinearMatMul", 13)
                  .input(any(seed, a, 2, 5, 33))
                  .constant(number(0.03))
                  .constant(integer(11, a))
                  .constant(weights(seed + 1, b, 33, 7))
                  .constant(scale)
                  .constant(zero)
                  .constant(number(0.71))
                  .constant(integer(5, a))
                  .agreesExactly();
            }
          }
        }
      }
    }
  }

  private static SingleNode conv(SingleNode node, int kind) {
    return switch (kind) {
      case 0 -> node;
      case 1 -> node.with(attribute("pads", new long[] {1, 0, 2, 1}));
      case 2 ->
          node.with(
              attribute("strides", new long[] {2, 1}), attribute("dilations", new long[] {1, 2}));
      default -> node.with(attribute("auto_pad", "SAME_UPPER"));
    };
  }

  @Test
  void convolutionsOfIntegers() {
    for (DType a : TYPES) {
      for (int kind = 0; kind < 4; kind++) {
        try (Scope scope = Scope.open()) {
          if (a == DType.UINT8) {
            conv(
                    SingleNode.of("ConvInteger", 13)
                        .input(any(1, a, 2, 3, 8, 7))
                        .constant(weights(2, DType.UINT8, 4, 3, 3, 3))
                        .constant(integer(100, a))
                        .constant(integer(120, DType.UINT8)),
                    kind)
                .agreesExactly();
          }
          for (DType w : List.of(a, DType.INT8)) {
            for (boolean each : new boolean[] {false, true}) {
              conv(
                      SingleNode.of("QLinearConv", 13)
                          .input(any(1, a, 2, 3, 8, 7))
                          .constant(number(0.02))
                          .constant(integer(10, a))
                          .constant(weights(2, w, 4, 3, 3, 3))
                          .constant(each ? scales(3, 4) : number(0.03))
                          .constant(each ? Tensor.zeros(w, 4) : integer(3, w))
                          .constant(number(0.6))
                          .constant(integer(20, a))
                          .constant(integers(5, DType.INT32, -5000, 5000, 4)),
                      kind)
                  .agreesExactly();
            }
          }
        }
      }
    }
  }

  @Test
  void convolutionsInGroups() {
    try (Scope scope = Scope.open()) {
      SingleNode.of("QLinearConv", 13)
          .input(any(1, DType.UINT8, 2, 4, 8, 7))
          .constant(number(0.02))
          .constant(integer(128, DType.UINT8))
          .constant(weights(2, DType.INT8, 4, 1, 3, 3))
          .constant(scales(3, 4))
          .constant(Tensor.zeros(DType.INT8, 4))
          .constant(number(0.06))
          .constant(integer(20, DType.UINT8))
          .with(attribute("group", 4), attribute("pads", new long[] {1, 1, 1, 1}))
          .agreesExactly();
    }
  }

  @Test
  void layersOfOnnxRuntimesOwn() {
    for (DType a : TYPES) {
      for (boolean quantised : new boolean[] {true, false}) {
        for (boolean each : new boolean[] {true, false}) {
          try (Scope scope = Scope.open()) {
            SingleNode gemm =
                SingleNode.microsoft("QGemm")
                    .input(any(1, a, 5, 33))
                    .constant(number(0.02))
                    .constant(integer(10, a))
                    .constant(weights(2, DType.INT8, 7, 33))
                    .constant(each ? scales(3, 7) : number(0.03))
                    .constant(each ? Tensor.zeros(DType.INT8, 7) : integer(3, DType.INT8))
                    .constant(integers(5, DType.INT32, -5000, 5000, 7))
                    .with(attribute("transB", 1), attribute("alpha", 0.7f));
            if (quantised) {
              gemm.constant(number(0.6)).constant(integer(20, a)).agreesExactly();
            } else {
              gemm.agreesExactly();
            }
          }
        }
      }
      try (Scope scope = Scope.open()) {
        SingleNode.microsoft("MatMulIntegerToFloat")
            .input(any(1, a, 5, 33))
            .constant(weights(2, DType.INT8, 33, 7))
            .constant(number(0.03))
            .constant(scales(3, 7))
            .constant(integer(10, a))
            .constant(Tensor.zeros(DType.INT8, 7))
            .constant(random(4, 1, 7))
            .agrees(1e-6);
      }
    }
  }

  @Test
  void functionsOfOnnxRuntimesOwn() {
    for (DType type : TYPES) {
      for (long seed = 0; seed < 10; seed++) {
        try (Scope scope = Scope.open()) {
          for (String name : List.of("QLinearAdd", "QLinearMul")) {
            for (boolean single : new boolean[] {false, true}) {
              SingleNode.microsoft(name)
                  .input(any(seed, type, 3, 5, 7))
                  .constant(number(0.05))
                  .constant(integer(17, type))
                  .input(single ? any(seed + 1, type, 1) : any(seed + 1, type, 3, 5, 7))
                  .constant(number(0.0625))
                  .constant(integer(3, type))
                  .constant(number(0.03 * (1 + seed)))
                  .constant(integer(9, type))
                  .agreesExactly();
            }
          }
          for (int size : new int[] {3, 7, 20}) {
            SingleNode.microsoft("QLinearGlobalAveragePool")
                .input(any(seed, type, 2, 9, size, size))
                .constant(number(0.05))
                .constant(integer(17, type))
                .constant(number(0.0125))
                .constant(integer(9, type))
                .agreesExactly();
          }
          SingleNode.microsoft("QLinearConcat")
              .constant(number(0.04))
              .constant(integer(9, type))
              .input(any(seed, type, 2, 3))
              .constant(number(0.05))
              .constant(integer(17, type))
              .input(any(seed, type, 2, 4))
              .constant(number(0.02))
              .constant(integer(1, type))
              .with(attribute("axis", 1))
              .agreesExactly();
        }
      }
      try (Scope scope = Scope.open()) {
        for (String name : List.of("QLinearSigmoid", "QLinearLeakyRelu")) {
          SingleNode.microsoft(name)
              .input(any(1, type, 1000))
              .constant(number(0.05))
              .constant(integer(17, type))
              .constant(number(name.equals("QLinearSigmoid") ? 0.0039 : 0.04))
              .constant(integer(9, type))
              .agreesExactly();
        }
      }
    }
  }
}

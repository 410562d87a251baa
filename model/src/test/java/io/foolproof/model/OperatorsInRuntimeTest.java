package io.foolproof.model;

import static io.foolproof.model.SingleNode.integers;
import static io.foolproof.model.SingleNode.numbers;
import static io.foolproof.model.SingleNode.random;
import static io.foolproof.model.SingleNode.texts;
import static io.foolproof.model.TestGraph.attribute;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Operators give what ONNX Runtime gives on random inputs, and have the gradients they should. */
class OperatorsInRuntimeTest {
  private static final double TOLERANCE = 1e-5;

  private static void agrees(Supplier<SingleNode> node) {
    try (Scope scope = Scope.open()) {
      node.get().agrees(TOLERANCE);
    }
  }

  /** Also by finite differences. */
  private static void agreesWithGradient(Supplier<SingleNode> node) {
    try (Scope scope = Scope.open()) {
      SingleNode single = node.get();
      single.agrees(TOLERANCE);
      single.hasGradient();
    }
  }

  private static Tensor longs(long... values) {
    return Tensor.of(values, values.length);
  }

  private static Tensor floats(float... values) {
    return Tensor.of(values, values.length);
  }

  // ---- Other sizes

  @Test
  void imagesAreResizedInEveryModeAndTransformation() {
    for (String mode : List.of("nearest", "linear", "cubic")) {
      for (String transformation :
          List.of(
              "half_pixel",
              "half_pixel_symmetric",
              "pytorch_half_pixel",
              "align_corners",
              "asymmetric")) {
        if (mode.equals("nearest") && transformation.equals("half_pixel_symmetric")) {
          continue; // Refused.
        }
        for (float[] scale : new float[][] {{1.7f, 2.4f}, {0.6f, 0.45f}, {0.3f, 3}, {2, 2}}) {
          agreesWithGradient(
              () ->
                  SingleNode.of("Resize", 19)
                      .input(random(1, 1, 1, 2, 7, 5))
                      .none()
                      .constant(floats(1, 1, scale[0], scale[1]))
                      .with(
                          attribute("mode", mode),
                          attribute("coordinate_transformation_mode", transformation)));
        }
      }
    }
  }

  @Test
  void imagesAreResizedToSizes() {
    for (String mode : List.of("nearest", "linear", "cubic")) {
      for (String policy : List.of("stretch", "not_larger", "not_smaller")) {
        agrees(
            () ->
                SingleNode.of("Resize", 18)
                    .input(random(1, 1, 1, 2, 7, 5))
                    .none()
                    .none()
                    .constant(longs(9, 4))
                    .with(
                        attribute("mode", mode),
                        attribute("axes", new long[] {2, 3}),
                        attribute("keep_aspect_ratio_policy", policy)));
      }
      agrees(
          () ->
              SingleNode.of("Resize", 13)
                  .input(random(1, 1, 1, 2, 7, 5))
                  .none()
                  .none()
                  .constant(longs(1, 2, 3, 11))
                  .with(attribute("mode", mode)));
    }
  }

  @Test
  void nearestRoundsAsAsked() {
    for (String rounding : List.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) {
      for (String transformation : List.of("half_pixel", "asymmetric", "align_corners")) {
        for (float scale : new float[] {2, 0.5f, 1.5f, 0.7f}) {
          agrees(
              () ->
                  SingleNode.of("Resize", 13)
                      .input(random(1, 1, 1, 2, 8, 8))
                      .none()
                      .constant(floats(1, 1, scale, scale))
                      .with(
                          attribute("nearest_mode", rounding),
                          attribute("coordinate_transformation_mode", transformation)));
        }
      }
    }
  }

  @Test
  void cubicsHaveOtherCoefficientsAndEdges() {
    for (int exclude : new int[] {0, 1}) {
      agreesWithGradient(
          () ->
              SingleNode.of("Resize", 13)
                  .input(random(1, 1, 1, 2, 6, 6))
                  .none()
                  .constant(floats(1, 1, 1.6f, 0.7f))
                  .with(
                      attribute("mode", "cubic"),
                      attribute("cubic_coeff_a", -0.5f),
                      attribute("exclude_outside", exclude)));
    }
  }

  @Test
  void smallerImagesAreSmoothedFirst() {
    for (String mode : List.of("linear", "cubic")) {
      for (int exclude : new int[] {0, 1}) {
        for (float scale : new float[] {0.6f, 0.3f}) {
          agreesWithGradient(
              () ->
                  SingleNode.of("Resize", 18)
                      .input(random(1, 1, 1, 2, 9, 11))
                      .none()
                      .constant(floats(1, 1, scale, scale))
                      .with(
                          attribute("mode", mode),
                          attribute("antialias", 1),
                          attribute("exclude_outside", exclude)));
        }
      }
    }
  }

  @Test
  void regionsAreCroppedAndResized() {
    for (String mode : List.of("nearest", "linear", "cubic")) {
      agrees(
          () ->
              SingleNode.of("Resize", 13)
                  .input(random(1, 1, 1, 2, 6, 6))
                  .constant(floats(0, 0, 0.4f, 0.6f, 1, 1, 1.2f, 1.7f))
                  .none()
                  .constant(longs(1, 2, 4, 5))
                  .with(
                      attribute("mode", mode),
                      attribute("coordinate_transformation_mode", "tf_crop_and_resize"),
                      attribute("extrapolation_value", 10f)));
    }
  }

  @Test
  void oldOperatorSetsScale() {
    for (String mode : List.of("nearest", "linear")) {
      for (float scale : new float[] {2, 1.5f, 0.5f}) {
        agrees(
            () ->
                SingleNode.of("Resize", 10)
                    .input(random(1, 1, 1, 2, 6, 6))
                    .constant(floats(1, 1, scale, scale))
                    .with(attribute("mode", mode)));
      }
      agrees(
          () ->
              SingleNode.of("Upsample", 9)
                  .input(random(1, 1, 1, 2, 6, 6))
                  .constant(floats(1, 1, 2, 3))
                  .with(attribute("mode", mode)));
      agrees(
          () ->
              SingleNode.of("Upsample", 7)
                  .input(random(1, 1, 1, 2, 6, 6))
                  .with(attribute("mode", mode), numbers("scales", 1, 1, 2, 3)));
    }
  }

  @Test
  void imagesAreSampled() {
    for (String mode : List.of("bilinear", "nearest", "bicubic")) {
      for (String outside : List.of("zeros", "border", "reflection")) {
        for (int corners : new int[] {0, 1}) {
          agreesWithGradient(
              () ->
                  SingleNode.of("GridSample", 16)
                      .input(random(1, 1, 2, 3, 5, 6))
                      .input(random(2, 1.4, 2, 4, 3, 2))
                      .with(
                          attribute("mode", mode),
                          attribute("padding_mode", outside),
                          attribute("align_corners", corners)));
        }
      }
    }
    agrees(
        () ->
            SingleNode.of("GridSample", 20)
                .input(random(1, 1, 2, 3, 4, 5, 6))
                .input(random(2, 1.2, 2, 4, 3, 2, 3))
                .with(attribute("mode", "linear")));
  }

  // ---- Places

  @Test
  void placesAreReadAndWritten() {
    Tensor[] indices = new Tensor[1];
    for (int axis : new int[] {0, 1, 2, -1}) {
      agreesWithGradient(
          () ->
              SingleNode.of("GatherElements", 13)
                  .input(random(1, 1, 3, 4, 5))
                  .constant(integers(1, DType.INT64, -3, 2, 3, 4, 5))
                  .with(attribute("axis", axis)));
      for (String reduction : List.of("none", "add", "mul", "max", "min")) {
        agreesWithGradient(
            () -> {
              boolean none = reduction.equals("none");
              long[] few = {1, 1, 1};
              // Of equal places the last one counts, or any: only with a reduction are they
              // defined.
              indices[0] =
                  none
                      ? integers(3, DType.INT64, -2, 1, few)
                      : integers(3, DType.INT64, -3, 2, 3, 4, 5);
              return SingleNode.of("ScatterElements", 18)
                  .input(random(1, 1, 3, 4, 5))
                  .constant(indices[0])
                  .input(none ? random(2, 1, few) : random(2, 1, 3, 4, 5))
                  .with(attribute("axis", axis), attribute("reduction", reduction));
            });
      }
    }
  }

  @Test
  void rowsAreReadAndWritten() {
    agreesWithGradient(
        () ->
            SingleNode.of("GatherND", 13)
                .input(random(1, 1, 3, 4, 5))
                .constant(integers(1, DType.INT64, -3, 2, 6, 2)));
    agreesWithGradient(
        () ->
            SingleNode.of("GatherND", 13)
                .input(random(1, 1, 3, 4, 5))
                .constant(integers(1, DType.INT64, -4, 3, 3, 2, 1))
                .with(attribute("batch_dims", 1)));
    for (String reduction : List.of("none", "add", "mul", "max", "min")) {
      agreesWithGradient(
          () ->
              SingleNode.of("ScatterND", 18)
                  .input(random(1, 1, 6, 4))
                  .constant(
                      reduction.equals("none")
                          ? Tensor.of(new long[] {4, -6, 3}, 3, 1)
                          : Tensor.of(new long[] {4, -2, 3}, 3, 1))
                  .input(random(2, 1, 3, 4))
                  .with(attribute("reduction", reduction)));
    }
  }

  @Test
  void classesBecomeVectors() {
    for (int axis : new int[] {-1, 0, 1}) {
      agrees(
          () ->
              SingleNode.of("OneHot", 13)
                  .input(integers(1, DType.INT64, -7, 6, 3, 4))
                  .constant(Tensor.scalar(5, DType.INT64))
                  .constant(floats(-1, 3))
                  .with(attribute("axis", axis)));
    }
    agrees(() -> SingleNode.of("NonZero", 13).input(random(1, 1, 3, 4).relu()));
  }

  // ---- Order

  @Test
  void theLargestComeFirst() {
    for (int largest : new int[] {0, 1}) {
      for (int axis : new int[] {0, 1, -1}) {
        agreesWithGradient(
            () ->
                SingleNode.of("TopK", 11)
                    .input(random(1, 1, 3, 4, 5))
                    .constant(longs(2))
                    .with(attribute("largest", largest), attribute("axis", axis))
                    .outputs(2));
      }
      // Many equal values.
      agrees(
          () ->
              SingleNode.of("TopK", 11)
                  .input(random(1, 2, 4, 40).round())
                  .constant(longs(9))
                  .with(attribute("largest", largest))
                  .outputs(2));
    }
  }

  @Test
  void sumsRun() {
    for (int exclusive : new int[] {0, 1}) {
      for (int reverse : new int[] {0, 1}) {
        agreesWithGradient(
            () ->
                SingleNode.of("CumSum", 14)
                    .input(random(1, 1, 3, 4, 5))
                    .constant(Tensor.scalar(-2, DType.INT64))
                    .with(attribute("exclusive", exclusive), attribute("reverse", reverse)));
      }
    }
  }

  // ---- Products

  @Test
  void sumsOfProductsAsFormulas() {
    record Case(String formula, long[]... shapes) {}
    for (Case c :
        List.of(
            new Case("ij,jk->ik", new long[] {3, 4}, new long[] {4, 5}),
            new Case("ij, jk", new long[] {3, 4}, new long[] {4, 5}),
            new Case("bhid,bhjd->bhij", new long[] {2, 3, 4, 5}, new long[] {2, 3, 6, 5}),
            new Case("...ij,...jk->...ik", new long[] {2, 3, 4}, new long[] {2, 4, 5}),
            new Case("ii->i", new long[][] {{4, 4}}),
            new Case("ij->", new long[][] {{4, 3}}),
            new Case("ij->ji", new long[][] {{4, 3}}),
            new Case("i,j->ij", new long[] {4}, new long[] {3}),
            new Case(
                "bij,bjk,bkl->bil",
                new long[] {2, 3, 4},
                new long[] {2, 4, 5},
                new long[] {2, 5, 2}))) {
      agreesWithGradient(
          () -> {
            SingleNode node = SingleNode.of("Einsum", 12).with(attribute("equation", c.formula()));
            for (int i = 0; i < c.shapes().length; i++) {
              node.input(random(i, 1, c.shapes()[i]));
            }
            return node;
          });
    }
  }

  @Test
  void attention() {
    for (int causal : new int[] {0, 1}) {
      for (float softcap : new float[] {0, 2}) {
        agreesWithGradient(
            () ->
                SingleNode.of("Attention", 23)
                    .input(random(1, 1, 2, 4, 5, 8))
                    .input(random(2, 1, 2, 2, 5, 8))
                    .input(random(3, 1, 2, 2, 5, 6))
                    .input(random(4, 1, 5, 5))
                    .with(attribute("is_causal", causal), attribute("softcap", softcap)));
      }
    }
    agreesWithGradient(
        () ->
            SingleNode.of("Attention", 23)
                .input(random(1, 1, 2, 5, 16))
                .input(random(2, 1, 2, 5, 16))
                .input(random(3, 1, 2, 5, 16))
                .with(
                    attribute("q_num_heads", 4),
                    attribute("kv_num_heads", 4),
                    attribute("scale", 0.3f)));
    for (int interleaved : new int[] {0, 1}) {
      agreesWithGradient(
          () ->
              SingleNode.of("RotaryEmbedding", 23)
                  .input(random(1, 1, 2, 4, 3, 8))
                  .constant(random(2, 1, 10, 4))
                  .constant(random(3, 1, 10, 4))
                  .constant(integers(4, DType.INT64, 0, 9, 2, 3))
                  .with(attribute("interleaved", interleaved)));
    }
  }

  // ---- Sequences

  @Test
  void recurrentLayers() {
    for (String type : List.of("RNN", "GRU", "LSTM")) {
      long gates = type.equals("RNN") ? 1 : type.equals("GRU") ? 3 : 4;
      for (String direction : List.of("forward", "reverse", "bidirectional")) {
        long directions = direction.equals("bidirectional") ? 2 : 1;
        for (int variant = 0; variant < 2; variant++) {
          boolean states = variant == 1;
          boolean linear = variant == 1;
          agreesWithGradient(
              () -> {
                SingleNode node =
                    SingleNode.of(type, 14)
                        .input(random(1, 1, 5, 2, 3))
                        .constant(random(2, 0.7, directions, gates * 4, 3))
                        .constant(random(3, 0.7, directions, gates * 4, 4))
                        .constant(random(4, 0.7, directions, 2 * gates * 4))
                        .with(attribute("hidden_size", 4), attribute("direction", direction));
                if (states) {
                  node.none().input(random(5, 1, directions, 2, 4));
                }
                if (states && type.equals("LSTM")) {
                  node.input(random(6, 1, directions, 2, 4))
                      .constant(random(7, 0.7, directions, 12));
                }
                if (linear && type.equals("GRU")) {
                  node.with(attribute("linear_before_reset", 1));
                }
                return node.outputs(type.equals("LSTM") ? 3 : 2);
              });
        }
      }
    }
  }

  // ---- ONNX Runtime's own

  @Test
  void activationsOfOnnxRuntimesOwn() {
    agreesWithGradient(() -> SingleNode.microsoft("Gelu").input(random(1, 3, 4, 6)));
    agreesWithGradient(
        () ->
            SingleNode.microsoft("QuickGelu")
                .input(random(1, 3, 4, 6))
                .with(attribute("alpha", 1.5f)));
    agreesWithGradient(() -> SingleNode.microsoft("FastGelu").input(random(1, 3, 4, 6)));
    for (String type : List.of("FastGelu", "BiasGelu")) {
      agreesWithGradient(
          () -> SingleNode.microsoft(type).input(random(1, 3, 4, 6)).constant(random(2, 1, 6)));
    }
  }

  @Test
  void productsOfOnnxRuntimesOwn() {
    for (int a : new int[] {0, 1}) {
      for (int b : new int[] {0, 1}) {
        agreesWithGradient(
            () ->
                SingleNode.microsoft("FusedMatMul")
                    .input(a == 1 ? random(1, 1, 2, 4, 3) : random(1, 1, 2, 3, 4))
                    .constant(b == 1 ? random(2, 1, 2, 5, 4) : random(2, 1, 2, 4, 5))
                    .with(
                        attribute("transA", a), attribute("transB", b), attribute("alpha", 0.7f)));
        agrees(
            () ->
                SingleNode.microsoft("FusedGemm")
                    .input(a == 1 ? random(1, 1, 4, 3) : random(1, 1, 3, 4))
                    .constant(b == 1 ? random(2, 1, 5, 4) : random(2, 1, 4, 5))
                    .constant(random(3, 1, 5))
                    .with(
                        attribute("transA", a),
                        attribute("transB", b),
                        attribute("activation", "LeakyRelu"),
                        attribute("activation_alpha", 0.2f)));
      }
    }
    for (String activation :
        List.of("Relu", "Sigmoid", "Tanh", "LeakyRelu", "Clip", "HardSigmoid")) {
      agrees(
          () -> {
            SingleNode node =
                SingleNode.microsoft("FusedConv")
                    .input(random(1, 1, 2, 3, 6, 6))
                    .constant(random(2, 1, 4, 3, 3, 3))
                    .constant(random(3, 1, 4))
                    .with(attribute("activation", activation));
            return switch (activation) {
              case "LeakyRelu" -> node.with(numbers("activation_params", 0.2f));
              case "Clip" -> node.with(numbers("activation_params", -0.3f, 0.4f));
              case "HardSigmoid" -> node.with(numbers("activation_params", 0.3f, 0.4f));
              default -> node;
            };
          });
    }
  }

  @Test
  void normalisationsOfOnnxRuntimesOwn() {
    agreesWithGradient(
        () ->
            SingleNode.microsoft("SkipLayerNormalization")
                .input(random(1, 1, 2, 3, 8))
                .input(random(2, 1, 2, 3, 8))
                .constant(random(3, 1, 8))
                .constant(random(4, 1, 8))
                .constant(random(5, 1, 8))
                .with(attribute("epsilon", 1e-5f)));
    agreesWithGradient(
        () ->
            SingleNode.microsoft("SkipSimplifiedLayerNormalization")
                .input(random(1, 1, 2, 3, 8))
                .input(random(2, 1, 2, 3, 8))
                .constant(random(3, 1, 8))
                .with(attribute("epsilon", 1e-5f)));
  }

  // ---- Classical learning

  @Test
  void linearModels() {
    for (String transform : List.of("NONE", "SOFTMAX", "LOGISTIC")) {
      agrees(
          () ->
              SingleNode.classical("LinearClassifier")
                  .input(random(1, 1, 6, 4))
                  .with(
                      numbers("coefficients", random(2, 1, 12).toFloats()),
                      numbers("intercepts", random(3, 1, 3).toFloats()),
                      attribute("classlabels_ints", new long[] {5, 6, 9}),
                      attribute("post_transform", transform))
                  .outputs(2));
    }
    agreesWithGradient(
        () ->
            SingleNode.classical("LinearRegressor")
                .input(random(1, 1, 6, 4))
                .with(
                    numbers("coefficients", random(2, 1, 12).toFloats()),
                    numbers("intercepts", random(3, 1, 3).toFloats()),
                    attribute("targets", 3)));
  }

  @Test
  void featuresAreScaledAndNormalised() {
    for (String norm : List.of("MAX", "L1", "L2")) {
      agreesWithGradient(
          () ->
              SingleNode.classical("Normalizer")
                  .input(random(1, 1, 6, 4))
                  .with(attribute("norm", norm)));
      agrees(
          () ->
              SingleNode.classical("Normalizer")
                  .input(Tensor.zeros(DType.FLOAT32, 2, 3))
                  .with(attribute("norm", norm)));
    }
    agreesWithGradient(
        () ->
            SingleNode.classical("Scaler")
                .input(random(1, 1, 6, 4))
                .with(numbers("offset", 1, 2, 3, 4), numbers("scale", 0.5f, 2, 3, 1)));
    agrees(
        () ->
            SingleNode.classical("Scaler")
                .input(integers(1, DType.INT64, -5, 5, 6, 4))
                .with(numbers("offset", 1), numbers("scale", 0.5f)));
    agreesWithGradient(
        () ->
            SingleNode.classical("ArrayFeatureExtractor")
                .input(random(1, 1, 6, 4))
                .constant(longs(2, 0)));
    agreesWithGradient(
        () ->
            SingleNode.classical("FeatureVectorizer")
                .input(random(1, 1, 6, 4))
                .input(random(2, 1, 6, 3))
                .with(attribute("inputdimensions", new long[] {4, 3})));
  }

  /** Text labels are told by index; ONNX Runtime gives the texts. */
  @Test
  void scoresOfTextLabels() {
    try (Scope scope = Scope.open()) {
      Tensor scores =
          SingleNode.classical("LinearClassifier")
              .input(floats(1, 2).unsqueeze(0))
              .with(
                  numbers("coefficients", 1, 0, 0, 1),
                  numbers("intercepts", 0, 0),
                  texts("classlabels_strings", "cat", "dog"))
              .outputs(2)
              .engine()
              .get(1);
      org.assertj.core.api.Assertions.assertThat(scores.toFloats()).containsExactly(1, 2);
    }
  }
}

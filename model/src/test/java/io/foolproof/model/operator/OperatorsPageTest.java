package io.foolproof.model.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/operators.md} lists the operators that there are. To write it anew: {@code ./mvnw -pl
 * model -am test -Dtest=OperatorsPageTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dfoolproof.regenerate=true}.
 */
class OperatorsPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("foolproof.root", "..")).resolve("docs/operators.md");

  private static final String HEAD =
      """
      # Operators

      What an ONNX model may be made of to be attacked with gradients. This page is written by
      `OperatorsPageTest`, which fails where it differs from the code and says how to write it anew.

      `foolproof inspect model.onnx` names the operators of a model that are not here. Such a model, and one
      that cannot be differentiated, such as a tree ensemble, is audited without gradients by ONNX Runtime:
      `foolproof audit --attacks black-box`.

      Operator sets %d to %d are read. Whatever an operator's attributes ask for that is not supported is refused
      by name when the model is loaded. The values of quantised operators are those of ONNX Runtime to the last
      bit; other operators agree with it to the last digits of 32-bit numbers.

      The gradient of an operator is
      - **exact**: that of its function;
      - **straight-through**: its integers are rounded as in ONNX Runtime, and the backward pass is as if they
        were not, zero where a value saturates; a report of such a model says so;
      - **zero**: flat almost everywhere; `bpda=identity` passes gradients on;
      - **none**: its results are integers, truth values or constants.
      """;

  private static final Set<String> FLAT = Set.of("Ceil", "Floor", "Round", "Sign");

  private static final Set<String> WITHOUT =
      Set.of(
          "And",
          "ArgMax",
          "ArgMin",
          "Bernoulli",
          "Constant",
          "ConstantOfShape",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "IsNaN",
          "Less",
          "LessOrEqual",
          "NonZero",
          "Not",
          "OneHot",
          "Or",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Range",
          "Shape",
          "Size",
          "Xor");

  private static final Map<String, String> NOTES =
      Map.ofEntries(
          Map.entry("Attention", "opset 23 on"),
          Map.entry("BatchNormalization", "at inference"),
          Map.entry("Bernoulli", "drawn anew at every call"),
          Map.entry("Cast", "no text, 4- or 8-bit floating-point numbers"),
          Map.entry("Dropout", "at inference"),
          Map.entry(
              "DynamicQuantizeLinear", "images run one at a time, as the range is found anew"),
          Map.entry("GridSample", "cubic for images only"),
          Map.entry("GroupNormalization", "opset 21 on"),
          Map.entry("GRU", "default activations; all sequences of full length"),
          Map.entry("If", "the condition may depend on constants and sizes, not on the images"),
          Map.entry("LSTM", "default activations; all sequences of full length"),
          Map.entry("MaxPool", "without the output Indices"),
          Map.entry("QuantizeLinear", "to UINT8, INT8, INT16; per tensor, per axis, in blocks"),
          Map.entry("DequantizeLinear", "per tensor, per axis, in blocks"),
          Map.entry("RandomNormal", "drawn anew at every call"),
          Map.entry("RandomNormalLike", "drawn anew at every call"),
          Map.entry("RandomUniform", "drawn anew at every call"),
          Map.entry("RandomUniformLike", "drawn anew at every call"),
          Map.entry("Resize", "opset 10 on; half_pixel_symmetric not in the mode nearest"),
          Map.entry("RNN", "default activations; all sequences of full length"),
          Map.entry("RotaryEmbedding", "opset 23 on"),
          Map.entry("Scatter", "opsets 9 and 10"),
          Map.entry("Upsample", "opsets 7 to 9"),
          Map.entry(
              "ai.onnx.ml.LinearClassifier",
              "one row of coefficients a class; post_transform NONE, SOFTMAX, LOGISTIC"),
          Map.entry("ai.onnx.ml.LinearRegressor", "post_transform NONE"),
          Map.entry("ai.onnx.ml.ZipMap", "the map's probabilities, as a matrix"),
          Map.entry("com.microsoft.FusedMatMul", "without transBatchA, transBatchB"));

  private static String gradient(String type) {
    if (Operators.quantises(type)) {
      return "straight-through";
    }
    return FLAT.contains(type) ? "zero" : WITHOUT.contains(type) ? "none" : "exact";
  }

  private static String row(String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    return "| %s | %s | %s |".formatted(name, gradient(type), NOTES.getOrDefault(type, ""));
  }

  private static String table(String title, String domain, Set<String> types) {
    List<String> rows =
        types.stream()
            .filter(type -> type.substring(0, type.lastIndexOf('.') + 1).equals(domain))
            .map(OperatorsPageTest::row)
            .toList();
    return "\n## %s\n\n| operator | gradient | notes |\n|---|---|---|\n%s\n"
        .formatted(title, String.join("\n", rows));
  }

  private static String page() {
    Set<String> types = new TreeSet<>(Operators.names());
    return HEAD.formatted(Operators.OLDEST_OPSET, Operators.NEWEST_OPSET)
        + table("ONNX", "", types)
        + table("ONNX for classical learning: ai.onnx.ml", "ai.onnx.ml.", types)
        + table("ONNX Runtime's own: com.microsoft", "com.microsoft.", types);
  }

  @Test
  void thePageListsTheOperatorsThereAre() throws IOException {
    if (Boolean.getBoolean("foolproof.regenerate")) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE))
        .as("docs/operators.md; see the comment at the head of %s", getClass().getSimpleName())
        .isEqualTo(page());
  }

  @Test
  void whatThePageSaysIsAboutOperatorsThereAre() {
    Set<String> said = new TreeSet<>(NOTES.keySet());
    said.addAll(FLAT);
    said.addAll(WITHOUT);
    assertThat(Operators.names()).containsAll(said);
    assertThat(
            Operators.names().stream()
                .map(type -> type.substring(0, type.lastIndexOf('.') + 1))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("", "ai.onnx.ml.", "com.microsoft.");
  }
}

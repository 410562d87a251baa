package io.foolproof.cli;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.foolproof.model.TestGraph;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The graphs that converters of classical models write, audited on a table: the label beside the
 * probabilities, maps of them, names for classes. Half of the labels of the table are what ONNX
 * Runtime says, so that the clean accuracy shows that predictions are the same on every row.
 */
class ClassicalModelsTest {
  private static final int ROWS = 40;
  private static final List<String> NAMES = List.of("setosa", "versicolor", "virginica");
  private static final float[] SLOPES = {1.5f, -0.5f, -0.4f, 0.3f, -1.2f, 0.2f};
  private static final float[] OFFSETS = {-2, 1, 0.7f};

  @TempDir Path folder;

  private final float[][] rows = new float[ROWS][2];

  private static AttributeProto classes(String kind, boolean named) {
    return named
        ? attribute(kind + "_strings", NAMES)
        : attribute(
            kind.equals("classlabels") ? kind + "_int64s" : kind + "_ints", new long[] {0, 1, 2});
  }

  private static TestGraph graph(boolean named, boolean zipped) {
    TestGraph graph = new TestGraph().input("X", "N", "2");
    graph.output("output_label", named ? DataType.STRING : DataType.INT64, new String[] {"N"});
    if (zipped) {
      graph.outputOfMaps("output_probability", named ? DataType.STRING : DataType.INT64);
    } else {
      graph.output("output_probability", "N", "3");
    }
    return graph;
  }

  /** The end of a pipeline: probabilities as they are, or as maps. */
  private static TestGraph end(TestGraph graph, String from, boolean named, boolean zipped) {
    return zipped
        ? graph.classical(
            "ZipMap", List.of(from), List.of("output_probability"), classes("classlabels", named))
        : graph.node("Identity", List.of(from), "output_probability");
  }

  /** What comes before a model: nothing, a scaler, or an imputer and a scaler. */
  private static String begun(TestGraph graph, String before) {
    String x = "X";
    if (before.contains("imputer")) {
      graph.classical(
          "Imputer",
          List.of(x),
          List.of("imputed"),
          attribute("imputed_value_floats", 1f, 2f),
          attribute("replaced_value_float", Float.NaN));
      x = "imputed";
    }
    if (before.contains("scaler")) {
      graph.classical(
          "Scaler",
          List.of(x),
          List.of("scaled"),
          attribute("offset", 1f, 2f),
          attribute("scale", 0.5f, 2f));
      x = "scaled";
    }
    return x;
  }

  private static TestGraph logistic(String before, boolean named, boolean zipped) {
    TestGraph graph = graph(named, zipped);
    String x = begun(graph, before);
    graph.classical(
        "LinearClassifier",
        List.of(x),
        List.of("label", "probability_tensor"),
        attribute("coefficients", SLOPES),
        attribute("intercepts", OFFSETS),
        attribute("multi_class", 1),
        attribute("post_transform", "LOGISTIC"),
        named
            ? attribute("classlabels_strings", NAMES)
            : attribute("classlabels_ints", new long[] {0, 1, 2}));
    graph.classical(
        "Normalizer",
        List.of("probability_tensor"),
        List.of("probabilities"),
        attribute("norm", "L1"));
    if (named) {
      graph.node("Identity", List.of("label"), "output_label");
    } else {
      graph.node("Cast", List.of("label"), "output_label", attribute("to", 7));
    }
    return end(graph, "probabilities", named, zipped);
  }

  /** MatMul, Add, Relu; the label is looked up among the classes. */
  private static TestGraph perceptron(String before, boolean named, boolean zipped) {
    TestGraph graph = graph(named, zipped);
    String x = begun(graph, before);
    graph.floats("w1", new float[] {1, -1, -1, 1}, 2, 2).floats("b1", new float[2], 1, 2);
    graph.floats("w2", new float[] {2, 0, 0, 0, 2, 0}, 2, 3);
    graph.floats("b2", new float[] {0, 0, 0.8f}, 1, 3);
    graph.node("Cast", List.of(x), "cast_input", attribute("to", 1));
    graph.node("MatMul", List.of("cast_input", "w1"), "mul");
    graph.node("Add", List.of("mul", "b1"), "add");
    graph.node("Relu", List.of("add"), "active");
    graph.node("MatMul", List.of("active", "w2"), "mul2");
    graph.node("Add", List.of("mul2", "b2"), "add2");
    graph.node("Softmax", List.of("add2"), "probabilities");
    graph.node("ArgMax", List.of("probabilities"), "place", attribute("axis", 1));
    if (named) {
      graph.texts("classes", NAMES);
    } else {
      graph.integers("classes", 0, 1, 2);
    }
    graph.classical("ArrayFeatureExtractor", List.of("classes", "place"), List.of("extracted"));
    if (named) {
      graph.integers("flat", -1);
      graph.node("Reshape", List.of("extracted", "flat"), "output_label");
    } else {
      graph.node("Cast", List.of("extracted"), "cast_class", attribute("to", 6));
      graph.integers("flat", -1);
      graph.node("Reshape", List.of("cast_class", "flat"), "reshaped");
      graph.node("Cast", List.of("reshaped"), "output_label", attribute("to", 7));
    }
    return end(graph, "probabilities", named, zipped);
  }

  /** Two trees of depth 1 and three leaves each kind of class. */
  private static TestGraph trees(String before, boolean named, boolean zipped) {
    TestGraph graph = graph(named, zipped);
    String x = begun(graph, before);
    graph.classical(
        "TreeEnsembleClassifier",
        List.of(x),
        List.of("label", "probabilities"),
        attribute("nodes_treeids", new long[] {0, 0, 0, 0, 0}),
        attribute("nodes_nodeids", new long[] {0, 1, 2, 3, 4}),
        attribute("nodes_featureids", new long[] {0, 0, 1, 0, 0}),
        attribute("nodes_modes", List.of("BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF")),
        attribute("nodes_values", 0.4f, 0, 0.5f, 0, 0),
        attribute("nodes_truenodeids", new long[] {1, 0, 3, 0, 0}),
        attribute("nodes_falsenodeids", new long[] {2, 0, 4, 0, 0}),
        attribute("nodes_missing_value_tracks_true", new long[] {0, 0, 0, 0, 0}),
        attribute("class_treeids", new long[] {0, 0, 0}),
        attribute("class_nodeids", new long[] {1, 3, 4}),
        attribute("class_ids", new long[] {0, 1, 2}),
        attribute("class_weights", 1, 1, 1),
        attribute("post_transform", "NONE"),
        named
            ? attribute("classlabels_strings", NAMES)
            : attribute("classlabels_int64s", new long[] {0, 1, 2}));
    graph.node("Identity", List.of("label"), "output_label");
    return end(graph, "probabilities", named, zipped);
  }

  private static TestGraph vectors(
      String before, boolean named, boolean zipped, boolean probabilities) {
    TestGraph graph = graph(named, zipped);
    String x = begun(graph, before);
    graph.classical(
        "SVMClassifier",
        List.of(x),
        List.of("label", "probabilities"),
        named
            ? attribute("classlabels_strings", NAMES)
            : attribute("classlabels_ints", new long[] {0, 1, 2}),
        attribute("kernel_type", "RBF"),
        attribute("kernel_params", 0.5f, 0, 3),
        attribute("post_transform", "NONE"),
        attribute("vectors_per_class", new long[] {1, 1, 1}),
        attribute("support_vectors", 0.5f, 1f, 2f, 0.5f, 2f, 2.5f),
        attribute("coefficients", 1f, -1f, -1f, 1f, 1f, -1f),
        attribute("rho", 0f, 0f, 0f),
        attribute("prob_a", probabilities ? new float[] {-2, -2, -2} : new float[0]),
        attribute("prob_b", probabilities ? new float[3] : new float[0]));
    graph.node("Identity", List.of("label"), "output_label");
    return end(graph, "probabilities", named, zipped);
  }

  private static TestGraph model(String kind, String before, boolean named, boolean zipped) {
    return switch (kind) {
      case "logistic" -> logistic(before, named, zipped);
      case "perceptron" -> perceptron(before, named, zipped);
      case "trees" -> trees(before, named, zipped);
      default -> vectors(before, named, zipped, true);
    };
  }

  /** What ONNX Runtime's label output says of each row. */
  private List<String> labels(Path model) throws OrtException {
    List<String> labels = new ArrayList<>();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(model.toString(), options)) {
      for (float[] row : rows) {
        try (OnnxTensor x = OnnxTensor.createTensor(environment, new float[][] {row});
            OrtSession.Result result = session.run(Map.of("X", x))) {
          Object label = ((OnnxTensor) result.get(0)).getValue();
          labels.add(
              label instanceof long[] number ? NAMES.get((int) number[0]) : ((String[]) label)[0]);
        }
      }
    }
    return labels;
  }

  private InProcess audit(TestGraph graph, String attacks) throws IOException, OrtException {
    for (int i = 0; i < ROWS; i++) {
      new RandomStream(3, i, "rows", 0).fillUniform(rows[i], 0, 2, 0, 3);
    }
    Path model = folder.resolve("model.onnx");
    Files.write(model, graph.bytes());
    List<String> labels = labels(model);
    StringBuilder csv = new StringBuilder("a,b,species\n");
    for (int i = 0; i < ROWS; i++) {
      // Every fourth label is another, so that the accuracy is 3/4 if predictions are the same.
      String label = labels.get(i);
      String other = NAMES.get((NAMES.indexOf(label) + 1) % 3);
      csv.append("%s,%s,%s%n".formatted(rows[i][0], rows[i][1], i % 4 == 3 ? other : label));
    }
    assertThat(Set.copyOf(labels)).hasSizeGreaterThan(1);
    Path data = Files.writeString(folder.resolve("rows.csv"), csv);
    Path names = Files.writeString(folder.resolve("names.txt"), String.join("\n", NAMES));
    return InProcess.run(
        "audit",
        model,
        "--data",
        data,
        "--label",
        "species",
        "--class-names",
        names,
        "--epsilon",
        "0.1",
        "--attacks",
        attacks,
        "--out",
        folder.resolve("out"));
  }

  @ParameterizedTest
  @CsvSource({
    "logistic, none, false, true",
    "logistic, none, true, true",
    "logistic, none, true, false",
    "logistic, scaler, false, true",
    "logistic, scaler, true, true",
    "perceptron, none, false, true",
    "perceptron, none, true, true",
    "perceptron, none, true, false",
    "perceptron, scaler, true, true",
    "logistic, imputer scaler, true, true",
    "perceptron, imputer, false, true",
  })
  void differentiableModelsAreAttackedWithGradients(
      String kind, String before, boolean named, boolean zipped) throws Exception {
    InProcess run = audit(model(kind, before, named, zipped), "pgd:steps=3");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("75.0 %");
  }

  /** Without probabilities an SVM of three classes gives the scores of its three pairs. */
  @ParameterizedTest
  @CsvSource({
    "none, false, true",
    "none, true, true",
    "scaler, false, false",
    "imputer, true, true"
  })
  void scoresOfPairsAreRefused(String before, boolean named, boolean zipped) throws Exception {
    InProcess run = audit(vectors(before, named, zipped, false), "square:queries=20");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .contains("a score for each pair of its 3 classes")
        .contains("export it with probabilities");
  }

  @ParameterizedTest
  @CsvSource({
    "trees, none, false, true",
    "trees, none, true, true",
    "trees, scaler, true, false",
    "trees, imputer scaler, true, true",
    "vectors, none, false, true",
    "vectors, none, true, true",
    "vectors, scaler, false, false",
    "vectors, imputer, true, true",
  })
  void otherModelsAreOfferedBlackBoxWhichRuns(
      String kind, String before, boolean named, boolean zipped) throws Exception {
    InProcess refused = audit(model(kind, before, named, zipped), "fast");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.err()).contains("it can be audited without gradients: --attacks black-box");
    InProcess run = audit(model(kind, before, named, zipped), "square:queries=20");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("75.0 %");
  }

  @Test
  void theOfferRunsAsItIsWritten() throws Exception {
    InProcess run = audit(trees("none", true, true), "black-box");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }
}

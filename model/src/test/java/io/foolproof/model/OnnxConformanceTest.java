package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.foolproof.model.operator.Operators;
import io.foolproof.model.operator.SizeLimits;
import io.foolproof.model.operator.TensorReader;
import io.foolproof.tensor.EngineException;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** ONNX's own cases, one operator each: what is supported gives their results. */
class OnnxConformanceTest {
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-5;

  /** Positions are measured by the size of the result there, by the scale in these cases. */
  private static final Set<String> OTHERWISE_IN_ONNX_RUNTIME =
      Set.of("test_resize_downsample_scales_cubic_align_corners");

  @Test
  void supportedOperatorsGiveTheResultsOfOnnx() throws IOException {
    Path folder =
        ReferenceFolder.require(
            "foolproof.conformance", "../shared/reference/onnx-conformance/node");
    List<Path> cases;
    try (Stream<Path> list = Files.list(folder)) {
      cases = list.sorted().toList();
    }
    Set<String> unsupported = new TreeSet<>();
    Map<String, String> failed = new TreeMap<>();
    for (Path single : cases) {
      try (Scope scope = Scope.open()) {
        OnnxModel model = model(single);
        OnnxProgram program;
        try {
          program = OnnxProgram.of(model);
        } catch (InvalidInputException e) {
          unsupported.add(single.getFileName().toString());
          continue;
        }
        String difference = run(single, model, program);
        boolean random = program.folded(tensor -> false).drawsAtRandom();
        if (difference != null && (random || difference.contains("training mode is not"))) {
          unsupported.add(single.getFileName().toString());
        } else if (difference != null) {
          failed.put(single.getFileName().toString(), difference);
        }
      }
    }
    int passed = cases.size() - unsupported.size() - failed.size();
    System.out.printf(
        "ONNX conformance: %d passed, %d failed, %d unsupported of %d%n",
        passed, failed.size(), unsupported.size(), cases.size());
    assertThat(failed.keySet()).isEqualTo(OTHERWISE_IN_ONNX_RUNTIME);
    assertThat(unsupported)
        .allMatch(name -> name.contains("training_mode") || name.contains("training_dropout"));
    assertThat(passed).isGreaterThan(480);
  }

  /** The oldest and newest sets differ from those beside them in nothing these cases use. */
  private static OnnxModel model(Path folder) throws IOException {
    ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")));
    ModelProto.Builder builder = proto.toBuilder();
    for (OperatorSetIdProto.Builder set : builder.getOpsetImportBuilderList()) {
      long version =
          Math.max(Operators.OLDEST_OPSET, Math.min(set.getVersion(), Operators.NEWEST_OPSET));
      set.setVersion(version);
    }
    return OnnxModel.of(builder.build().toByteArray(), folder.getFileName().toString());
  }

  /** What is wrong; null if nothing is. */
  private static @Nullable String run(Path folder, OnnxModel model, OnnxProgram program)
      throws IOException {
    List<String> outputs = model.outputs().stream().map(OnnxValue::name).toList();
    try (Stream<Path> sets = Files.list(folder)) {
      for (Path set : sets.filter(Files::isDirectory).toList()) {
        Map<String, Tensor> given = new HashMap<>();
        List<Tensor> inputs = tensors(set, "input_");
        for (int i = 0; i < inputs.size(); i++) {
          given.put(model.inputs().get(i).name(), inputs.get(i));
        }
        List<Tensor> results = program.run(given, outputs, SizeLimits.MOST_ELEMENTS_OF_A_RUN);
        List<Tensor> expected = tensors(set, "output_");
        for (int i = 0; i < expected.size(); i++) {
          String difference = difference(results.get(i), expected.get(i));
          if (difference != null) {
            return "output " + i + ": " + difference;
          }
        }
      }
      return null;
    } catch (InvalidInputException | EngineException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static List<Tensor> tensors(Path folder, String prefix) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    Path file = folder.resolve(prefix + "0.pb");
    while (Files.exists(file)) {
      tensors.add(TensorReader.read(TensorProto.parseFrom(Files.readAllBytes(file))));
      file = folder.resolve(prefix + tensors.size() + ".pb");
    }
    return tensors;
  }

  private static @Nullable String difference(Tensor found, Tensor expected) {
    if (found.dtype() != expected.dtype() || !Arrays.equals(found.shape(), expected.shape())) {
      return "expected " + expected + ", found " + found;
    }
    double[] left = found.toDoubles();
    double[] right = expected.toDoubles();
    for (int i = 0; i < left.length; i++) {
      double allowed = found.dtype().isFloating() ? ABSOLUTE + RELATIVE * Math.abs(right[i]) : 0;
      boolean same = Double.compare(left[i], right[i]) == 0 || left[i] == right[i];
      if (!same && !(Math.abs(left[i] - right[i]) <= allowed)) {
        return "element %d is %s, expected %s".formatted(i, left[i], right[i]);
      }
    }
    return null;
  }
}

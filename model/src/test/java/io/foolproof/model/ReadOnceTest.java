package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a file after it was read: what is attacked, replayed and named is one. */
class ReadOnceTest {
  @TempDir Path folder;

  @Test
  void bothRuntimesRunTheBytesThatWereRead() throws IOException, NoSuchAlgorithmException {
    byte[] bytes = TestGraph.perceptron().bytes();
    Path file = Files.write(folder.resolve("net.onnx"), bytes);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    try (Scope scope = Scope.open();
        OnnxClassifier model = OnnxClassifier.load(file)) {
      Files.writeString(file, "no model any more");
      try (OnnxRuntimeClassifier other = OnnxRuntimeClassifier.of(model)) {
        Tensor image = Tensor.ones(DType.FLOAT32, model.input().batchShape(1));
        assertThat(other.logits(image).argmax(1).toLongs())
            .isEqualTo(model.logits(image).argmax(1).toLongs());
        assertThat(other.origin().identity()).isEqualTo(sha256);
      }
      assertThat(model.origin()).isEqualTo(new Origin("net", sha256, List.of()));
    }
  }

  @Test
  void aRemovedSoftmaxIsNoted() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .node("Softmax", List.of("x"), "y")
            .output("y", "batch", "3");
    try (OnnxClassifier model = graph.classifier()) {
      assertThat(model.origin().notes()).singleElement().asString().contains("softmax");
    }
  }

  /** A perceptron whose first weights, 15 floats, are in the file {@code weights}. */
  private Path withWeightsOutside(byte[] weights) throws IOException {
    TestGraph graph = TestGraph.perceptron();
    TensorProto.Builder tensor = graph.graph.getInitializerBuilder(0).clearRawData();
    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(
        StringStringEntryProto.newBuilder().setKey("location").setValue("weights"));
    Files.write(folder.resolve("weights"), weights);
    return Files.write(folder.resolve("net.onnx"), graph.bytes());
  }

  private static byte[] randomWeights() {
    return TestGraph.perceptron().graph.getInitializer(0).getRawData().toByteArray();
  }

  @Test
  void weightsInAnotherFileAreReadOnceToo() throws IOException {
    Path file = withWeightsOutside(randomWeights());
    try (Scope scope = Scope.open();
        OnnxClassifier model = OnnxClassifier.load(file)) {
      Files.write(folder.resolve("weights"), new byte[60]);
      Tensor image = Tensor.ones(DType.FLOAT32, model.input().batchShape(1));
      float[] logits = model.logits(image).toFloats();
      try (OnnxRuntimeClassifier other = OnnxRuntimeClassifier.of(model);
          OnnxRuntimeClassifier changed = OnnxRuntimeClassifier.load(file)) {
        assertThat(other.logits(image).toFloats()).containsExactly(logits, within(1e-5f));
        assertThat(Arrays.equals(changed.logits(image).toFloats(), logits)).isFalse();
      }
      Files.delete(folder.resolve("weights"));
      try (OnnxRuntimeClassifier other = OnnxRuntimeClassifier.of(model)) {
        assertThat(other.logits(image).toFloats()).containsExactly(logits, within(1e-5f));
      }
    }
  }

  /** A journal of other weights is another model's. */
  @Test
  void weightsInAnotherFileArePartOfTheIdentity() throws IOException {
    String before = OnnxModel.read(withWeightsOutside(randomWeights())).sha256();
    assertThat(OnnxModel.read(withWeightsOutside(randomWeights())).sha256()).isEqualTo(before);
    assertThat(OnnxModel.read(withWeightsOutside(new byte[60])).sha256()).isNotEqualTo(before);
  }

  @Test
  void aModelFromMemoryIsACopy() {
    byte[] bytes = TestGraph.perceptron().bytes();
    OnnxModel model = OnnxModel.of(bytes, "memory");
    Arrays.fill(bytes, (byte) 0);
    try (Scope scope = Scope.open();
        OnnxClassifier classifier = OnnxClassifier.of(model);
        OnnxRuntimeClassifier other = OnnxRuntimeClassifier.of(classifier)) {
      Tensor image = Tensor.ones(DType.FLOAT32, 1, 3);
      float[] expected = TestGraph.perceptron().classifier().logits(image).toFloats();
      assertThat(classifier.logits(image).toFloats()).isEqualTo(expected);
      assertThat(other.logits(image).toFloats()).containsExactly(expected, within(1e-5f));
    }
  }

  /** ONNX Runtime has copies of its own. */
  @Test
  void weightsAreNotCopiedForOnnxRuntimeAlone() throws IOException {
    Path file = Files.write(folder.resolve("net.onnx"), TestGraph.perceptron().bytes());
    OnnxModel model = OnnxModel.read(file);
    try (OnnxRuntimeClassifier runtime =
        OnnxRuntimeClassifier.forImages(model, new long[] {3}, Preprocessing.NONE)) {
      assertThat(runtime.classes()).isEqualTo(4);
      assertThat(model.hasCopiedWeights()).isFalse();
      assertThat(model.summary().parameters()).isEqualTo(15 + 5 + 20 + 4);
      assertThat(model.hasCopiedWeights()).isFalse();
      assertThat(model.initialisers()).hasSize(4);
      assertThat(model.hasCopiedWeights()).isTrue();
    }
  }
}

package io.foolproof.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
        Tensor image = Tensor.ones(io.foolproof.tensor.DType.FLOAT32, model.input().batchShape(1));
        assertThat(other.logits(image).argmax(1).toLongs())
            .isEqualTo(model.logits(image).argmax(1).toLongs());
        assertThat(other.origin().identity()).isEqualTo(sha256);
      }
      assertThat(model.origin()).isEqualTo(new Origin("net", sha256, java.util.List.of()));
    }
  }

  @Test
  void aRemovedSoftmaxIsNoted() {
    TestGraph graph =
        new TestGraph()
            .input("x", "batch", "3")
            .node("Softmax", java.util.List.of("x"), "y")
            .output("y", "batch", "3");
    try (OnnxClassifier model = graph.classifier()) {
      assertThat(model.origin().notes()).singleElement().asString().contains("softmax");
    }
  }
}

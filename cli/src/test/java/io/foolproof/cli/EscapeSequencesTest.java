package io.foolproof.cli;

import static io.foolproof.model.TestGraph.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.foolproof.model.TestGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names in files do not reach the terminal as commands to it. */
class EscapeSequencesTest {
  private static final String FORGED = "\u001b]0;t\u0007\nunsupported  none\u001b[8m\u202e\u009b2J";

  @TempDir Path folder;

  private Path model(String operator) throws IOException {
    byte[] bytes =
        new TestGraph()
            .input("x" + FORGED, "N" + FORGED, "1", "28", "28")
            .node("Flatten", List.of("x" + FORGED), "f" + FORGED)
            .node(operator, List.of("f" + FORGED), "y" + FORGED, attribute("a" + FORGED, 1))
            .output("y" + FORGED, "N" + FORGED, "784")
            .bytes();
    ModelProto forged =
        ModelProto.parseFrom(bytes).toBuilder()
            .setProducerName("p" + FORGED)
            .setProducerVersion(FORGED)
            .build();
    return Files.write(folder.resolve("m\u001b[2J.onnx"), forged.toByteArray());
  }

  private static void requirePlain(InProcess run) {
    String all = run.out() + run.err();
    assertThat(all).contains("\\u001b").doesNotContain("\u001b", "\u0007", "\u202e", "\u009b");
    assertThat(all.lines().filter(line -> line.startsWith("unsupported"))).hasSizeLessThan(2);
  }

  @Test
  void inspectWritesThemOut() throws IOException {
    InProcess known = InProcess.run("inspect", model("Relu"));
    assertThat(known.exitCode()).isZero();
    requirePlain(known);
    InProcess unknown = InProcess.run("inspect", model("Evil" + FORGED));
    requirePlain(unknown);
    assertThat(unknown.out().lines()).anyMatch(line -> line.startsWith("unsupported  Evil\\u001b"));
  }

  @Test
  void messagesWriteThemOut() throws IOException {
    InProcess run = InProcess.run("audit", model("Relu"), "--out", folder.resolve("out"));
    assertThat(run.exitCode()).isEqualTo(2);
    requirePlain(run);
    requirePlain(InProcess.run("audit", "--epsilon", "\u001b[2J"));
    requirePlain(InProcess.run("audit", "none\u001b[2J.onnx"));
  }
}

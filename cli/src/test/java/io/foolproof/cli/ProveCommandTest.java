package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.TestGraph;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProveCommandTest {
  @TempDir Path folder;
  private Path net;
  private Path proofs;

  /** y = (relu(x), x / 2). */
  @BeforeEach
  void write() throws IOException {
    byte[] bytes =
        new TestGraph()
            .input("x", "batch", "1")
            .floats("w", new float[] {1, -1}, 1, 2)
            .floats("v", new float[] {1, 0.5f, 0, -0.5f}, 2, 2)
            .node("Gemm", List.of("x", "w"), "h")
            .node("Relu", List.of("h"), "a")
            .node("Gemm", List.of("a", "v"), "y")
            .output("y", "batch", "2")
            .bytes();
    net = Files.write(folder.resolve("net.onnx"), bytes);
    proofs = folder.resolve("proofs");
  }

  private Path property(String name, String box, String condition) throws IOException {
    String text =
        """
        (declare-const X_0 Real)
        (declare-const Y_0 Real)
        (declare-const Y_1 Real)
        (assert (>= X_0 -1))
        %s
        (assert %s)
        """;
    return Files.writeString(folder.resolve(name), text.formatted(box, condition));
  }

  private InProcess prove(Path property, String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("prove", net, property, "--out", proofs, "--timeout", "20"));
    arguments.addAll(List.of(more));
    return InProcess.run(arguments.toArray());
  }

  @Test
  void whatCannotHappenIsUnsatAndTheCertificateIsChecked() throws IOException {
    Path never = property("never.vnnlib", "(assert (<= X_0 1))", "(<= Y_0 (- Y_1 0.001))");
    InProcess run = prove(never);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("unsat\n").contains("in any 32-bit execution");
    assertThat(run.exitCode()).isZero();
    InProcess check = InProcess.run("check", net, never, proofs.resolve("never.proof"));
    assertThat(check.out()).startsWith("proved\n").contains("smallest margin");
    assertThat(check.exitCode()).isZero();
    Path other = property("other.vnnlib", "(assert (<= X_0 1.5))", "(<= Y_0 (- Y_1 0.001))");
    InProcess refused = InProcess.run("check", net, other, proofs.resolve("never.proof"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err().lines()).hasSize(1).first().asString().contains("another spec");
  }

  @Test
  void whatHappensIsSatAndTheWitnessIsWritten() throws IOException {
    Path happens = property("happens.vnnlib", "(assert (<= X_0 1))", "(>= Y_0 (+ Y_1 0.4))");
    InProcess run = prove(happens);
    assertThat(run.out()).startsWith("sat\n");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(proofs.resolve("happens.witness")).content().contains("(X_0 ", "(Y_1 ");
    assertThat(proofs.resolve("happens.proof")).doesNotExist();
  }

  /** The property of a name is changed, and proved or refuted anew. */
  @Test
  void whatAnEarlierRunFoundIsNotLeftBesideWhatThisOneFinds() throws IOException {
    String box = "(assert (<= X_0 1))";
    assertThat(prove(property("same.vnnlib", box, "(<= Y_0 (- Y_1 0.001))")).exitCode()).isZero();
    assertThat(proofs.resolve("same.proof")).exists();
    assertThat(prove(property("same.vnnlib", box, "(<= Y_0 (- Y_1")).exitCode()).isEqualTo(2);
    assertThat(proofs.resolve("same.proof")).exists();
    Path changed = property("same.vnnlib", box, "(>= Y_0 (+ Y_1 0.4))");
    InProcess refused = prove(changed);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .hasLineCount(1)
        .contains("same.proof: is the certificate of another model or property");
    assertThat(proofs.resolve("same.proof")).exists();
    assertThat(prove(changed, "--fresh").exitCode()).isEqualTo(1);
    assertThat(proofs.resolve("same.proof")).doesNotExist();
    assertThat(proofs.resolve("same.witness")).exists();
    Path again = property("same.vnnlib", box, "(<= Y_0 (- Y_1 0.001))");
    InProcess other = prove(again);
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).hasLineCount(1).contains("same.witness: is the witness of another");
    assertThat(prove(again, "--fresh").exitCode()).isZero();
    assertThat(proofs.resolve("same.witness")).doesNotExist();
  }

  /** A shorter time must not lose what a longer one proved. */
  @Test
  void whatAnEarlierRunFoundIsCheckedAndNotSearchedForAgain() throws IOException {
    String box = "(assert (<= X_0 1))";
    Path never = property("never.vnnlib", box, "(<= Y_0 (- Y_1 0.001))");
    Path happens = property("happens.vnnlib", box, "(>= Y_0 (+ Y_1 0.4))");
    assertThat(prove(never).out()).startsWith("unsat\n").doesNotContain("earlier run");
    assertThat(prove(happens).out()).startsWith("sat\n").doesNotContain("earlier run");
    String witness = Files.readString(proofs.resolve("happens.witness"));
    InProcess shown = prove(never);
    assertThat(shown.out()).startsWith("unsat\n").contains("never.proof, of an earlier run");
    assertThat(shown.exitCode()).isZero();
    InProcess violated = prove(happens);
    assertThat(violated.out()).startsWith("sat\n").contains("happens.witness, of an earlier run");
    assertThat(violated.exitCode()).isEqualTo(1);
    assertThat(proofs.resolve("happens.witness")).hasContent(witness);
    // What is wrong with the property is not said of the certificate.
    Path broken = property("never.vnnlib", box, "(<= Y_9 0)");
    assertThat(prove(broken).err()).hasLineCount(1).contains("'Y_9' is unknown");
    property("never.vnnlib", box, "(<= Y_0 (- Y_1 0.001))");
    // What does not hold counts for nothing.
    Files.write(proofs.resolve("never.proof"), new byte[] {1, 2, 3});
    assertThat(prove(never).err()).hasLineCount(1).contains("never.proof: is the certificate of");
    Files.writeString(proofs.resolve("happens.witness"), "((X_0 NaN)(Y_0 1)(Y_1 0))");
    assertThat(prove(happens).err()).hasLineCount(1).contains("happens.witness: is the witness of");
  }

  @Test
  void badInputIsOneLineAndLeavesNothing() throws IOException {
    assertRefused(property("a", "(assert (<= X_0 -2))", "(<= Y_0 0)"), "input set is empty");
    assertRefused(property("b", "", "(<= Y_0 0)"), "X_0 has no upper bound");
    assertRefused(property("c", "(assert (<= X_0 1))", "(<= Y_5 0)"), "'Y_5' is unknown");
    assertRefused(property("d", "(assert (<= X_0 1", "(<= Y_0 0)"), "line");
    assertRefused(folder.resolve("missing"), "there is no such file");
    byte[] unbounded =
        new TestGraph()
            .input("x", "batch", "1")
            .node("Sin", List.of("x"), "y")
            .output("y", "batch", "1")
            .bytes();
    Files.write(net, unbounded);
    assertRefused(
        property("e", "(assert (<= X_0 1))", "(<= Y_0 0)"), "no bounds for this operator");
    try (Stream<Path> files = Files.exists(proofs) ? Files.list(proofs) : Stream.of()) {
      assertThat(files).isEmpty();
    }
  }

  private void assertRefused(Path property, String expected) {
    InProcess run = prove(property);
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1).first().asString().contains(expected);
  }

  private InProcess proveFolder(String... more) {
    List<Object> arguments = new ArrayList<>(List.of("prove", folder, "--out", proofs));
    arguments.addAll(List.of(more));
    return InProcess.run(arguments.toArray());
  }

  private void instances(String... rows) throws IOException {
    property("never.vnnlib", "(assert (<= X_0 1))", "(<= Y_0 (- Y_1 0.001))");
    property("happens.vnnlib", "(assert (<= X_0 1))", "(>= Y_0 (+ Y_1 0.4))");
    Files.write(folder.resolve("instances.csv"), List.of(rows));
  }

  @Test
  void rowsOfAFolderAreDecidedOneByOne() throws IOException {
    instances("net.onnx,never.vnnlib,20", "", "./net.onnx,./happens.vnnlib,20");
    InProcess run = proveFolder();
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("unsat 1 net.onnx never.vnnlib: smallest margin");
    assertThat(lines.get(1)).startsWith("sat 3 ./net.onnx ./happens.vnnlib: case 0 happens");
    assertThat(lines.get(2)).startsWith("2 rows: 1 unsat, 1 sat, 0 unknown, 0 that cannot");
    assertThat(proofs.resolve("results.csv"))
        .content()
        .startsWith("row,model,property,verdict,seconds,detail\n1,\"net.onnx\",")
        .contains("3,\"./net.onnx\",\"./happens.vnnlib\",sat,");
    InProcess check =
        InProcess.run("check", net, folder.resolve("never.vnnlib"), proofs.resolve("row-1.proof"));
    assertThat(check.exitCode()).isZero();
    // What is known is checked again, not searched for again.
    assertThat(proveFolder().out()).isEqualTo(run.out());
    Files.copy(
        proofs.resolve("row-3.witness"),
        proofs.resolve("row-1.proof"),
        StandardCopyOption.REPLACE_EXISTING);
    InProcess changed = proveFolder();
    assertThat(changed.exitCode()).isEqualTo(2);
    assertThat(changed.out()).contains("error 1 ").contains("a certificate that proves nothing");
    assertThat(proveFolder("--fresh").out()).startsWith("unsat 1 ");
  }

  @Test
  void aBadRowIsOneLineAndTheOthersAreDecided() throws IOException {
    instances(
        "net.onnx,missing.vnnlib,20",
        "net.onnx,never.vnnlib",
        "net.onnx,never.vnnlib,soon",
        "net.onnx,never.vnnlib,-1",
        "never.vnnlib,never.vnnlib,20",
        "net.onnx,net.onnx,20",
        "net.onnx,never.vnnlib,20");
    InProcess run = proveFolder("--timeout", "10");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out().lines().limit(6)).allMatch(line -> line.startsWith("error "));
    assertThat(run.out())
        .contains("error 1 net.onnx missing.vnnlib: missing.vnnlib: there is no such file")
        .contains("error 2 net.onnx never.vnnlib: has 2 fields, expected 3")
        .contains("the time is 'soon', expected seconds above 0")
        .contains("the time is '-1', expected")
        .contains("unsat 7 net.onnx never.vnnlib: ")
        .contains("7 rows: 1 unsat, 0 sat, 0 unknown, 6 that cannot be used");
    assertThat(run.out().lines()).hasSize(8);
    Files.delete(folder.resolve("instances.csv"));
    InProcess none = proveFolder();
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.out()).isEmpty();
    assertThat(none.err().lines()).hasSize(1).first().asString().contains("instances.csv: there");
  }

  /** As spreadsheets write them, and with a model that is compressed as the competitions' are. */
  @Test
  void rowsMayBeQuotedAndModelsCompressed() throws IOException {
    instances("\uFEFF\"net,1.onnx\",\"never.vnnlib\",\"20\"", "a \"b\",never.vnnlib,20", ",x,1");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("net,1.onnx.gz")))) {
      Files.copy(net, out);
    }
    InProcess run = proveFolder();
    assertThat(run.out())
        .startsWith("unsat 1 net,1.onnx never.vnnlib: smallest margin")
        .contains("error 2 ", "error 3  x: names no model");
    assertThat(proofs.resolve("results.csv")).content().contains("1,\"net,1.onnx\",");
    InProcess check =
        InProcess.run(
            "check",
            folder.resolve("net,1.onnx.gz"),
            folder.resolve("never.vnnlib"),
            proofs.resolve("row-1.proof"));
    assertThat(check.exitCode()).as(check.err()).isZero();
  }

  /** A witness is in the journal, too. */
  @Test
  void aWitnessThatIsGoneIsWrittenAgain() throws IOException {
    instances("net.onnx,happens.vnnlib,20");
    proveFolder();
    Path witness = proofs.resolve("row-1.witness");
    String before = Files.readString(witness);
    Files.delete(witness);
    assertThat(proveFolder().out()).startsWith("sat 1 ");
    assertThat(witness).hasContent(before);
  }

  @Test
  void thatNoNumberOf32BitsIsInABoxIsSaid() throws IOException {
    Path fixed = property("fixed.vnnlib", "(assert (= X_0 0.1))", "(>= Y_0 0.05)");
    InProcess run = InProcess.run("prove", net, fixed, "--out", proofs, "--timeout", "1");
    assertThat(run.out())
        .startsWith("unknown\n")
        .contains("no 32-bit number is between the ends of X_0");
  }

  /** As some competitions called it. */
  @Test
  void rowsMayBeInTheOnlyFileThatIsCalledSo() throws IOException {
    instances("net.onnx,never.vnnlib,20");
    Files.move(folder.resolve("instances.csv"), folder.resolve("small_instances.csv"));
    assertThat(proveFolder().out()).startsWith("unsat 1 net.onnx never.vnnlib");
    Files.copy(folder.resolve("small_instances.csv"), folder.resolve("big_instances.csv"));
    InProcess several = proveFolder();
    assertThat(several.exitCode()).isEqualTo(2);
    assertThat(several.err().lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("has both big_instances.csv and small_instances.csv");
  }

  @Test
  void whatIsSaidOfImagesIsNotPassedOverInSilence() throws IOException {
    Path never = property("never.vnnlib", "(assert (<= X_0 1))", "(<= Y_0 (- Y_1 0.001))");
    instances("net.onnx,never.vnnlib,20");
    InProcess property =
        InProcess.run("prove", net, never, "--out", proofs, "--epsilon", "0.1", "--timeout", "9");
    for (InProcess run : List.of(property, proveFolder("--epsilon", "0.1"))) {
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .hasLineCount(1)
          .contains("--epsilon is about the images of --data", "leave it out");
    }
    assertThat(proofs).doesNotExist();
  }

  @Test
  void imagesOfADataSetGiveAnInterval() throws IOException {
    byte[] digits = new OnnxBuilder("tiny", new long[] {1, 28, 28}, 1).flatten().dense(10).build();
    Path tiny = Files.write(folder.resolve("tiny.onnx"), digits);
    InProcess run =
        InProcess.run(
            "prove",
            tiny,
            "--data",
            "digits",
            "--samples",
            "30",
            "--epsilon",
            "1/255",
            "--out",
            proofs);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern(
            "30 images: \\d+ misclassified when clean, \\d+ fooled, \\d+ proved, 0 unk")
        .contains("Robust accuracy of these images at L-inf 1/255: from ");
    assertThat(Files.readAllLines(proofs.resolve("samples.csv"))).hasSize(31);
  }
}

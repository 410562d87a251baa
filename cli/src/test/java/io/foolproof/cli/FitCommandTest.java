package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.model.OnnxModel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitCommandTest {
  @TempDir Path folder;

  @Test
  void weightsOfRidgeAreComparedInATable() {
    InProcess fit = InProcess.run("fit", "ridge", "--data", "digits", "--weights", "0,1e2,1e5");
    assertThat(fit.err()).doesNotContain("Error");
    assertThat(fit.exitCode()).isZero();
    List<String> lines = fit.out().lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.get(1)).startsWith("weight").endsWith("L-inf in");
    assertThat(lines.get(4)).startsWith("100 ");
    assertThat(freedom(lines.get(3))).isGreaterThan(freedom(lines.get(4)));
    assertThat(freedom(lines.get(4))).isGreaterThan(freedom(lines.get(5)));
  }

  private static double freedom(String line) {
    return Double.parseDouble(line.split(" +", 3)[1]);
  }

  @Test
  void ridgeIsWrittenAsAFile() {
    Path out = folder.resolve("ridge.onnx");
    InProcess fit =
        InProcess.run("fit", "ridge:weight=100", "--data", "digits", "--out", out.toString());
    assertThat(fit.exitCode()).isZero();
    assertThat(fit.out()).contains("7,851 numbers learned", "Model: " + out);
    assertThat(OnnxModel.read(out).metadata("foolproof.fit")).isEqualTo("ridge:weight=100.0");
    // The same again is the same file; another is not put in its place.
    assertThat(
            InProcess.run("fit", "ridge:weight=100", "--data", "digits", "--out", out).exitCode())
        .isZero();
    assertRefused(
        "is there already, and is another", "means", "--data", "digits", "--out", out.toString());
  }

  @Test
  void whatDoesNotFitTogetherIsRefusedInALine() {
    assertRefused("--out is missing: give the file to write, such as --out lda.onnx", "lda");
    assertRefused("give 'ridge' as the KIND", "lda", "--weights", "1,2");
    assertRefused("give 'ridge' as the KIND", "ridge:weight=3", "--weights", "1,2");
    assertRefused("no --out", "ridge", "--weights", "1", "--out", folder.resolve("x").toString());
    assertRefused("weight", "ridge", "--weights", "1,-2");
    assertRefused("no ONNX graph", "hull", "--out", folder.resolve("hull.onnx").toString());
    String some = folder.resolve("k.onnx").toString();
    assertRefused(
        "give a smaller k", "neighbours:k=20:points=100", "--data", "digits", "--out", some);
    assertRefused("'x'", "ridge", "--weights", "1,x");
  }

  private static void assertRefused(String message, String... arguments) {
    Object[] words = new Object[arguments.length + 1];
    words[0] = "fit";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    InProcess fit = InProcess.run(words);
    assertThat(fit.exitCode()).isEqualTo(2);
    assertThat(fit.err()).contains(message);
  }
}

package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From images to fitted models, and from these to a chart. */
@Tag("slow")
class FrontierCommandTest {
  private static final String BUILT_IN = "src/main/resources/io/foolproof/cli/option/digits.onnx";

  @TempDir Path folder;

  @Test
  void modelsThatAreFittedAreChartedBesideOthers() throws IOException {
    Path templates = folder.resolve("templates.onnx");
    InProcess fit = InProcess.run("fit", "templates", "--data", "digits", "--out", templates);
    assertThat(fit.exitCode()).as(fit.err()).isZero();
    assertThat(fit.out()).contains("1 number learned from 10,000 images").contains("Test accuracy");
    Path out = folder.resolve("frontier");
    Object[] frontier = {
      "frontier", templates, BUILT_IN, "--samples", "20", "--epsilon", "0.05", "--out", out
    };
    InProcess run = InProcess.run(frontier);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .containsPattern("templates +\\S+ % \\S+ to \\S+ % +\\S+ % \\S+ to \\S+ %")
        .contains("digits", "Of 20 samples, with 95 % intervals");
    List<String> rows = Files.readAllLines(out.resolve("frontier.csv"));
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1)).startsWith("\"templates\",20,");
    double templatesClean = Double.parseDouble(rows.get(1).split(",", -1)[2]);
    double builtInClean = Double.parseDouble(rows.get(2).split(",", -1)[2]);
    assertThat(templatesClean).isLessThan(builtInClean);
    assertThat(out.resolve("index.html"))
        .content()
        .contains("What 2 models pay for their robustness", "digits/index.html")
        .doesNotContain("Published figures");
    assertThat(out.resolve("digits").resolve("index.html")).exists();
    byte[] before = Files.readAllBytes(out.resolve("frontier.csv"));
    assertThat(InProcess.run(frontier).exitCode()).isZero();
    assertThat(Files.readAllBytes(out.resolve("frontier.csv"))).isEqualTo(before);
  }

  @Test
  void refusalsComeBeforeAnyAudit() throws IOException {
    Path out = folder.resolve("frontier");
    InProcess missing = InProcess.run("frontier", folder.resolve("no.onnx"), "--out", out);
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("no.onnx: there is no such file");
    Path twin = Files.copy(Path.of(BUILT_IN), folder.resolve("digits.onnx"));
    InProcess twice = InProcess.run("frontier", BUILT_IN, twin, "--out", out);
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains("two models are called 'digits'");
    InProcess misspelt = InProcess.run("frontier", BUILT_IN, "--attacks", "pgb", "--out", out);
    assertThat(misspelt.exitCode()).isEqualTo(2);
    InProcess unknown = InProcess.run("fit", "forest", "--out", folder.resolve("f.onnx"));
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("'forest' is no model to fit");
    assertThat(out.resolve("index.html")).doesNotExist();
  }
}

package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /**
   * Of one name, with a name of the chart's own files, or none; pixels from 0 to 255, of which all
   * models take others.
   */
  @Test
  void modelsKeepTheirOwnReportsWhateverTheirFilesAreCalled() throws IOException {
    List<Object> words = new ArrayList<>(List.of("frontier"));
    for (String name : List.of("1/net.onnx", "2/net.onnx", "frontier.csv.onnx", ".onnx")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      words.add(Files.copy(Path.of(BUILT_IN), file));
    }
    Path out = folder.resolve("frontier");
    words.addAll(List.of("--samples", "3", "--attacks", "fgsm", "--epsilon", "0.5", "--out", out));
    InProcess run = InProcess.run(words.toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("1/net ", "2/net ", "frontier.csv ", ".onnx ");
    for (String own : List.of("1-net", "2-net", "-frontier.csv", "-.onnx")) {
      assertThat(out.resolve(own).resolve("index.html")).exists();
    }
    assertThat(out.resolve("index.html"))
        .content()
        .containsPattern("<text class=\"label\"[^>]*>1–4</text>");
    assertThat(Files.readAllLines(out.resolve("frontier.csv"))).hasSize(5);
    words.addAll(List.of("--box", "0,255"));
    InProcess other = InProcess.run(words.toArray());
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("holds another audit");
  }

  @Test
  void refusalsComeBeforeAnyAudit() throws IOException {
    Path out = folder.resolve("frontier");
    InProcess missing = InProcess.run("frontier", folder.resolve("no.onnx"), "--out", out);
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("no.onnx: there is no such file");
    Path one = Files.copy(Path.of(BUILT_IN), folder.resolve("a b.onnx"));
    Path twin = Files.copy(Path.of(BUILT_IN), folder.resolve("a-b.onnx"));
    InProcess twice = InProcess.run("frontier", one, twin, "--out", out);
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains(one + " and " + twin + ": the reports of both would be in");
    Path damaged = Files.writeString(folder.resolve("damaged.onnx"), "none");
    InProcess last = InProcess.run("frontier", one, damaged, "--samples", "5", "--out", out);
    assertThat(last.exitCode()).isEqualTo(2);
    assertThat(last.err()).contains("damaged.onnx");
    assertThat(out.resolve("a-b")).doesNotExist();
    InProcess misspelt = InProcess.run("frontier", BUILT_IN, "--attacks", "pgb", "--out", out);
    assertThat(misspelt.exitCode()).isEqualTo(2);
    InProcess unknown = InProcess.run("fit", "forest", "--out", folder.resolve("f.onnx"));
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("'forest' is no model to fit");
    assertThat(out.resolve("index.html")).doesNotExist();
  }
}

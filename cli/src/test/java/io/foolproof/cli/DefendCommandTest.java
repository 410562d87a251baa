package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.defense.layer.LayerEntry;
import io.foolproof.defense.layer.Layers;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.Preprocessing;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefendCommandTest {
  @TempDir Path folder;

  @Test
  void aLayerIsPartOfTheFileAndInspectTellsOfIt() throws IOException {
    Path out = folder.resolve("noisy.onnx");
    InProcess run = InProcess.run("defend", "--with", "noise:sigma=0.3", "--out", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Layers: noise:sigma=0.3", "Model: " + out, "by chance")
        .contains("foolproof audit " + out + " --attacks pgd:steps=40:eot=20");
    assertThat(InProcess.run("inspect", out).out())
        .contains("defended by  noise:sigma=0.3", "1 RandomNormalLike");
    assertThat(InProcess.run("inspect").out()).doesNotContain("defended");
    try (OnnxClassifier model = OnnxClassifier.load(out)) {
      assertThat(model.drawsAtRandom()).isTrue();
    }
    Path again = folder.resolve("again.onnx");
    refused(
        InProcess.run("defend", out, "--with", "noise:sigma=0.1", "--out", again),
        "has the layer 'noise' already (noise:sigma=0.3)");
    Path more = folder.resolve("more.onnx");
    InProcess second = InProcess.run("defend", out, "--with", "bits:bits=2", "--out", more);
    assertThat(second.exitCode()).as(second.err()).isZero();
    // An attack that knows the new layer alone would find nothing.
    assertThat(second.out())
        .contains("Layers: bits:bits=2, noise:sigma=0.3", "by steps and chance")
        .contains("foolproof audit " + more + " --attacks pgd:steps=40:bpda=identity:eot=20");
    assertThat(InProcess.run("inspect", more).out())
        .contains("defended by  bits:bits=2, noise:sigma=0.3")
        .doesNotContain("\npixels", "layers       bits:bits=2");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(out, more);
    }
  }

  @Test
  void theAuditThatJudgesIsGivenAsTheFileTakesImages() {
    Path out = folder.resolve("a b.onnx");
    String options = "defend --with bits --mean 0.1307 --std 0.3081 --layout nchw --out";
    InProcess run =
        InProcess.run(
            Stream.concat(Stream.of(options.split(" ", -1)), Stream.of(out.toString())).toArray());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "foolproof audit '" + out + "' --mean=0.1307 --std=0.3081 --layout=nchw --attacks");
  }

  /** With other options it would be attacked as a model of other images. */
  @Test
  void aDefendedFileIsAuditedAsItTookImages() {
    Path out = folder.resolve("normalised.onnx");
    Object[] pixels = {"--mean", "0.1", "--std", "0.5"};
    InProcess run =
        InProcess.run(
            "defend", "--with", "bits", "--out", out, pixels[0], pixels[1], pixels[2], "0.50");
    assertThat(run.exitCode()).as(run.err()).isZero();
    InProcess without = InProcess.run("audit", out, "--samples", "3", "--out", folder.resolve("r"));
    assertThat(without.exitCode()).isEqualTo(2);
    assertThat(without.err())
        .hasLineCount(1)
        .contains("layers were put into it for images as of --mean=0.1 --std=0.5: give the same");
    InProcess more = InProcess.run("defend", out, "--with", "noise", "--out", folder.resolve("2"));
    assertThat(more.err()).contains("give the same");
    Object[] words = {
      "audit",
      out,
      "--samples",
      "3",
      "--attacks",
      "fgsm",
      "--out",
      folder.resolve("r"),
      "--mean",
      "0.1",
      "--std",
      "0.5"
    };
    assertThat(InProcess.run(words).exitCode()).isZero();
  }

  @Test
  void aFileForOtherPixelsIsAskedForThem() throws IOException {
    Path rows = folder.resolve("rows.onnx");
    Files.write(rows, new OnnxBuilder("rows", new long[] {784}, 0).dense(10).build());
    Path out = folder.resolve("out.onnx");
    refused(
        InProcess.run("defend", rows, "--with", "jpeg", "--out", out),
        "has no channels, rows and columns: layers are for images; say which shape they have");
    InProcess run =
        InProcess.run(
            "defend", rows, "--with", "jpeg", "--shape", "1,28,28", "--box", "0,255", "--out", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    try (OnnxClassifier model =
        OnnxClassifier.forImages(
            OnnxModel.read(out), new long[] {1, 28, 28}, Preprocessing.box(0, 255))) {
      assertThat(model.classes()).isEqualTo(10);
    }
  }

  @Test
  void theListHasAllLayers() {
    InProcess run = InProcess.run("defend", "--list");
    assertThat(run.exitCode()).isZero();
    for (LayerEntry entry : Layers.all()) {
      assertThat(run.out()).contains(entry.standard().settings(), entry.paper());
    }
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void whatIsThereIsNotReplaced() throws IOException {
    Path out = Files.writeString(folder.resolve("mine.onnx"), "my own");
    refused(InProcess.run("defend", "--with", "noise", "--out", out), "is there already");
    assertThat(out).hasContent("my own");
    refused(InProcess.run("defend", "--with", "noise", "--out", folder), "is a folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--with noise | give a layer and the file to write",
        "--out x.onnx | give a layer and the file to write",
        "--with nois --out x.onnx | there is no layer 'nois'; did you mean 'noise'?",
        "--with noise:sigma=76 --out x.onnx | 76.0/255 is 0.2980",
        "--with tv:steps=100000 --out x.onnx | tv: steps=100000: give 1 to 500",
        "--with bits:bits=3:bits=4 --out x.onnx | bits is given twice",
        "--with temperature:t=1e38 --out x.onnx | t=1.0E38: give at most 1000000",
        "--with resize:smallest=0.001 --out x.onnx | makes less than a pixel of 28",
        "--with noise --with noise:sigma=0.1 --out x.onnx | layer 'noise' is given twice",
        "--with noise --out nowhere/x.onnx | nowhere/x.onnx: the folder ",
        "--with noise --shape 28,28 --out x.onnx | --shape takes channels, rows and columns",
        "--with noise --shape 3,28,28 --out x.onnx | takes inputs of shape [1, 28, 28]",
        "nowhere.onnx --with noise --out x.onnx | nowhere.onnx: there is no such file",
        "https://example.org/model --with noise --out x.onnx | this command takes an ONNX file"
      })
  void whatMakesNoSenseGetsOneLine(String line, String message) {
    Object[] words =
        Stream.of(("defend " + line).split(" "))
            .map(word -> word.equals("x.onnx") ? folder.resolve(word).toString() : word)
            .toArray();
    refused(InProcess.run(words), message);
    assertThat(folder).isEmptyDirectory();
  }

  private static void refused(InProcess run, String message) {
    assertThat(run.err()).as("exit code %d", run.exitCode()).contains(message);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aListWritesNothing() {
    Path out = folder.resolve("x.onnx");
    refused(
        InProcess.run("defend", "--list", "--with", "noise", "--out", out),
        "--list writes nothing");
    assertThat(out).doesNotExist();
  }

  @Test
  void modelsWithBrokenWeightsAreRefused() throws IOException {
    Path broken = folder.resolve("broken.onnx");
    byte[] net = new OnnxBuilder("net", new long[] {1, 28, 28}, 1).flatten().dense(10).build();
    OnnxModel model = OnnxModel.of(net, "net");
    try (OnnxClassifier classifier = OnnxClassifier.of(model)) {
      Map<String, Tensor> weights = new HashMap<>();
      classifier.parameters().forEach((name, tensor) -> weights.put(name, tensor.mul(Double.NaN)));
      Files.write(broken, model.withParameters(weights));
    }
    Path out = folder.resolve("y.onnx");
    refused(
        InProcess.run("defend", broken, "--with", "bits", "--out", out),
        "gives logits that are not finite");
    assertThat(out).doesNotExist();
    refused(
        InProcess.run("detect", broken, "--samples", "5", "--detector", "odds"),
        "gives logits that are not finite");
  }
}

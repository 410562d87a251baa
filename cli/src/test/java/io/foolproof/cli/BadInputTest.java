package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.model.OnnxBuilder;
import io.foolproof.model.OnnxModel;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong gets one line, exit code 2, and leaves nothing behind. */
class BadInputTest {
  @TempDir Path folder;

  static Stream<Arguments> badArguments() {
    return Stream.of(
        Arguments.of("audit --epsilon -1", "epsilon is -1.0"),
        Arguments.of("audit --epsilon NaN", "epsilon is NaN"),
        Arguments.of("audit --epsilon x", "'x' is not a number; give one such as 0.1 or 8/255"),
        Arguments.of("audit --epsilon 8/0", "epsilon is Infinity"),
        Arguments.of("audit --norm l0 --epsilon 2.7", "--epsilon is 2.7, and in l0 it is how many"),
        Arguments.of(
            "attack --out x --norm l0-pixels --epsilon 0.5", "--epsilon is 0.5, and in l0-pixels"),
        Arguments.of("audit --norm l7", "norm 'l7' is not known"),
        Arguments.of("audit --attacks nope", "there is no attack 'nope'"),
        Arguments.of("audit --attacks pgd:steps=0", "steps=0: give 1 or more"),
        Arguments.of("audit --samples -5", "--samples is -5"),
        Arguments.of("audit --samples 999999", "--samples asks for 999999"),
        Arguments.of("audit --fail-under 50%", "'50%' is not a number; give one such as 0.1"),
        Arguments.of("audit --queries 100", "--queries is about the suite black-box"),
        Arguments.of("audit --attacks black-box --queries 3", "give 40 or more"),
        Arguments.of("audit --fail-under 7", "the robust accuracy that the gate requires is 7.0"),
        Arguments.of(
            "audit --fail-under 0.5 --allow vanishing-gradient",
            "did you mean 'vanishing-gradients'?"),
        Arguments.of("audit --fail-under 0.5 --allow at-chance", "'at-chance' cannot be allowed"),
        Arguments.of("audit --allow saturated-loss", "--allow saturated-loss is about a gate"),
        Arguments.of("audit --query-budget 0", "--query-budget is about a model behind a URL"),
        Arguments.of("audit --header a:b", "--header is about a model behind a URL"),
        Arguments.of("audit --norm flow --attacks transfer:by=stadv", "transfer: by=stadv"),
        Arguments.of("audit --box 1,0", "--box takes two numbers"),
        Arguments.of("audit --target 12", "target class 12 is out of range"),
        Arguments.of("audit --target -1", "target class -1 is out of range"),
        Arguments.of("audit --data nowhere", "nowhere"),
        Arguments.of("audit nowhere.onnx", "nowhere.onnx"),
        Arguments.of("audit --unknown", "Unknown option: '--unknown'"),
        Arguments.of("train --out x.onnx --net huge", "net 'huge' is not known"),
        Arguments.of("train --out nowhere/x.onnx", "nowhere/x.onnx"),
        Arguments.of("train --out x.onnx --epochs 0", "found 0 epochs"),
        Arguments.of(
            "train --out x.onnx --recipe fast --norm linf,l2",
            "--epsilon has 0 numbers for 2 norms"),
        Arguments.of(
            "train --out x.onnx --recipe fast --epsilon 0.1,2",
            "--epsilon has 2 numbers for 1 norm: give one for each"),
        Arguments.of(
            "train --out x.onnx --recipe fast --norm l2,l2 --epsilon 1,2", "L2 is given twice"),
        Arguments.of(
            "train --out x.onnx --recipe fast --norm linf,l0 --epsilon 0.1,2",
            "L0 has no attack to train against"),
        Arguments.of("train --out x.onnx --norm linf,l2", "'plain' trains against nobody"),
        Arguments.of("data", "give one of list, fetch and show"),
        Arguments.of("data show --out x.png --rows 0", "a sheet of 0 rows"),
        Arguments.of("audti", "there is no command 'audti'; did you mean 'audit'?"),
        Arguments.of("data lits", "there is no command 'data lits'; did you mean 'list'?"),
        Arguments.of("audit --epsilom 1", "'--epsilom'; did you mean '--epsilon'?"),
        Arguments.of("audit --epsilom=1", "'--epsilom'; did you mean '--epsilon'?"),
        Arguments.of("audit --attacks pdg", "there is no attack 'pdg'; did you mean 'pgd'?"),
        Arguments.of("audit --attacks fsat", "there is no attack 'fsat'; did you mean 'fast'?"),
        Arguments.of("audit a.onnx b.onnx", "unexpected argument 'b.onnx'"));
  }

  @ParameterizedTest
  @MethodSource("badArguments")
  void argumentsThatMakeNoSense(String line, String message) throws IOException {
    String[] words = line.split(" ");
    String[] all = words;
    if (words[0].equals("audit")) {
      all = Stream.concat(Arrays.stream(words), Stream.of("--out", out())).toArray(String[]::new);
    }
    refused(InProcess.run((Object[]) all), message);
    assertThat(folder.resolve("out/index.html")).doesNotExist();
    assertThat(folder.resolve("out/journal.jsonl")).doesNotExist();
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private static void refused(InProcess run, String message) {
    assertThat(run.err()).as("exit code %d", run.exitCode()).contains(message);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines().filter(line -> line.startsWith("foolproof: "))).hasSize(1);
    assertThat(run.err().lines().count()).isLessThanOrEqualTo(2);
    assertThat(run.err()).doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void noLineListsAllAttacks() {
    InProcess run = InProcess.run("audit", "--attacks", "nope", "--out", out());
    assertThat(run.err().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void withoutACommandTheUsageIsShown() {
    InProcess run = InProcess.run();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("Usage: foolproof COMMAND").contains("  audit ", "--help");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void filesThatAreNoModels() throws IOException {
    byte[] good = net(1, 28);
    Map<String, byte[]> files =
        Map.of(
            "empty.onnx",
            new byte[0],
            "text.onnx",
            "this is not a model\n".getBytes(StandardCharsets.UTF_8),
            "short.onnx",
            Arrays.copyOf(good, good.length / 2),
            "picture.onnx",
            new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0});
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = Files.write(folder.resolve(file.getKey()), file.getValue());
      refused(InProcess.run("audit", path, "--out", out()), file.getKey());
      refused(InProcess.run("inspect", path), file.getKey());
    }
    refused(InProcess.run("audit", folder, "--out", out()), folder.getFileName().toString());
    assertThat(folder.resolve("out/index.html")).doesNotExist();
  }

  @Test
  void modelsThatDoNotFitTheImages() throws IOException {
    Path colour = Files.write(folder.resolve("colour.onnx"), net(3, 32));
    refused(InProcess.run("audit", colour, "--out", out()), "[3, 32, 32]");
    Path few =
        Files.write(
            folder.resolve("few.onnx"),
            new OnnxBuilder("few", new long[] {1, 28, 28}, 1).flatten().dense(3).build());
    refused(InProcess.run("audit", few, "--out", out()), "has 3 outputs, for labels 0 to 2");
  }

  @Test
  void imagesThatCannotBeUsed() throws IOException {
    Path model = Files.write(folder.resolve("m.onnx"), net(1, 4));
    float[] pixels = new float[32];
    pixels[20] = 1.5f;
    refused(audit(model, pixels, 2), "1.5");
    pixels[20] = Float.NaN;
    refused(audit(model, pixels, 2), "NaN");
    refused(audit(model, new float[0], 0), "data.npz");
  }

  private InProcess audit(Path model, float[] pixels, int images) {
    Path data = folder.resolve("data.npz");
    Npz.write(
        data,
        Map.of(
            "images", NpyArray.ofFloats(pixels, images, 1, 4, 4),
            "labels", NpyArray.ofInts(new int[images], images)));
    return InProcess.run("audit", model, "--data", data, "--out", out());
  }

  @Test
  void aModelThatAnswersWithNoNumbers() throws IOException {
    byte[] net = new OnnxBuilder("nan", new long[] {1, 28, 28}, 1).flatten().dense(10).build();
    OnnxModel model = OnnxModel.of(net, "nan");
    Map<String, Tensor> broken = Map.of("bias2", Tensor.full(Double.NaN, DType.FLOAT32, 10));
    Path file = Files.write(folder.resolve("nan.onnx"), model.withParameters(broken));
    refused(InProcess.run("audit", file, "--out", out()), "not finite");
    assertThat(folder.resolve("out/index.html")).doesNotExist();
  }

  @Test
  void aFolderThatCannotBeWrittenTo() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    refused(InProcess.run("audit", "--out", file.resolve("report")), file.toString());
    refused(InProcess.run("audit", "--out", file), file.toString());
  }

  @Test
  void anAuditOfAnotherModelInTheSameFolder() {
    String[] first = {"audit", "--samples", "20", "--attacks", "fgsm", "--out", out()};
    assertThat(InProcess.run((Object[]) first).exitCode()).isZero();
    InProcess second =
        InProcess.run(
            "audit", "--samples", "20", "--attacks", "fgsm", "--epsilon", "0.2", "--out", out());
    refused(second, "epsilon was 0.1, now 0.2");
    assertThat(
            InProcess.run(
                    "audit",
                    "--samples",
                    "20",
                    "--attacks",
                    "fgsm",
                    "--epsilon",
                    "0.2",
                    "--out",
                    out(),
                    "--fresh")
                .exitCode())
        .isZero();
  }

  private static byte[] net(int channels, int size) {
    return new OnnxBuilder("net", new long[] {channels, size, size}, 1).flatten().dense(10).build();
  }
}

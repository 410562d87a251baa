package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.DataSets;
import io.foolproof.data.ImageSet;
import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir Path folder;

  @Test
  void auditWritesTheReportAndHoldsTheGate() throws IOException {
    Path out = folder.resolve("report");
    Object[] audit = {
      "audit", "--samples", "100", "--attacks", "pgd:steps=10", "--epsilon", "0.2", "--out", out
    };
    InProcess run = InProcess.run(audit);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Robust accuracy, at most").contains("index.html");
    assertThat(out.resolve("index.html")).content().contains("fools digits", "</html>");
    List<String> rows = Files.readAllLines(out.resolve("samples.csv"));
    assertThat(rows).hasSize(101);
    long fooled = rows.stream().filter(row -> row.contains(",fooled,")).count();
    assertThat(fooled).isPositive();
    assertThat(
            InProcess.run(
                Stream.concat(Stream.of(audit), Stream.of("--fail-under", "1")).toArray()))
        .satisfies(failed -> assertThat(failed.exitCode()).isEqualTo(1))
        .satisfies(failed -> assertThat(failed.err()).contains("gate failed"));
    assertThat(
            InProcess.run(
                Stream.concat(Stream.of(audit), Stream.of("--fail-under", "0")).toArray()))
        .satisfies(passed -> assertThat(passed.exitCode()).isZero());
  }

  /** Nobody must take what an earlier run left in the folder for what this one found. */
  @Test
  void aRunThatBeginsRemovesWhatAnotherLeft() throws IOException {
    Path out = folder.resolve("reused");
    InProcess audit = InProcess.run("audit", "--samples", "20", "--attacks", "fgsm", "--out", out);
    assertThat(audit.exitCode()).as(audit.err()).isZero();
    Path notes = Files.writeString(out.resolve("notes.txt"), "my own");
    Object[] attack = {
      "attack", "--samples", "20", "--epsilon", "0.3", "--attack", "fgsm", "--out"
    };
    // Another run's journal: nothing begins, and nothing changes.
    InProcess refused = InProcess.run(with(attack, out));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(out.resolve("index.html")).exists();
    assertThat(InProcess.run(with(attack, out, "--fresh")).exitCode()).isZero();
    assertThat(out.resolve("adversarial.npz")).exists();
    assertThat(out.resolve("png")).isNotEmptyDirectory();
    for (String name : List.of("index.html", "report.json", "samples.csv")) {
      assertThat(out.resolve(name)).doesNotExist();
    }
    assertThat(InProcess.run("study", "--only", "1", "--out", out).exitCode()).isZero();
    assertThat(out.resolve("adversarial.npz")).doesNotExist();
    assertThat(out.resolve("png")).doesNotExist();
    assertThat(notes).hasContent("my own");
  }

  private static Object[] with(Object[] command, Object... more) {
    return Stream.concat(Stream.of(command), Stream.of(more)).toArray();
  }

  /** Figures of a model whose labels mean other classes look like those of any weak model. */
  @Test
  void aCleanAccuracyAtChanceIsSaidAndFailsEveryGate() {
    ImageSet digits = DataSets.open("digits").first(60);
    float[] pixels = new float[digits.size() * digits.pixels()];
    int[] labels = new int[digits.size()];
    for (int i = 0; i < labels.length; i++) {
      digits.copyPixels(i, pixels, i * digits.pixels());
      labels[i] = (digits.label(i) + 1) % 10;
    }
    Path data = folder.resolve("other-labels.npz");
    Npz.write(
        data,
        Map.of(
            "images", NpyArray.ofFloats(pixels, labels.length, 1, 28, 28),
            "labels", NpyArray.ofInts(labels, labels.length)));
    Path out = folder.resolve("chance");
    InProcess run =
        InProcess.run(
            "audit", "--data", data, "--attacks", "fgsm", "--fail-under", "0", "--out", out);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).contains("Warning: Clean accuracy no better than chance (");
    assertThat(run.err()).contains("gate failed: Clean accuracy no better than chance (");
    assertThat(out.resolve("report.json")).content().contains("\"at-chance\"");
    assertThat(out.resolve("index.html"))
        .content()
        .contains("this audit says nothing about digits");
  }

  @Test
  void attackWritesImagesThatAreExactAndImagesThatCanBeSeen() throws IOException {
    Path out = folder.resolve("attack");
    InProcess run =
        InProcess.run(
            "attack",
            "--samples",
            "30",
            "--epsilon",
            "0.3",
            "--attack",
            "pgd:steps=10",
            "--out",
            out);
    assertThat(run.exitCode()).isZero();
    int fooled = Npz.read(out.resolve("adversarial.npz"), "labels").size();
    assertThat(fooled).isPositive();
    assertThat(run.out().replace("\n", " ")).contains(fooled + " fooled by pgd");
    try (Stream<Path> pictures = Files.list(out.resolve("png"))) {
      List<Path> files = pictures.toList();
      assertThat(files).hasSize(fooled);
      assertThat(ImageIO.read(files.get(0).toFile()).getWidth()).isEqualTo(28);
    }
  }

  @Test
  void aTargetedAttackLeavesItsClassOut() {
    Path out = folder.resolve("targeted");
    InProcess run =
        InProcess.run(
            "attack", "--samples", "30", "--epsilon", "0.4", "--target", "3", "--out", out);
    assertThat(run.exitCode()).isZero();
    long[] predictions = targets(out);
    assertThat(predictions).isNotEmpty().containsOnly(3);
  }

  private static long[] targets(Path out) {
    NpyArray found = Npz.read(out.resolve("adversarial.npz"), "predictions");
    long[] targets = new long[found.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = found.integer(i);
    }
    return targets;
  }

  @Test
  void inspectAndTheCataloguesSayWhatThereIs() {
    assertThat(InProcess.run("inspect").out())
        .contains("opset        17")
        .contains("3 Conv")
        .contains("unsupported  none");
    assertThat(InProcess.run("attacks").out()).contains("pgd:steps=40").contains("1706.06083");
    assertThat(InProcess.run("data", "list").out()).contains("digits").contains("fashion-mnist");
  }

  @Test
  void dataShowDrawsASheet() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    assertThat(
            InProcess.run("data", "show", "--rows", "2", "--columns", "5", "--out", sheet)
                .exitCode())
        .isZero();
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(5 * 28);
  }

  /**
   * Natives are extracted when the engine is first used, and not before; then from an empty cache,
   * while a system-wide libtorch that is of no use stands in the loader's way.
   */
  @Test
  void theEngineIsLoadedLateAndFromOurOwnLibraries() throws IOException, InterruptedException {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    List<String> options = List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    Program.Run help = Program.run(folder, options, "audit", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("--fail-under");
    Program.Run version = Program.run(folder, options, "--version");
    assertThat(version.out()).matches("foolproof \\d+\\.\\d+\\.\\d+.*\\R");
    assertThat(Program.run(folder, options, "audit", "--epsilon", "-1").exitCode()).isEqualTo(2);
    assertThat(cache).isEmptyDirectory();
    for (String library : List.of("libc10.so", "libtorch_cpu.so", "libtorch.so")) {
      Files.writeString(folder.resolve(library), "not a library");
    }
    Program.Run audit = Program.run(folder, options, "audit", "--samples", "1", "--out", "r");
    assertThat(audit.exitCode()).as(audit.err()).isZero();
    assertThat(cache).isNotEmptyDirectory();
  }

  @Test
  void aMachineWithoutNativeLibrariesIsToldSo() throws IOException, InterruptedException {
    List<String> options = List.of("-Dorg.bytedeco.javacpp.platform=linux-arm64");
    Program.Run audit = Program.run(folder, options, "audit", "--samples", "1", "--out", "r");
    assertThat(audit.exitCode()).isEqualTo(2);
    assertThat(audit.err())
        .hasLineCount(1)
        .startsWith("foolproof: ")
        .contains(
            "the native libraries of the numeric engine could not be loaded on linux-arm64",
            "foolproof-natives-linux-x86_64");
    assertThat(folder.resolve("r")).isEmptyDirectory();
  }
}

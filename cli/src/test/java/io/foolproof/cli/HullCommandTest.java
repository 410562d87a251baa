package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.model.OnnxClassifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class HullCommandTest {
  private static final String MODEL = "src/main/resources/io/foolproof/cli/option/digits.onnx";

  @TempDir Path folder;

  private InProcess hull(String line) {
    String[] options = line.isEmpty() ? new String[0] : line.split(" ");
    return InProcess.run(
        Stream.of(Stream.of("hull", "--out", folder), Stream.of(options))
            .flatMap(words -> words)
            .toArray());
  }

  @Test
  void theReportIsWrittenAndTheStudyResumed() throws IOException {
    String options = "--train 300 --samples 12";
    InProcess run = hull(options);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("12 hold in exact arithmetic").contains("index.html");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("Fraction inside against dimension", "nearest hull point", "</html>");
    List<String> rows = Files.readAllLines(folder.resolve("hull.csv"));
    assertThat(rows).hasSize(13);
    assertThat(rows.get(0))
        .isEqualTo("index,label,inside,distance,gap,nearest_neighbour_distance,support");
    assertThat(rows.subList(1, 13)).allMatch(row -> row.split(",").length == 7);
    assertThat(folder.resolve("hull.json")).content().contains("\"certificatesRejected\" : 0");
    InProcess again = hull(options);
    assertThat(again.out()).isEqualTo(run.out());
    assertThat(Files.readAllLines(folder.resolve("hull.csv"))).isEqualTo(rows);
    InProcess other = hull(options + " --space pca:3");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("space was pixels, now pca:3");
    InProcess fresh = hull(options + " --space pca:3 --fresh");
    assertThat(fresh.exitCode()).as(fresh.err()).isZero();
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("the first 3 principal components")
        .doesNotContain("Fraction inside against dimension");
  }

  @Test
  void trainingImagesAreInsideTheirOwnHull() {
    InProcess run = hull("--train 100 --queries train --first 5 --space pool:4");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("All 5 images of ").contains("5 of 5 (100.0 %)");
  }

  @Test
  void aModelIsGivenImagesAsItTakesThem() {
    String options = "--train 100 --first 12 --model " + MODEL + " --attack fgsm --epsilon 0.2";
    assertThat(hull(options).out()).doesNotContain("misclassifies most of the queries");
    InProcess other = hull(options + " --mean 1 --std 0.1");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("another hull study").contains("normalised");
    InProcess wrong = hull(options + " --mean 1 --std 0.1 --fresh");
    assertThat(wrong.exitCode()).as(wrong.err()).isZero();
    assertThat(wrong.out()).contains("It misclassifies most of the queries");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("misclassifies most of the queries");
    InProcess features = hull(options + " --box auto");
    assertThat(features.exitCode()).isEqualTo(2);
    assertThat(features.err()).contains("--box is 'auto', which is about the features of a table");
    assertThat(hull("--train 100 --first 12 --box 0,255").err())
        .contains("--box is about a network, and none is given");
  }

  @Test
  void foolingStandsBesideItsControlAndIsResumed() throws IOException {
    String options =
        "--train 300 --first 20 --model " + MODEL + " --attack pgd:steps=10 --epsilon 0.2";
    InProcess run = hull(options);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("pgd (L-inf, epsilon 0.2) fools digits on ", "Farther out by equal noise");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("Where adversarial examples lie", "Decision boundary and hull", "fooling.csv");
    List<String> rows = Files.readAllLines(folder.resolve("fooling.csv"));
    assertThat(rows).hasSize(21);
    List<String[]> fooled =
        rows.stream()
            .map(row -> row.split(",", -1))
            .filter(row -> row[2].equals("fooled"))
            .toList();
    assertThat(fooled).hasSizeGreaterThan(5);
    for (String[] row : fooled) {
      assertThat(row).hasSize(14);
      assertThat(row[9]).as("adversarial prediction").isNotEqualTo(row[1]);
      assertThat(Double.parseDouble(row[5])).isBetween(0.2 / 64, 0.2);
    }
    assertThat(folder.resolve("hull.json")).content().contains("\"fartherByNoise\"");
    Files.delete(folder.resolve("fooling.csv"));
    assertThat(hull(options).out()).isEqualTo(run.out());
    assertThat(Files.readAllLines(folder.resolve("fooling.csv"))).isEqualTo(rows);
    InProcess other = hull(options + " --seed 1");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("seed was 0, now 1");
  }

  @Test
  void aLayerIsASpace() {
    List<String> layers = OnnxClassifier.load(Path.of(MODEL)).valueNames();
    String last = layers.get(layers.size() - 1);
    InProcess run = hull("--train 200 --samples 6 --space layer:" + last + " --model " + MODEL);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("in the model's layer " + last + " (10 dimensions)");
    refused(
        hull("--samples 1 --fresh --space layer:nope --model " + MODEL),
        "digits has no layer 'nope'; it has " + layers.get(0));
  }

  @Test
  void aCertificateThatDoesNotHoldIsTheProgramsOwnFailure()
      throws IOException, NoSuchAlgorithmException {
    String options = "--train 100 --samples 4 --space pool:7";
    assertThat(hull(options).exitCode()).isZero();
    Path journal = folder.resolve("journal.jsonl");
    List<String> lines = Files.readAllLines(journal);
    lines.set(
        1, lines.get(1).replace("\"objection\":\"\"", "\"objection\":\"point 3 lies beyond\""));
    Files.write(journal, lines);
    refused(hull(options), journal + ": line 2 of the journal is refused");
    Files.write(journal, resealed(lines));
    InProcess run = hull(options);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err())
        .contains("1 certificates do not hold, the first for query 0: point 3 lies beyond");
    assertThat(run.out()).contains("1 DO NOT HOLD");
    assertThat(folder.resolve("index.html")).content().contains("Certificates that do not hold");
  }

  /**
   * Lines with checksums that match: over the hash of the line before, and the line but its last
   * field.
   */
  private static List<String> resealed(List<String> lines)
      throws IOException, NoSuchAlgorithmException {
    byte[] hash = new byte[0];
    List<String> sealed = new ArrayList<>();
    for (String line : lines) {
      String content = line.substring(0, line.lastIndexOf(",\"check\":"));
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(hash);
      hash = sha256.digest(content.getBytes(StandardCharsets.UTF_8));
      sealed.add(content + ",\"check\":\"" + HexFormat.of().formatHex(hash, 0, 8) + "\"}");
    }
    return sealed;
  }

  @Test
  void dataThatDoesNotFitIsRefusedBeforeWorkStarts() {
    NpyArray good = NpyArray.ofFloats(new float[32], 2, 1, 4, 4);
    refused(split(good, NpyArray.ofFloats(new float[18], 2, 1, 3, 3)), "[1, 3, 3]");
    refused(split(NpyArray.ofFloats(new float[0], 0, 1, 4, 4), good), "data.npz");
    float[] pixels = new float[32];
    pixels[20] = Float.NaN;
    refused(split(NpyArray.ofFloats(pixels, 2, 1, 4, 4), good), "NaN");
    refused(split(good, NpyArray.ofFloats(pixels, 2, 1, 4, 4)), "NaN");
    refused(split(good, NpyArray.ofBytes(new byte[32], 2, 1, 4, 4)), "8-bit levels, but ");
  }

  private InProcess split(NpyArray training, NpyArray test) {
    Path data = folder.resolve("data.npz");
    Npz.write(
        data,
        Map.of(
            "x_train",
            training,
            "y_train",
            NpyArray.ofInts(new int[training.shape()[0]], training.shape()[0]),
            "x_test",
            test,
            "y_test",
            NpyArray.ofInts(new int[test.shape()[0]], test.shape()[0])));
    return hull("--data " + data);
  }

  static Stream<Arguments> badArguments() {
    return Stream.of(
        Arguments.of("--space layer", "unknown space \"layer\""),
        Arguments.of("--space pca:0", "unknown space \"pca:0\""),
        Arguments.of("--space pca:999 --samples 1", "999 principal components of 784 dimensions"),
        Arguments.of("--space patch:40 --samples 1", "does not fit into images of 28 x 28"),
        Arguments.of("--train 12001", "--train is 12001: give a number from 1 to 12000"),
        Arguments.of("--train 10001 --queries validation", "give at most 10000, or other queries"),
        Arguments.of("--train 0", "--train is 0: give a number from 1 to"),
        Arguments.of("--samples -1", "--samples is -1"),
        Arguments.of("--queries nowhere", "Invalid value for option '--queries'"),
        Arguments.of("--data nowhere", "nowhere"),
        Arguments.of("--space layer:conv", "is about a network, and none is given"),
        Arguments.of("--attack pgd", "--attack pgd is about a network, and none is given"),
        Arguments.of("--epsilon 0.3", "--epsilon is about an attack, and none is given"),
        Arguments.of("--model " + MODEL, "--model is given, but nothing to do with it"),
        Arguments.of("--model nowhere.onnx --attack pgd", "nowhere.onnx"),
        Arguments.of("--attack nope --model " + MODEL, "there is no attack 'nope'"),
        Arguments.of("--attack pgd --epsilon 0 --model " + MODEL, "epsilon is 0.0"),
        Arguments.of("--attack pgd --norm l7 --model " + MODEL, "norm 'l7' is not known"),
        Arguments.of("--attack pgd --target 12 --model " + MODEL, "target class 12"));
  }

  @ParameterizedTest
  @MethodSource("badArguments")
  void argumentsThatMakeNoSense(String line, String message) {
    refused(hull(line), message);
  }

  private void refused(InProcess run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("Exception");
    assertThat(run.err().lines().filter(text -> text.startsWith("foolproof: "))).hasSize(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatIsRefusedLeavesNothingBehind() {
    refused(hull("--space pca:999 --samples 1"), "principal components");
    refused(hull("--attack pgd --epsilon 0 --model " + MODEL), "epsilon");
    assertThat(folder).isEmptyDirectory();
  }
}

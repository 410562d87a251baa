package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class StudyCommandTest {
  @TempDir Path folder;
  @TempDir Path other;

  private static InProcess study(Path out, String line) {
    return InProcess.run(
        Stream.concat(Stream.of("study", "--out", out), Stream.of(line.split(" "))).toArray());
  }

  private static void refused(InProcess run, String... expected) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(2);
    assertThat(run.err()).contains(expected);
    assertThat(run.err().strip().lines()).hasSize(1);
  }

  @Test
  void figuresAndClaimsAreFiles() throws IOException {
    InProcess run = study(folder, "--only 1,2,3");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "2^784 has 237 decimal digits, a googol 101.",
            "not measured",
            "How many images there are");
    String json = Files.readString(folder.resolve("study.json"));
    assertThat(json)
        .contains("\"digits\" : [ 237, 473, 945, 1889 ]", "\"outcome\" : \"holds\"")
        .contains("\"outcome\" : \"not measured\"")
        .doesNotContain("seconds");
    assertThat(folder.resolve("timing.json")).content().contains("\"seconds\"", "\"command\"");
    List<String> rows = Files.readAllLines(folder.resolve("figure-02.csv"));
    assertThat(rows.get(0)).isEqualTo("name,place,value");
    assertThat(rows).contains("pixels,,784", "digits,0,237", "digits,3,1889");
    assertThat(Files.readAllLines(folder.resolve("figure-03.csv")))
        .anyMatch(row -> row.startsWith("fits,15,") && row.split(" ").length == 201);
    // Another run finds the same, and writes what it was asked for in place of what was there.
    assertThat(study(other, "--only 1,2,3").exitCode()).isZero();
    assertThat(other.resolve("study.json")).hasContent(json);
    assertThat(study(folder, "--only 2").exitCode()).isZero();
    assertThat(folder.resolve("figure-02.csv")).exists();
    assertThat(folder.resolve("figure-03.csv")).doesNotExist();
  }

  @Test
  void whatCannotBeStudiedIsRefusedInOneLine() throws IOException {
    refused(study(folder, "--only 99"), "there is no figure 99");
    refused(study(folder, "--quick --full"), "give one of them");
    refused(study(folder, "--model nothing.onnx"), "there is no such file");
    Path few = npz(other.resolve("few.npz"), 600, 1, 28);
    refused(study(folder, "--data " + few), "expected 1,000 or more", "--data mnist");
    Path file = Files.writeString(other.resolve("file"), "");
    refused(study(file.resolve("out"), "--only 1"), "cannot be written");
    assertThat(folder).isEmptyDirectory();
    assertThat(study(folder, "--only 1").exitCode()).isZero();
    refused(study(folder, "--only 1 --seed 1"), "seed was 0, now 1", "--fresh");
    assertThat(folder.resolve("study.json")).exists();
    assertThat(study(folder, "--only 1 --seed 1 --fresh").exitCode()).isZero();
  }

  @Test
  void coloursAndOtherSizesAreStudied() throws IOException {
    Path colours = npz(other.resolve("colours.npz"), 1300, 3, 8);
    InProcess run = study(folder, "--data " + colours + " --only 1,2,6");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().replaceAll("\\s+", " "))
        .contains("3 channels of 8 x 8 pixels: 192 numbers", "does not hold");
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(120));
  }

  /** Grey noise, of two classes. */
  private static Path npz(Path file, int count, int channels, int side) {
    int pixels = channels * side * side;
    byte[] levels = new byte[count * pixels];
    new Random(1).nextBytes(levels);
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % 2);
    int[] shape = {count, channels, side, side};
    Npz.write(
        file,
        Map.of(
            "x_train",
            NpyArray.ofBytes(levels, shape),
            "y_train",
            NpyArray.ofInts(labels, count),
            "x_test",
            NpyArray.ofBytes(levels, shape),
            "y_test",
            NpyArray.ofInts(labels, count)));
    return file;
  }

  /** Killed after the first figures, it ends as one that was not. */
  @Test
  void aStudyThatIsKilledContinues() throws IOException, InterruptedException {
    String[] command = {"study", "--only", "1,2,4,6", "--out", "s"};
    Program.Run whole = Program.run(other, command);
    assertThat(whole.exitCode()).as(whole.err()).isZero();
    Path journal = folder.resolve("s/study.jsonl");
    Process process = Program.start(folder, List.of(), command);
    while (process.isAlive() && lines(journal) < 3) {
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly().waitFor();
    assertThat(folder.resolve("s/study.json")).doesNotExist();
    List<String> known = Files.readAllLines(journal);
    Program.Run rest = Program.run(folder, command);
    assertThat(rest.exitCode()).as(rest.err()).isZero();
    assertThat(Files.readAllLines(journal)).hasSize(5).startsWith(known.get(0), known.get(1));
    assertThat(folder.resolve("s/study.json"))
        .hasSameTextualContentAs(other.resolve("s/study.json"));
  }

  private static long lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file).lines().count() : 0;
  }
}

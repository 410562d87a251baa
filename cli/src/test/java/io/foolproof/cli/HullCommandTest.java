package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HullCommandTest {
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
        .contains("Share inside against dimension", "nearest hull point", "</html>");
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
        .doesNotContain("Share inside against dimension");
  }

  @Test
  void trainingImagesAreInsideTheirOwnHull() {
    InProcess run = hull("--train 100 --queries train --samples 5 --space pool:4");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("All 5 images of ").contains("5 of 5 (100.0 %)");
  }

  static Stream<Arguments> badArguments() {
    return Map.of(
            "--space layer", "unknown space \"layer\"",
            "--space pca:0", "unknown space \"pca:0\"",
            "--space pca:999 --samples 1", "999 principal components of 784 dimensions",
            "--space patch:40 --samples 1", "does not fit into images of 28 x 28",
            "--train 0", "--train is 0: give a number from 1 to",
            "--samples -1", "--samples is -1",
            "--queries nowhere", "Invalid value for option '--queries'",
            "--data nowhere", "nowhere")
        .entrySet()
        .stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest
  @MethodSource("badArguments")
  void argumentsThatMakeNoSense(String line, String message) {
    InProcess run = hull(line);
    assertThat(run.err()).contains(message).doesNotContain("Exception");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("index.html")).doesNotExist();
    assertThat(folder.resolve("journal.jsonl")).doesNotExist();
  }
}

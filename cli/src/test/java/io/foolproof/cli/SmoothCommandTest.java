package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmoothCommandTest {
  @TempDir Path folder;

  private InProcess smooth(String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("smooth", "--data", "digits", "--samples", "10", "--out", folder));
    arguments.addAll(List.of(more));
    return InProcess.run(arguments.toArray());
  }

  @Test
  void aStudyContinuesAndSaysWhatItsFiguresAre() throws IOException {
    String[] small = {"--sigma", "0.1", "--draws", "300"};
    InProcess first = smooth(small);
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("10 images, smoothed by integer noise of sigma 0.1: abstains on ")
        .contains("L2 radius 0.05: ")
        .contains("certified at confidence 99.9 %")
        .doesNotContain("exact arithmetic only")
        .doesNotContain("proved");
    assertThat(Files.readAllLines(folder.resolve("smooth.csv"))).hasSize(11);
    assertThat(folder.resolve("smooth.json")).content().contains("\"soundInFloatingPoint\" : true");
    assertThat(folder.resolve("index.html")).content().contains("nothing here is proved");
    Path journal = folder.resolve("journal.jsonl");
    String made = Files.readString(journal);
    assertThat(smooth(small).out()).isEqualTo(first.out());
    assertThat(Files.readString(journal)).isEqualTo(made);
    assertThat(smooth("--sigma", "0.2").err()).contains("holds another smoothing study");
  }

  @Test
  void noiseInFloatingPointSaysSoInEachFigure() {
    InProcess found =
        smooth("--sigma", "0.1", "--noise", "gaussian", "--radius", "0.1", "--draws", "300");
    assertThat(found.exitCode()).as(found.err()).isZero();
    assertThat(found.out().replaceAll("\\s+", " "))
        .contains("L2 radius 0.1: ")
        .contains("(for exact arithmetic only: the noise is in floating point");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sigma 0 | sigma is 0.0",
        "--sigma -0.25 | sigma is -0.25",
        "--sigma 64 | such as 64/255",
        "--sigma x | is not a number",
        "--draws 10 | --sigma",
        "--sigma 0.1 --draws 0 | 0 bound its probability",
        "--sigma 0.1 --selection 0 | 0 draws select a class",
        "--sigma 0.1 --confidence 1 | confidence is 1.0",
        "--sigma 0.1 --confidence 0 | confidence is 0.0",
        "--sigma 0.1 --radius 0 | the radius is 0.0",
        "--sigma 0.1 --noise salt | give integer"
      })
  void whatCannotBeIsRefused(String arguments, String message) throws IOException {
    InProcess refused = smooth(arguments.strip().split(" ", -1));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(message.strip());
    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> !file.endsWith("journal.jsonl"))).isEmpty();
    }
  }
}

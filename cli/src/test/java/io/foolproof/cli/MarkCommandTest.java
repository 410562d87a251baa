package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.report.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class MarkCommandTest {
  @TempDir Path folder;

  private InProcess mark(String... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("mark", "--data", "digits", "--samples", "10", "--out", folder));
    arguments.addAll(List.of(more));
    return InProcess.run(arguments.toArray());
  }

  @Test
  void strokesArePrintableAndAStudyContinues() throws IOException {
    String[] small = {"--strokes", "3", "--view", "scan", "--steps", "20"};
    InProcess first = mark(small);
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("3 strokes on at most ").contains("; at random, on ");
    assertThat(first.out().replaceAll("\\s+", " "))
        .containsPattern("\\d of \\d+ images .*; 95 % interval .* to .* %");
    assertThat(folder.resolve("index.html")).content().contains("the same mark at random");
    List<String> rates = Files.readAllLines(folder.resolve("marks.csv"));
    assertThat(rates).hasSize(11);
    double mean =
        rates.stream()
            .skip(1)
            .map(row -> Stream.of(row.split(",", -1)).mapToInt(Integer::parseInt).toArray())
            .filter(row -> 2 * row[4] > row[3])
            .mapToDouble(row -> (double) row[7] / row[3])
            .average()
            .orElseThrow();
    assertThat(first.out())
        .containsPattern(
            "  Marked +%s of draws fool, 95 %% interval \\S+ to \\S+ %%"
                .formatted(Numbers.percent(mean)))
        .containsPattern("  Clean +\\S+ % of draws fool, 95 % interval");
    Path journal = folder.resolve("journal.jsonl");
    String made = Files.readString(journal);
    InProcess again = mark(small);
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(Files.readString(journal)).isEqualTo(made);
    assertThat(mark("--strokes", "2").err()).contains("holds another mark study");
    InProcess print = InProcess.run("print", folder, "--out", folder.resolve("print"));
    assertThat(print.err()).isEmpty();
    assertThat(print.out()).contains("on 1 sheet");
  }

  @Test
  void stickersChangeTheirMaskAlone() {
    assertThat(mark("--sticker", "4,6,20,3", "--view", "none", "--steps", "20").exitCode())
        .isZero();
    var arrays = Npz.read(folder.resolve("adversarial.npz"));
    NpyArray images = Objects.requireNonNull(arrays.get("images"));
    NpyArray clean = Objects.requireNonNull(arrays.get("clean"));
    assertThat(images.shape()[0]).isPositive();
    for (int j = 0; j < images.size(); j++) {
      int row = j / 28 % 28;
      boolean inside = row >= 4 && row < 24 && j % 28 >= 6 && j % 28 < 9;
      assertThat(inside || images.real(j) == clean.real(j)).isTrue();
    }
  }

  @Test
  void aViewThatShowsNothingIsTold() {
    InProcess run = mark("--strokes 1 --steps 1 --view brightness:add=-1".split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    String headline = run.out().replaceAll("\\s+", " ").split("\\. ", 2)[0];
    assertThat(headline)
        .containsAnyOf("of 10 images only these ", "nothing can be said")
        .doesNotContain("100");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--steps 5 | neither --sticker nor --strokes is given",
        "--strokes 2 --sticker 0,0,2,2 | both --sticker and --strokes are given",
        "--strokes 0 | 0 strokes",
        "--strokes 1 --width 0 | 0.0 pixels wide",
        "--strokes 1 --width 40 | wider than the images (28 x 28)",
        "--strokes 1 --ink 2 | ink is 2: give 0 or 1",
        "--strokes 101 | 101 strokes are more than 100",
        "--strokes 1 --smoothness 0.5 | --smoothness is about stickers",
        "--strokes 1 --palette zzz | --palette is about stickers",
        "--sticker 2,2,4,4 --width 5 | --width is about strokes",
        "--sticker 2,2,4,4 --ink 0 | --ink is about strokes",
        "--strokes 1 --target 10 | the target is class 10, and",
        "--strokes 1 --steps 0 | 0 steps",
        "--strokes 1 --view phone-foto | did you mean 'phone-photo'?",
        "--sticker 20,20,9,9 | is not inside images of 28 x 28",
        "--sticker 1,1,0,4 | the mask has no pixel inside",
        "--sticker none.png | there is no such file",
        "--sticker 1,1,4,4 --palette none.txt | none.txt: there is no such file",
        "--sticker 1,1,4,4 --palette red | the palette has 'red'",
        "--sticker 1,1,4,4 --palette c03020 | the images have 1 channels: give colours of two digits",
        "--sticker 1,1,4,4 --printability 0.2 | give --palette too",
        "--sticker 1,1,4,4 --smoothness -1 | give finite numbers of 0 or more"
      })
  void whatCannotBeMadeLeavesNothingBehind(String argument, String message) throws IOException {
    InProcess run = mark(argument.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().strip()).contains(message).doesNotContain("\n");
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}

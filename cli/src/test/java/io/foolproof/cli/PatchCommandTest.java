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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class PatchCommandTest {
  @TempDir Path folder;

  private InProcess patch(String... more) {
    List<Object> arguments = new ArrayList<>(List.of("patch", "--data", "digits", "--out", folder));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--samples")) {
      arguments.addAll(List.of("--samples", "40"));
    }
    return InProcess.run(arguments.toArray());
  }

  @Test
  void patchesAreMeasuredBesideControlsAndAStudyContinues() throws IOException {
    String[] small = {"--side", "6,12", "--target", "3", "--steps", "8", "--making", "100"};
    InProcess first = patch(small);
    assertThat(first.exitCode()).as(first.err()).isZero();
    List<String> shown = first.out().lines().toList();
    for (String row :
        List.of("Patch", "Shuffled", "Random", "White", "Black", "Nothing", "Clean accuracy")) {
      assertThat(shown).anyMatch(line -> line.matches("  " + row + " .*% +.95 % interval .*"));
    }
    assertThat(first.out()).doesNotContain("say little");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("class 3", "Rate against area", "of 36 images that it was not made from")
        .contains("are taken for class 3", "with nothing");
    assertThat(folder.resolve("patch.png")).exists();
    List<String> rates = Files.readAllLines(folder.resolve("patches.csv"));
    assertThat(rates).hasSize(3);
    Path journal = folder.resolve("journal.jsonl");
    String made = Files.readString(journal);
    InProcess again = patch(small);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(Files.readString(journal)).isEqualTo(made);
    assertThat(Files.readAllLines(folder.resolve("patches.csv"))).isEqualTo(rates);
  }

  @Test
  void theBestPlaceAndOtherModelsAreInTheReport() throws IOException {
    Path other = folder.resolve("other.onnx");
    assertThat(InProcess.run("fit", "means", "--data", "digits", "--out", other).exitCode())
        .isZero();
    InProcess run =
        patch(
            "--side",
            "8",
            "--target",
            "3",
            "--steps",
            "10",
            "--making",
            "60",
            "--place",
            "best",
            "--also",
            other.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Patch on other ", "Shuffled on other ", "Clean accuracy of other ");
    assertThat(folder.resolve("index.html"))
        .content()
        .contains("On other models", "Under stronger transformations", ", column ");
    assertThat(Files.readAllLines(folder.resolve("patches.csv")).get(0))
        .startsWith("side,round,target,row,column,images");
  }

  @Test
  void aViewThatShowsNothingIsTold() throws IOException {
    String black = "--side 8 --target 3 --steps 2 --making 50 --view brightness:add=-1";
    InProcess run = patch(black.split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("the figures say little about the patch.");
    assertThat(folder.resolve("index.html")).content().contains("say little about the patch");
  }

  @Test
  void aSideThatIsGivenTwiceIsOne() throws IOException {
    InProcess run = patch("--side 6,6 --target 3 --steps 2 --making 50".split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).containsOnlyOnce("Side 6");
    assertThat(Files.readAllLines(folder.resolve("patches.csv"))).hasSize(2);
  }

  /** What cannot be made is refused before a study begins: its journal would refuse the next. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--side 40 | a patch of 40 x 40 pixels is larger than the images (28 x 28)",
        "--side 8,0 | a patch of side 0",
        "--place 99,99 | at row 99, column 99 does not fit into images of 28 x 28",
        "--place 1 | the place of a patch is '1'",
        "--target 12 | --target is 12, and the model has classes 0 to 9",
        "--target x | --target is 'x'",
        "--steps 0 | 0 steps",
        "--angle -5 | turned by -5.0 degrees",
        "--size 2 | expected 0 or more and below 1",
        "--making 0 | --making is 0: give a number from 1 to 10000",
        "--making 10001 | --making is 10001",
        "--view phone-foto | did you mean 'phone-photo'?",
        "--samples 1 | digits: all images (1) are of the target, class "
      })
  void whatCannotBeMadeLeavesNothingBehind(String argument, String message) throws IOException {
    InProcess run = patch(argument.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().strip()).contains(message).doesNotContain("\n");
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}

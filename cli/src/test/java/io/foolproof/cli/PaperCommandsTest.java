package io.foolproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.foolproof.data.NpyArray;
import io.foolproof.data.Npz;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchFile;
import io.foolproof.physical.photo.SimulatedCamera;
import io.foolproof.physical.photo.SimulatedCamera.Print;
import io.foolproof.physical.photo.SimulatedCamera.Shot;
import io.foolproof.physical.sheet.Cell;
import io.foolproof.physical.sheet.Kind;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attack, print, a simulated camera, recapture: the whole way. */
class PaperCommandsTest {
  @TempDir static Path folder;

  @BeforeAll
  static void attackAndPrint() {
    assertThat(
            InProcess.run(
                    "attack",
                    "--samples",
                    "30",
                    "--epsilon",
                    "0.3",
                    "--attack",
                    "pgd:steps=10",
                    "--out",
                    folder.resolve("attack"))
                .exitCode())
        .isZero();
    InProcess print =
        InProcess.run("print", folder.resolve("attack"), "--out", folder.resolve("print"));
    assertThat(print.err()).isEmpty();
    assertThat(print.exitCode()).isZero();
    assertThat(print.out()).contains("on 1 sheet, run ").contains("foolproof recapture PHOTO...");
  }

  private static Path photo(String name, Shot shot) throws IOException {
    return photo(name, shot, "print");
  }

  private static Path photo(String name, Shot shot, String printed) throws IOException {
    PrintRun run = PrintRun.read(folder.resolve(printed).resolve("run.json"));
    byte[] jpeg =
        new SimulatedCamera(1600, 1200, shot)
            .photograph(Print.of(run, 1), new RandomStream(9, 0, "camera", 0));
    return Files.write(folder.resolve(name), jpeg);
  }

  @Test
  void attacksWriteWhatIsPrinted() {
    Map<String, NpyArray> arrays = Npz.read(folder.resolve("attack/adversarial.npz"));
    NpyArray clean = Objects.requireNonNull(arrays.get("clean"));
    NpyArray images = Objects.requireNonNull(arrays.get("images"));
    NpyArray box = Objects.requireNonNull(arrays.get("box"));
    assertThat(clean.shape()).isEqualTo(images.shape());
    for (int k = 0; k < clean.size(); k++) {
      assertThat(Math.abs(clean.real(k) - images.real(k))).isLessThanOrEqualTo(0.3);
    }
    assertThat(box.real(0)).isZero();
    assertThat(box.real(1)).isEqualTo(1);
  }

  @Test
  void whatSurvivesIsReported() throws IOException {
    Path out = folder.resolve("recapture");
    Path broken = Files.writeString(folder.resolve("broken.jpg"), "no image");
    InProcess run =
        InProcess.run(
            "recapture",
            photo("a.jpg", Shot.plain().tilted(20, 30)),
            photo("b.jpg", Shot.plain()),
            broken,
            "--run",
            folder.resolve("print/run.json"),
            "--out",
            out);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().replaceAll("\\s+", " "))
        .contains("a.jpg: page 1, ")
        .contains(", 0 unknown")
        .contains("broken.jpg: ")
        .contains("still fool it from paper")
        .contains("Photographs of one sheet disagree on the class of ")
        .contains("noise of equal length");
    assertThat(run.out().lines().filter(line -> line.startsWith("  ")))
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(line).hasSizeLessThanOrEqualTo(80).contains("95 % interval"));
    assertThat(out.resolve("index.html"))
        .content()
        .contains("Destruction rate")
        .contains("Kurakin")
        .contains("Photographs of one sheet disagree on the class of ");
    assertThat(out.resolve("palette.txt")).content().matches("([0-9a-f]{2}\n){5,11}");
    assertThat(out.resolve("cells.csv"))
        .content()
        .startsWith(
            "page,cell,kind,index,label,prediction_file,readings,prediction_paper,predictions_by_photo\r\n1,1,");
  }

  @Test
  void patchesGoTheSameWayWithTheirControl() throws IOException {
    Path patches = folder.resolve("patches");
    String[] small =
        "--place 8,8 --angle 0 --size 0 --side 12 --target 3 --steps 8 --making 100 --samples 40"
            .split(" ");
    List<Object> patch = new ArrayList<>(List.of("patch", "--data", "digits", "--out", patches));
    patch.addAll(List.of(small));
    assertThat(InProcess.run(patch.toArray()).exitCode()).isZero();
    InProcess print =
        InProcess.run(
            "print",
            folder.resolve("attack"),
            "--patch",
            patches.resolve("patch.json"),
            "--out",
            folder.resolve("patched"));
    assertThat(print.err()).isEmpty();
    // Where it was made for, as long as nothing else is said.
    Patch made = PatchFile.read(patches.resolve("patch.json")).patch();
    List<Cell> cells = PrintRun.read(folder.resolve("patched/run.json")).cells();
    assertThat(cells.stream().filter(cell -> cell.kind() == Kind.PATCH))
        .isNotEmpty()
        .allSatisfy(
            cell -> {
              for (int k = 0; k < made.levels().length; k++) {
                assertThat(cell.levels()[(8 + k / 12) * 28 + 8 + k % 12])
                    .isEqualTo(made.levels()[k]);
              }
            });
    Path out = folder.resolve("patched-recapture");
    InProcess run =
        InProcess.run(
            "recapture",
            photo("patched.jpg", Shot.plain(), "patched"),
            "--run",
            folder.resolve("patched/run.json"),
            "--out",
            out);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("patch, shuffled").contains("As class 3: file");
    assertThat(out.resolve("index.html")).content().contains("Taken for class 3");
    assertThat(out.resolve("cells.csv")).content().contains(",patch,").contains(",shuffled,");
    InProcess none =
        InProcess.run(
            "print", folder.resolve("attack"), "--patch", out.resolve("cells.csv"), "--out", out);
    assertThat(none.err()).contains("expected the JSON file that 'foolproof patch' wrote");
  }

  @Test
  void aPhotographWithoutASheetIsOneLine() throws IOException {
    Path broken = Files.writeString(folder.resolve("none.jpg"), "no image");
    InProcess run =
        InProcess.run(
            "recapture",
            broken,
            "--run",
            folder.resolve("print/run.json"),
            "--out",
            folder.resolve("none"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).contains("none.jpg: ").contains("not an image that can be read");
    assertThat(run.err()).contains("no image was read from 1 photograph");
  }

  @Test
  void aKeyIsNotReplacedByAnother() {
    Path out = folder.resolve("keys");
    assertThat(InProcess.run("print", folder.resolve("attack"), "--out", out).exitCode()).isZero();
    String key = PrintRun.read(out.resolve("run.json")).id();
    InProcess again = InProcess.run("print", folder.resolve("attack"), "--out", out);
    assertThat(again.exitCode()).as(again.err()).isZero();
    InProcess other = InProcess.run("print", folder.resolve("attack"), "--seed", "1", "--out", out);
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("is the key to the sheets of run " + key);
    assertThat(PrintRun.read(out.resolve("run.json")).id()).isEqualTo(key);
  }

  /** What is printed from the folder of an attack stays when the attack is run again. */
  @Test
  void theKeyToPaperOutlivesOtherRunsInItsFolder() throws IOException {
    Path both = folder.resolve("both");
    Object[] attack = {
      "attack", "--samples", "10", "--epsilon", "0.3", "--attack", "fgsm", "--out", both
    };
    assertThat(InProcess.run(attack).exitCode()).isZero();
    assertThat(InProcess.run("print", both, "--out", both).exitCode()).isZero();
    byte[] key = Files.readAllBytes(both.resolve("run.json"));
    assertThat(InProcess.run(attack).exitCode()).isZero();
    attack[4] = "0.25";
    InProcess.run(attack);
    InProcess.run("patch", "--samples", "9", "--making", "9", "--steps", "1", "--out", both);
    assertThat(both.resolve("run.json")).hasBinaryContent(key);
    assertThat(both.resolve("sheets.pdf")).exists();
  }

  /** In a run towards a class any other wrong one does not reach it. */
  @Test
  void theTargetOfAnAttackIsKept() throws IOException {
    Path attack = folder.resolve("towards");
    InProcess made =
        InProcess.run(
            "attack", "--samples", "40", "--epsilon", "0.3", "--target", "3", "--out", attack);
    assertThat(made.exitCode()).as(made.err()).isZero();
    Path printed = folder.resolve("towards-print");
    assertThat(InProcess.run("print", attack, "--out", printed).exitCode()).isZero();
    assertThat(PrintRun.read(printed.resolve("run.json")).target()).isEqualTo(3);
    InProcess run =
        InProcess.run(
            "recapture",
            photo("towards.jpg", Shot.plain(), "towards-print"),
            "--run",
            printed.resolve("run.json"),
            "--out",
            folder.resolve("towards-recapture"));
    assertThat(run.out()).contains("As class 3: paper");
  }

  @Test
  void filesOfOthersStayAndPhotographsAreThere() throws IOException {
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.writeString(own.resolve("index.html"), "mine");
    Path run = folder.resolve("print/run.json");
    Path photo = photo("own.jpg", Shot.plain());
    InProcess there = InProcess.run("recapture", photo, "--run", run, "--out", own);
    assertThat(there.exitCode()).isEqualTo(2);
    assertThat(there.err()).hasLineCount(1).contains("index.html: is there already");
    assertThat(own.resolve("index.html")).content().isEqualTo("mine");
    InProcess missing =
        InProcess.run("recapture", photo, folder.resolve("no.jpg"), "--run", run, "--out", own);
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).hasLineCount(1).contains("no.jpg: there is no such file");
  }

  /** The built-in net would be given images that it does not know. */
  @Test
  void imagesAreGivenToTheModelAsItTakesThem() throws IOException {
    Path photo = photo("units.jpg", Shot.plain());
    Path run = folder.resolve("print/run.json");
    InProcess right = InProcess.run("recapture", photo, "--run", run, "--out", folder.resolve("r"));
    assertThat(right.out()).doesNotContain("misclassifies most of the clean images");
    InProcess wrong =
        InProcess.run(
            "recapture",
            photo,
            "--run",
            run,
            "--mean",
            "1",
            "--std",
            "0.1",
            "--out",
            folder.resolve("w"));
    assertThat(wrong.exitCode()).as(wrong.err()).isZero();
    assertThat(wrong.out())
        .contains("misclassifies most of the clean images as files: it is not the model");
    assertThat(folder.resolve("w/index.html")).content().contains("--box, --mean, --layout");
  }

  @Test
  void whatCannotBePrintedIsRefused() {
    InProcess none = InProcess.run("print", folder, "--out", folder.resolve("refused"));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("give the folder that 'foolproof attack --out' wrote");
    InProcess paper =
        InProcess.run("print", folder.resolve("attack"), "--paper", "a5", "--out", folder);
    assertThat(paper.err()).contains("there is no paper 'a5'");
  }
}

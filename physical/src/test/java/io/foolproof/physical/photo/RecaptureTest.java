package io.foolproof.physical.photo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foolproof.data.ImageShape;
import io.foolproof.model.Classifier;
import io.foolproof.model.InputSpec;
import io.foolproof.physical.photo.SimulatedCamera.Print;
import io.foolproof.physical.photo.SimulatedCamera.Shot;
import io.foolproof.physical.sheet.ExampleRuns;
import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.tensor.RandomStream;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RecaptureTest {
  private static final PrintRun RUN = ExampleRuns.digits(Paper.A4, 60);
  private static final Print PAGE = Print.of(RUN, 1);

  @TempDir Path folder;

  private PhotoReport taken(Recapture recapture, Print print, Shot shot) throws IOException {
    byte[] jpeg =
        new SimulatedCamera(1600, 1200, shot)
            .photograph(print, new RandomStream(3, 0, "camera", 0));
    return recapture.add(Files.write(folder.resolve("photo.jpg"), jpeg));
  }

  @Test
  void everyCellIsReadFromAnySideInUnevenLight() throws IOException {
    for (int i = 0; i < 12; i++) {
      Shot shot = Shot.drawn(new RandomStream(i, 0, "shot", 0));
      Recapture recapture = new Recapture(RUN);
      PhotoReport report = taken(recapture, PAGE, shot);
      assertThat(report.problem()).as("%s", shot).isNull();
      assertThat(report.read()).as("%s", shot).isEqualTo(48);
      assertThat(report.sheet()).isEqualTo(RUN.code(1));
      for (int cell = 0; cell < 48; cell++) {
        float[] image = recapture.image(cell).orElseThrow();
        assertThat(Likeness.closest(image, RUN.page(1))).as("%s", shot).isEqualTo(cell);
      }
    }
  }

  @Test
  void pixelsComeBackAsTheyWerePrinted() throws IOException {
    Recapture recapture = new Recapture(RUN);
    PhotoReport report = taken(recapture, PAGE, Shot.plain().blurred(0.3));
    double error = 0;
    for (int cell = 0; cell < 48; cell++) {
      error += Likeness.meanDifference(recapture.image(cell).orElseThrow(), RUN.cells().get(cell));
    }
    assertThat(error / 48).isLessThan(0.08);
    PhotoReport.Quality quality = report.quality();
    assertThat(quality).isNotNull();
    assertThat(quality.pixelsAcross()).isCloseTo(0.95 * 1200 / 297 * 21.5 / 28, within(0.15));
    assertThat(quality.rise()).isBetween(0.2, 0.8);
    assertThat(quality.scale().orElseThrow()).isCloseTo(1, within(0.01));
    double[] tones = quality.tones().ratios();
    assertThat(tones).isSorted();
    assertThat(tones[10]).isCloseTo(1, within(0.03));
    assertThat(tones[0]).isLessThan(0.4);
    assertThat(report.remarks()).isEmpty();
  }

  @Test
  void photographsAddUp() throws IOException {
    Recapture recapture = new Recapture(RUN);
    PhotoReport first = taken(recapture, PAGE.covered(0, 0.35, 1, 0.58), Shot.plain());
    assertThat(first.problem()).isNull();
    assertThat(first.unknown()).isBetween(12, 24);
    PhotoReport second = taken(recapture, PAGE.covered(0, 0.64, 1, 0.87), Shot.plain());
    assertThat(second.read() + second.unknown()).isEqualTo(48);
    taken(recapture, Print.of(RUN, 2), Shot.plain().rolled(90));
    int[] readings = new int[60];
    Arrays.setAll(readings, cell -> recapture.readings(cell).size());
    assertThat(readings).contains(1, 2).doesNotContain(0);
    for (int cell = 0; cell < 60; cell++) {
      int from = cell < 48 ? 0 : 48;
      float[] image = recapture.image(cell).orElseThrow();
      assertThat(Likeness.closest(image, RUN.page(cell < 48 ? 1 : 2))).isEqualTo(cell - from);
    }
  }

  @Test
  void photographsThatDisagreeAreCounted() throws IOException {
    Recapture recapture = new Recapture(RUN);
    // A class that depends on the noise of each photograph.
    Classifier fickle =
        Classifier.of(
            "fickle",
            InputSpec.unit(1, 28, 28),
            10,
            images -> {
              float[][] logits = new float[images.length][10];
              for (int i = 0; i < images.length; i++) {
                logits[i][(int) (1e4 * images[i][400]) % 2] = 1;
              }
              return logits;
            });
    taken(recapture, PAGE, Shot.plain());
    Survival once = Survival.of(recapture, fickle);
    assertThat(once.readAgain()).isZero();
    assertThat(once.disputed()).isZero();
    taken(recapture, PAGE, Shot.plain().tilted(20, 30));
    Survival twice = Survival.of(recapture, fickle);
    assertThat(twice.readAgain()).isEqualTo(48);
    int differ = 0;
    for (Survival.Outcome outcome : twice.outcomes().subList(0, 48)) {
      differ += outcome.readings().get(0).equals(outcome.readings().get(1)) ? 0 : 1;
    }
    assertThat(twice.disputed()).isEqualTo(differ).isBetween(1, 47);
    assertThat(twice.outcomes().get(0).readings().get(0))
        .isEqualTo(once.outcomes().get(0).physical());
  }

  @Test
  void aPrintThatWasFittedToThePageIsReadAndTold() throws IOException {
    for (double scale : new double[] {0.94, 1.04}) {
      PhotoReport report =
          taken(new Recapture(RUN), PAGE, Shot.plain().tilted(25, 40).printedAt(scale));
      assertThat(report.read()).isEqualTo(48);
      assertThat(Objects.requireNonNull(report.quality()).scale().orElseThrow())
          .isCloseTo(scale, within(0.01));
      assertThat(report.remarks().get(0)).startsWith("printed at %.0f %%".formatted(100 * scale));
    }
  }

  @Test
  void beyondItsLimitsCellsAreUnknownAndNoneIsTakenForAnother() throws IOException {
    Shot plain = Shot.plain();
    for (Shot shot :
        new Shot[] {
          plain.filling(0.45),
          plain.filling(0.25),
          plain.lit(0.03),
          plain.lit(0.008),
          plain.lit(1.6),
          plain.moved(8),
          plain.moved(20),
          plain.blurred(3),
          plain.tilted(62, 30),
        }) {
      Recapture recapture = new Recapture(RUN);
      PhotoReport report = taken(recapture, PAGE, shot);
      int read = 0;
      for (int cell = 0; cell < 48; cell++) {
        if (recapture.image(cell).isPresent()) {
          read++;
          assertThat(Likeness.closest(recapture.image(cell).get(), RUN.page(1)))
              .as("%s", shot)
              .isEqualTo(cell);
        }
      }
      assertThat(read).as("%s", shot).isEqualTo(report.read());
      assertThat(report.problem() == null || read == 0).as("%s", shot).isTrue();
    }
  }

  @Test
  void coloursAndPaperThatIsOneComeBack() throws IOException {
    PrintRun run = ExampleRuns.run(Paper.LETTER, new ImageShape(3, 16, 16), false, 10);
    Recapture recapture = new Recapture(run);
    PhotoReport report = taken(recapture, Print.of(run, 1), Shot.plain());
    assertThat(report.read()).isEqualTo(10);
    for (int cell = 0; cell < 10; cell++) {
      float[] image = recapture.image(cell).orElseThrow();
      assertThat(Likeness.closest(image, run.page(1))).isEqualTo(cell);
      // A JPEG file has colours at half the resolution.
      assertThat(Likeness.meanDifference(image, run.cells().get(cell))).isLessThan(0.16);
    }
  }

  // ---- What is no photograph of one whole sheet of the run

  /** Its colours would be missing, and paper would be blamed. */
  @Test
  void aGreyPhotographOfColoursIsNamed() throws IOException {
    PrintRun run = ExampleRuns.run(Paper.LETTER, new ImageShape(3, 16, 16), false, 10);
    byte[] jpeg = jpeg(Print.of(run, 1), Shot.plain());
    BufferedImage colours = ImageIO.read(new ByteArrayInputStream(jpeg));
    BufferedImage grey =
        new BufferedImage(colours.getWidth(), colours.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = grey.createGraphics();
    graphics.drawImage(colours, 0, 0, null);
    graphics.dispose();
    Path file = folder.resolve("grey.png");
    ImageIO.write(grey, "png", file.toFile());
    assertThat(new Recapture(run).add(file).problem()).contains("the photograph is grey");
  }

  @Test
  void aPhotographCountsOnce() throws IOException {
    Recapture recapture = new Recapture(RUN);
    PhotoReport first = taken(recapture, PAGE, Shot.plain());
    assertThat(first.problem()).isNull();
    Path copy = Files.copy(folder.resolve("photo.jpg"), folder.resolve("copy.jpg"));
    assertThat(recapture.add(copy).problem()).contains("is the same file as photo.jpg");
    assertThat(recapture.readings(0)).hasSize(1);
  }

  @Test
  void filesThatAreNoPhotographAreNamed() throws IOException {
    assertProblem("not an image".getBytes(StandardCharsets.UTF_8), "not an image that can be read");
    byte[] heic = new byte[64];
    System.arraycopy("....ftypheic".getBytes(StandardCharsets.UTF_8), 0, heic, 0, 12);
    assertProblem(heic, "is a HEIC or AVIF image, expected JPEG or PNG: save it as JPEG");
    byte[] jpeg = jpeg(PAGE, Shot.plain());
    assertProblem(Arrays.copyOf(jpeg, jpeg.length / 2), "");
    assertThat(new Recapture(RUN).add(folder.resolve("missing.jpg")).problem())
        .contains("there is no such file");
  }

  private byte[] jpeg(Print print, Shot shot) {
    return new SimulatedCamera(1600, 1200, shot)
        .photograph(print, new RandomStream(3, 0, "camera", 0));
  }

  private void assertProblem(byte[] file, String message) throws IOException {
    Recapture recapture = new Recapture(RUN);
    PhotoReport report = recapture.add(Files.write(folder.resolve("photo.jpg"), file));
    assertThat(report.problem()).isNotNull().contains(message).doesNotContain("\n");
    assertThat(report.read()).isZero();
    assertThat(recapture.image(0)).isEmpty();
  }

  @Test
  void picturesWithoutOneSheetOfTheRunAreNamed() throws IOException {
    BufferedImage photo = SimulatedCamera.decoded(jpeg(PAGE, Shot.plain()));
    BufferedImage desk = new BufferedImage(1600, 1200, BufferedImage.TYPE_BYTE_GRAY);
    paint(desk, photo, 0, 0, 0, 0, 0x808080);
    assertProblem(desk, "no marker of a sheet is seen: photograph the whole sheet");
    paint(desk, photo, 0, 0, 0, 0, 0x050505);
    assertProblem(desk, "very dark");
    paint(desk, photo, 0, 0, 0, 0, 0xffffff);
    assertProblem(desk, "overexposed");
    // Half of it, two of it, and one as a mirror shows it.
    assertProblem(photo.getSubimage(0, 0, 1600, 600), "2 of the sheet's four markers are seen");
    BufferedImage two = new BufferedImage(1800, 1200, BufferedImage.TYPE_BYTE_GRAY);
    paint(two, photo.getSubimage(350, 0, 900, 1200), 0, 0, 900, 1200, 0x606060);
    Graphics2D second = two.createGraphics();
    second.drawImage(photo.getSubimage(350, 0, 900, 1200), 900, 0, null);
    second.dispose();
    assertProblem(two, "two sheets or more are seen (8 markers)");
    BufferedImage mirrored = new BufferedImage(1600, 1200, BufferedImage.TYPE_BYTE_GRAY);
    paint(mirrored, photo, 1600, 0, -1600, 1200, 0);
    assertProblem(mirrored, "the photograph is mirrored");
    assertProblem(
        jpeg(PAGE.covered(0.16, 0.02, 0.31, 0.14), Shot.plain()), "QR code cannot be read");
  }

  private void assertProblem(BufferedImage image, String message) throws IOException {
    Path file = folder.resolve("image.png");
    ImageIO.write(image, "png", file.toFile());
    assertProblem(Files.readAllBytes(file), message);
  }

  private static void paint(
      BufferedImage target, BufferedImage image, int x, int y, int w, int h, int background) {
    Graphics2D graphics = target.createGraphics();
    graphics.setColor(new Color(background));
    graphics.fillRect(0, 0, target.getWidth(), target.getHeight());
    graphics.drawImage(image, x, y, w, h, null);
    graphics.dispose();
  }

  /** Something on the desk, or in a cell, that looks like a marker of this paper or another. */
  @Test
  void aMarkerThatIsNotTheSheetsIsPassedOver() throws IOException {
    BufferedImage photo = SimulatedCamera.decoded(jpeg(PAGE, Shot.plain()));
    BufferedImage letter =
        SimulatedCamera.decoded(
            jpeg(Print.of(ExampleRuns.digits(Paper.LETTER, 5), 1), Shot.plain()));
    for (BufferedImage source : new BufferedImage[] {photo, letter}) {
      BufferedImage both = new BufferedImage(1600, 1200, BufferedImage.TYPE_BYTE_GRAY);
      paint(both, photo, 0, 0, 1600, 1200, 0);
      Graphics2D another = both.createGraphics();
      // Its upper left corner, next to the sheet.
      int left = source == photo ? 397 : 360;
      another.drawImage(source.getSubimage(left, 40, 130, 130), 60, 500, null);
      another.dispose();
      Recapture recapture = new Recapture(RUN);
      Path file = folder.resolve("both.png");
      ImageIO.write(both, "png", file.toFile());
      PhotoReport report = recapture.add(file);
      assertThat(report.problem()).isNull();
      assertThat(report.read()).isEqualTo(48);
    }
  }

  @Test
  void aSheetOfAnotherRunIsNamed() throws IOException {
    PrintRun other = ExampleRuns.digits(Paper.A4, 61);
    assertProblem(
        jpeg(Print.of(other, 1), Shot.plain()),
        "a sheet of run %s is seen, and the run file is of %s".formatted(other.id(), RUN.id()));
    PrintRun letter = ExampleRuns.digits(Paper.LETTER, 5);
    assertProblem(jpeg(Print.of(letter, 1), Shot.plain()), "on LETTER paper");
  }

  /**
   * Paper at 255 throughout, as scanners like it; in uneven light nobody knows how bright it is.
   */
  @Test
  void aFlatbedScanMayHaveWhitePaper() throws IOException {
    Shot scan = new Shot(0, 0, 0, 0.98, 1.25, 0, 0.5, 0, 0.5, 90, 1);
    Recapture recapture = new Recapture(RUN);
    PhotoReport report = taken(recapture, PAGE, scan);
    assertThat(report.problem()).isNull();
    assertThat(report.read()).isEqualTo(48);
    assertThat(report.remarks()).anyMatch(remark -> remark.startsWith("paper is as bright as"));
    double error = 0;
    for (int cell = 0; cell < 48; cell++) {
      float[] image = recapture.image(cell).orElseThrow();
      assertThat(Likeness.closest(image, RUN.page(1))).isEqualTo(cell);
      error += Likeness.meanDifference(image, RUN.cells().get(cell));
    }
    assertThat(error / 48).isLessThan(0.08);
    for (Shot shot : new Shot[] {scan.tilted(15, 20), scan.lit(1.7)}) {
      PhotoReport photo = taken(new Recapture(RUN), PAGE, shot);
      assertThat(photo.problem()).contains("overexposed");
    }
    Shot uneven = new Shot(0, 0, 0, 0.98, 1.6, 0.4, 0.5, 0, 0.5, 90, 1);
    PhotoReport photo = taken(new Recapture(RUN), PAGE, uneven);
    assertThat(photo.problem() != null || photo.unknown() > 0).isTrue();
  }

  @Test
  void threeMarkersAreEnoughAndTold() throws IOException {
    Recapture recapture = new Recapture(RUN);
    PhotoReport report = taken(recapture, PAGE.covered(0.84, 0.88, 1, 1), Shot.plain());
    assertThat(report.problem()).isNull();
    assertThat(report.remarks().get(0)).contains("missing: lower right");
    assertThat(report.read()).isGreaterThan(40);
    for (int cell = 0; cell < 48; cell++) {
      int place = cell;
      recapture
          .image(cell)
          .ifPresent(image -> assertThat(Likeness.closest(image, RUN.page(1))).isEqualTo(place));
    }
  }
}

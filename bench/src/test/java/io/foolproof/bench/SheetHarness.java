package io.foolproof.bench;

import io.foolproof.physical.photo.Likeness;
import io.foolproof.physical.photo.PhotoReport;
import io.foolproof.physical.photo.Recapture;
import io.foolproof.physical.photo.SimulatedCamera;
import io.foolproof.physical.photo.SimulatedCamera.Print;
import io.foolproof.physical.photo.SimulatedCamera.Shot;
import io.foolproof.physical.sheet.ExampleRuns;
import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.tensor.RandomStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * Photographs of sheets by a simulated camera: within its limits every cell must be read, and
 * beyond them none may be taken for another.
 */
final class SheetHarness {
  private static final int PHOTOS_BEYOND = 5;

  private final Path folder = temporary();
  private final long seed;
  private int wrong;
  private double seconds;

  private SheetHarness(long seed) {
    this.seed = seed;
  }

  /** So many photographs on either paper in turn, then beyond the limits; then one large one. */
  static void run(int photos, long seed) throws IOException {
    SheetHarness harness = new SheetHarness(seed);
    harness.within(photos);
    harness.beyond();
    harness.time();
    System.out.printf("%d cells were taken for another%n", harness.wrong);
  }

  private void within(int photos) throws IOException {
    int complete = 0;
    int cells = 0;
    double before = seconds;
    List<Paper> papers = List.of(Paper.A4, Paper.LETTER);
    for (int first = 0; first < papers.size(); first++) {
      PrintRun run = ExampleRuns.digits(papers.get(first), 48);
      Print page = Print.of(run, 1);
      for (int i = first; i < photos; i += papers.size()) {
        Shot shot = Shot.drawn(new RandomStream(seed, i, "shot", 0));
        PhotoReport report = taken(run, page, shot, i);
        cells += report.read();
        if (report.read() == 48) {
          complete++;
        } else {
          System.out.printf("%d: %s: %s, %d read%n", i, shot, report.problem(), report.read());
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d of %d cells read; all of them in %d of %d photographs; %.2f s a photograph%n",
        cells,
        48 * photos,
        complete,
        photos,
        (seconds - before) / Math.max(1, photos));
  }

  private void beyond() throws IOException {
    limit("sheet spans", new double[] {0.8, 0.6, 0.5, 0.4, 0.3}, v -> Shot.plain().filling(v));
    limit("light", new double[] {0.3, 0.1, 0.03, 0.01}, v -> Shot.plain().lit(v));
    limit("blur, pixels", new double[] {1.2, 1.6, 2, 3, 4}, v -> Shot.plain().blurred(v));
    limit("motion, pixels", new double[] {3, 5, 8, 12, 20}, v -> Shot.plain().moved(v));
    limit("tilt, degrees", new double[] {50, 55, 60, 65, 70}, v -> Shot.plain().tilted(v, 30));
    PrintRun run = ExampleRuns.digits(Paper.A4, 48);
    Print page = Print.of(run, 1);
    limit("the right third covered", run, page.covered(0.67, 0, 1, 1));
    limit("the lower third covered", run, page.covered(0, 0.67, 1, 1));
    limit("the middle third covered", run, page.covered(0, 0.34, 1, 0.67));
    limit("a third covered, with one marker", run, page.covered(0.45, 0.4, 1, 1));
  }

  private void limit(String what, double[] values, DoubleFunction<Shot> shot) throws IOException {
    PrintRun run = ExampleRuns.digits(Paper.A4, 48);
    Print page = Print.of(run, 1);
    for (double value : values) {
      limit(what + " " + value, run, page, shot.apply(value));
    }
  }

  private void limit(String what, PrintRun run, Print page) throws IOException {
    limit(what, run, page, Shot.plain());
  }

  private void limit(String what, PrintRun run, Print page, Shot shot) throws IOException {
    int read = 0;
    for (int i = 0; i < PHOTOS_BEYOND; i++) {
      double roll = 360 * new RandomStream(seed, i, "roll", 0).nextDouble();
      read += taken(run, page, shot.rolled(roll), i).read();
    }
    System.out.printf(
        Locale.ROOT, "%s: %.1f of 48 cells read%n", what, (double) read / PHOTOS_BEYOND);
  }

  private void time() throws IOException {
    PrintRun run = ExampleRuns.digits(Paper.A4, 48);
    Path file = photograph(Print.of(run, 1), Shot.plain().tilted(20, 70), 4000, 3000, 0);
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      PhotoReport report = new Recapture(run).add(file);
      System.out.printf(
          Locale.ROOT,
          "12 megapixels: %d cells in %.2f s%n",
          report.read(),
          (System.nanoTime() - start) / 1e9);
    }
  }

  private PhotoReport taken(PrintRun run, Print page, Shot shot, int index) throws IOException {
    Recapture recapture = new Recapture(run);
    Path photo = photograph(page, shot, 1600, 1200, index);
    long start = System.nanoTime();
    PhotoReport report = recapture.add(photo);
    seconds += (System.nanoTime() - start) / 1e9;
    for (int cell = 0; cell < run.page(1).size(); cell++) {
      int place = cell;
      recapture
          .image(cell)
          .ifPresent(
              image -> {
                if (Likeness.closest(image, run.page(1)) != place) {
                  wrong++;
                  System.out.printf("cell %d was taken for another: %s%n", place, shot);
                }
              });
    }
    return report;
  }

  private Path photograph(Print page, Shot shot, int width, int height, int index)
      throws IOException {
    byte[] jpeg =
        new SimulatedCamera(width, height, shot)
            .photograph(page, new RandomStream(seed, index, "camera", 0));
    return Files.write(folder.resolve("photo.jpg"), jpeg);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("sheets");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.foolproof.physical.photo;

import io.foolproof.data.Hashes;
import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.PrintRun;
import io.foolproof.physical.sheet.SheetCode;
import io.foolproof.physical.sheet.SheetLayout;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Reads the images of printed sheets back from photographs.
 *
 * <p>Nothing is guessed: a cell is read where the QR code names the sheet, the markers say where
 * the cell is, and its frame is seen there; else it is unknown. Several photographs of a sheet add
 * up: each cell is the mean of its readings.
 */
public final class Recapture {
  /** A scale this far from 1 is told. */
  private static final double TRUE_SCALE = 0.015;

  private final PrintRun run;
  private final SheetFinder finder = new SheetFinder();
  private final CodeReader codes = new CodeReader();
  private final List<PhotoReport> photos = new ArrayList<>();

  /** The name of each photograph, by the hash of its file. */
  private final Map<String, String> seen = new HashMap<>();

  /** What was read of each cell, by its place in the run. */
  private final List<List<float[]>> readings;

  /** Of the sheets of a run, with no photograph yet. */
  public Recapture(PrintRun run) {
    this.run = run;
    readings =
        Stream.generate(() -> (List<float[]>) new ArrayList<float[]>())
            .limit(run.cells().size())
            .toList();
  }

  /**
   * Reads a photograph, as far as it can be read.
   *
   * @param file JPEG or PNG
   * @return what it gave
   */
  public PhotoReport add(Path file) {
    PhotoReport report = read(file);
    photos.add(report);
    return report;
  }

  /** What the photographs gave, in their order. */
  public List<PhotoReport> photos() {
    return List.copyOf(photos);
  }

  /** The run whose sheets are read. */
  public PrintRun run() {
    return run;
  }

  /**
   * A cell as each photograph shows it, of those in which it was read.
   *
   * @param cell its place in the run
   * @return {@code [C, H, W]} in [0, 1] each, in the order of the photographs
   */
  public List<float[]> readings(int cell) {
    return List.copyOf(readings.get(cell));
  }

  /** The mean of a cell's readings, {@code [C, H, W]} in [0, 1]; empty where it is unknown. */
  public Optional<float[]> image(int cell) {
    List<float[]> all = readings.get(cell);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    float[] mean = all.get(0).clone();
    for (int i = 0; i < mean.length; i++) {
      for (int k = 1; k < all.size(); k++) {
        mean[i] += all.get(k)[i];
      }
      mean[i] /= all.size();
    }
    return Optional.of(mean);
  }

  private PhotoReport read(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      Photo photo = Photo.read(file);
      String same = seen.putIfAbsent(Hashes.ofFile(file), name);
      if (same != null) {
        throw new UnreadableException(
            "is the same file as " + same + ", which counts once: give each photograph once");
      }
      return read(name, photo);
    } catch (IOException e) {
      return new PhotoReport(name, InvalidInputException.reason(e), null, 0, 0, List.of(), null);
    } catch (InvalidInputException | UnreadableException e) {
      String message = String.valueOf(e.getMessage());
      String path = file + ": ";
      // The report names the photograph already.
      message = message.startsWith(path) ? message.substring(path.length()) : message;
      return new PhotoReport(name, message, null, 0, 0, List.of(), null);
    }
  }

  private PhotoReport read(String name, Photo photo) {
    if (photo.isGrey() && run.isInColour()) {
      throw new UnreadableException(
          "the photograph is grey, and the sheets are in colour: photograph them in colour");
    }
    SheetLayout layout = run.layout();
    SheetFinder.Sighting sighting = finder.find(photo, layout);
    Probe grey = new Probe(photo, photo.grey(), sighting.plane());
    SheetCode code = sheet(grey, layout);
    CellReader reader = new CellReader(run, photo, sighting.plane());
    int from = (code.page() - 1) * layout.cells();
    int cells = run.page(code.page()).size();
    int read = 0;
    for (int cell = 0; cell < cells; cell++) {
      Optional<float[]> image = reader.read(cell);
      if (image.isPresent()) {
        readings.get(from + cell).add(image.get());
        read++;
      }
    }
    PhotoReport.Quality quality =
        new PhotoReport.Quality(
            reader.tones(),
            reader.channels(),
            pixelsAcross(sighting.plane(), layout),
            Sharpness.rise(grey, layout),
            PrintScale.find(grey, layout));
    List<String> remarks = remarks(sighting, quality);
    if (reader.isSaturated()) {
      remarks.add(
          "paper is as bright as the scanner tells, so that the lightest tones may be lost: scan it"
              + " darker to see them");
    }
    return new PhotoReport(name, null, code, read, cells - read, remarks, quality);
  }

  private SheetCode sheet(Probe grey, SheetLayout layout) {
    SheetCode code =
        codes
            .read(grey, layout)
            .orElseThrow(
                () ->
                    new UnreadableException(
                        "the sheet's QR code cannot be read, so that it is not known which sheet"
                            + " this is: photograph it from nearer, sharply, with nothing on it"));
    SheetCode own = run.code(1);
    if (code.version() != own.version()) {
      throw new UnreadableException(
          "a sheet of version %d is seen, expected %d: use the release of Foolproof that printed it"
              .formatted(code.version(), own.version()));
    }
    if (!code.run().equals(own.run())) {
      throw new UnreadableException(
          "a sheet of run %s is seen, and the run file is of %s: give the run file of this sheet"
              .formatted(code.run(), own.run()));
    }
    if (code.page() < 1 || code.page() > run.pages()) {
      throw new UnreadableException(
          "page %d is seen, and the run has %d: give the run file of this sheet"
              .formatted(code.page(), run.pages()));
    }
    return code;
  }

  private static double pixelsAcross(Plane plane, SheetLayout layout) {
    double least = Double.MAX_VALUE;
    for (int cell : new int[] {0, layout.columns() - 1, layout.cells() - 1}) {
      Area image = layout.image(cell);
      least = Math.min(least, plane.resolution(image.x(), image.y()));
    }
    Area last = layout.image(layout.cells() - layout.columns());
    least = Math.min(least, plane.resolution(last.x(), last.y()));
    return least * layout.pixel();
  }

  private static List<String> remarks(SheetFinder.Sighting sighting, PhotoReport.Quality quality) {
    List<String> remarks = new ArrayList<>();
    if (!sighting.missing().isEmpty()) {
      remarks.add(
          "three of four markers are seen (missing: %s): cells near that corner may be unknown"
              .formatted(String.join(", ", sighting.missing())));
    }
    OptionalDouble scale = quality.scale();
    if (scale.isPresent() && Math.abs(scale.getAsDouble() - 1) > TRUE_SCALE) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "printed at %.0f %% of its size (from the edges of the paper); the images are read"
                  + " all the same",
              100 * scale.getAsDouble()));
    }
    if (quality.pixelsAcross() < 1) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "the photograph has %.2f pixels across a pixel of an image, fewer than one: go nearer",
              quality.pixelsAcross()));
    }
    return remarks;
  }
}

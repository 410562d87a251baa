package io.foolproof.physical.photo;

import boofcv.abst.fiducial.FiducialDetector;
import boofcv.factory.fiducial.FactoryFiducial;
import boofcv.struct.image.GrayU8;
import georegression.struct.point.Point2D_F64;
import georegression.struct.shapes.Polygon2D_F64;
import io.foolproof.physical.sheet.Area;
import io.foolproof.physical.sheet.Marks;
import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.SheetLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the sheet in a photograph by its markers. */
final class SheetFinder {
  /** Markers are looked for in a photograph made smaller than this. */
  private static final int ENOUGH = 2000;

  private static final double VERY_DARK = 30;
  private static final double VERY_BRIGHT = 235;

  /** Markers of a flat sheet fit a plane better than this, in millimetres. */
  private static final double FLAT = 1.5;

  private static final String[] CORNER = {"upper left", "upper right", "lower right", "lower left"};

  private final FiducialDetector<GrayU8> detector =
      FactoryFiducial.squareHamming(Marks.dictionary(), null, GrayU8.class);

  /**
   * The sheet in a photograph.
   *
   * @param missing the corners whose marker is not seen, in words
   */
  record Sighting(Plane plane, List<String> missing) {}

  private record Marker(Paper paper, int id, List<Point2D_F64> corners) {}

  /**
   * Finds it.
   *
   * @throws UnreadableException where there is no sheet, more than one, or too little of one
   */
  Sighting find(Photo photo, SheetLayout layout) {
    int factor = 1 + (Math.max(photo.width(), photo.height()) - 1) / ENOUGH;
    List<Marker> markers = markers(photo, factor);
    if (factor > 1 && markers.size() < SheetLayout.CORNERS) {
      markers = markers(photo, 1);
    }
    if (markers.isEmpty()) {
      throw noSheet(photo, factor);
    }
    return sighting(ofOneSheet(markers, layout), layout);
  }

  private List<Marker> markers(Photo photo, int factor) {
    detector.detect(photo.shrunk(factor, false));
    List<Marker> markers = new ArrayList<>();
    for (int i = 0; i < detector.totalFound(); i++) {
      int id = (int) detector.getId(i);
      Paper paper = paperOf(id);
      if (paper != null) {
        Polygon2D_F64 bounds = detector.getBounds(i, new Polygon2D_F64());
        List<Point2D_F64> corners = new ArrayList<>();
        for (int k = 0; k < bounds.size(); k++) {
          Point2D_F64 corner = bounds.get(k);
          corners.add(new Point2D_F64(corner.x * factor, corner.y * factor));
        }
        markers.add(new Marker(paper, id, corners));
      }
    }
    return markers;
  }

  /** The paper that has this marker; null for a marker of something else. */
  private static @Nullable Paper paperOf(int id) {
    for (Paper paper : Paper.values()) {
      if (id >= paper.firstMarker() && id < paper.firstMarker() + SheetLayout.CORNERS) {
        return paper;
      }
    }
    return null;
  }

  private UnreadableException noSheet(Photo photo, int factor) {
    detector.detect(photo.shrunk(factor, true));
    if (detector.totalFound() > 1) {
      return new UnreadableException(
          "the photograph is mirrored (of a mirror, or through the paper): mirror it back, or take"
              + " another");
    }
    double brightness = photo.brightness();
    if (brightness < VERY_DARK) {
      return new UnreadableException(
          "no marker of a sheet is seen, and the photograph is very dark: take it in more light");
    }
    if (brightness > VERY_BRIGHT) {
      return new UnreadableException(
          "no marker of a sheet is seen, and the photograph is overexposed: take it with less light");
    }
    return new UnreadableException(
        "no marker of a sheet is seen: photograph the whole sheet, with its four corners, sharply");
  }

  /**
   * The markers of the one sheet that is seen. Something in an image may look like a marker: where
   * one is seen twice, or those of two papers are, the sheet is the only choice of one marker a
   * corner that lies in a plane.
   */
  private static List<Marker> ofOneSheet(List<Marker> markers, SheetLayout layout) {
    Set<Integer> ids = new HashSet<>();
    Set<Paper> papers = EnumSet.noneOf(Paper.class);
    for (Marker marker : markers) {
      ids.add(marker.id);
      papers.add(marker.paper);
    }
    if (ids.size() == markers.size() && papers.size() == 1) {
      return markers;
    }
    List<List<Marker>> sheets = new ArrayList<>();
    for (Paper paper : papers) {
      List<List<Marker>> choices = List.of(List.of());
      for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
        choices = extended(choices, markers, SheetLayout.markerId(paper, corner));
      }
      SheetLayout own = new SheetLayout(paper, layout.height(), layout.width());
      choices.stream().filter(choice -> isSheet(choice, own)).forEach(sheets::add);
    }
    if (sheets.size() != 1) {
      throw new UnreadableException(
          "two sheets or more are seen (%d markers): photograph one at a time"
              .formatted(markers.size()));
    }
    return sheets.get(0);
  }

  /** Each choice with each of the markers of this number; as it is where there is none. */
  private static List<List<Marker>> extended(
      List<List<Marker>> choices, List<Marker> markers, int id) {
    List<Marker> candidates = markers.stream().filter(marker -> marker.id == id).toList();
    if (candidates.isEmpty()) {
      return choices;
    }
    return choices.stream()
        .flatMap(
            choice ->
                candidates.stream()
                    .map(marker -> Stream.concat(choice.stream(), Stream.of(marker)).toList()))
        .toList();
  }

  private static boolean isSheet(List<Marker> choice, SheetLayout layout) {
    if (choice.size() < SheetLayout.CORNERS - 1) {
      return false;
    }
    List<Area> areas = new ArrayList<>();
    List<List<Point2D_F64>> seen = new ArrayList<>();
    for (Marker marker : choice) {
      areas.add(layout.marker(marker.id - layout.paper().firstMarker()));
      seen.add(marker.corners);
    }
    return isFlat(Plane.fit(areas, seen), areas, seen);
  }

  private static Sighting sighting(List<Marker> markers, SheetLayout layout) {
    Paper paper = markers.get(0).paper;
    if (paper != layout.paper()) {
      throw new UnreadableException(
          "a sheet of another run is seen, on %s paper: the run file is of sheets on %s"
              .formatted(paper, layout.paper()));
    }
    List<Area> areas = new ArrayList<>();
    List<List<Point2D_F64>> seen = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (int corner = 0; corner < SheetLayout.CORNERS; corner++) {
      int id = SheetLayout.markerId(paper, corner);
      int before = seen.size();
      for (Marker marker : markers) {
        if (marker.id == id) {
          areas.add(layout.marker(corner));
          seen.add(marker.corners);
        }
      }
      if (seen.size() == before) {
        missing.add(CORNER[corner]);
      }
    }
    if (seen.size() < SheetLayout.CORNERS - 1) {
      throw new UnreadableException(
          "%d of the sheet's four markers are seen, expected all (missing: %s): photograph the whole"
                  .formatted(seen.size(), String.join(", ", missing))
              + " sheet");
    }
    Plane plane = Plane.fit(areas, seen);
    if (!isFlat(plane, areas, seen)) {
      throw new UnreadableException(
          "the markers do not lie in one plane (the sheet is bent, or these are two sheets): lay one"
              + " sheet flat");
    }
    return new Sighting(plane, missing);
  }

  private static boolean isFlat(Plane plane, List<Area> areas, List<List<Point2D_F64>> seen) {
    double sum = 0;
    for (int i = 0; i < areas.size(); i++) {
      List<Point2D_F64> corners = Plane.corners(areas.get(i));
      for (int k = 0; k < corners.size(); k++) {
        Point2D_F64 at = corners.get(k);
        double error = plane.seen(at.x, at.y).distance(seen.get(i).get(k));
        double resolution = plane.resolution(at.x, at.y);
        sum += error * error / (resolution * resolution);
      }
    }
    return Math.sqrt(sum / (SheetLayout.CORNERS * areas.size())) <= FLAT;
  }
}

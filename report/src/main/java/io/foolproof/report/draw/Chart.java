package io.foolproof.report.draw;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A chart, in the units of its plot: what is first in this list is drawn first.
 *
 * @param title what it shows, in a few words
 * @param alt what can be seen on it, in a sentence
 * @param backdrop a picture that fills the plot; empty for none
 * @param legend what the signs stand for; empty where the caption says it
 */
public record Chart(
    String title,
    String alt,
    Plot plot,
    String backdrop,
    List<Box> boxes,
    List<Line> lines,
    List<Interval> intervals,
    List<Mark> marks,
    List<Note> notes,
    List<Key> legend)
    implements Drawing {

  /** Lines end so many heights of the plot above and below it, which hides what is outside. */
  private static final double CUT = 10;

  /** How far text is from its place, and how large it is on a narrow screen, at most. */
  private static final double GAP = 10;

  /** How far a sign reaches from its place. */
  private static final double SIGN = 6;

  private static final double LETTER = 13;
  private static final double LINE = 24;

  /** Copies the lists. */
  public Chart {
    boxes = List.copyOf(boxes);
    lines = List.copyOf(lines);
    intervals = List.copyOf(intervals);
    marks = List.copyOf(marks);
    notes = List.copyOf(notes);
    legend = List.copyOf(legend);
  }

  @Override
  public String file() {
    return "draw/chart-file.jte";
  }

  /** A filled rectangle. */
  public record Box(String kind, String x, String y, String width, String height, String title) {}

  /**
   * A line.
   *
   * @param kind its colour and dashes, as classes
   */
  public record Line(String kind, String points) {}

  /** An error bar. */
  public record Interval(String kind, String x, String low, String high) {}

  /**
   * A sign at a place.
   *
   * @param path its outline, around the origin
   * @param title what it stands for
   */
  public record Mark(String kind, String x, String y, String path, String title) {}

  /** Text beside a place, where no other text is, and no sign if there is room. */
  public record Note(String x, String y, String anchor, String text) {}

  /**
   * What a sign stands for.
   *
   * @param sign its classes, as in the legends of all pages
   */
  public record Key(String sign, String text) {}

  /** How the values of a series are drawn: no two differ by colour alone. */
  public enum Series {
    /** What the chart is about: solid, with discs. */
    FIRST("first", "first", "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"),
    /** Dashed, with squares. */
    SECOND("third dashed", "third", "M-4.5 -4.5h9v9h-9z"),
    /** Dotted, with diamonds. */
    THIRD("second dotted", "second", "M0 -6L6 0L0 6L-6 0z"),
    /** Long dashes, with triangles. */
    FOURTH("fourth long", "fourth", "M0 -6L6 5H-6z");

    private final String line;
    private final String colour;
    private final String path;

    Series(String line, String colour, String path) {
      this.line = line;
      this.colour = colour;
      this.path = path;
    }
  }

  /** What a text takes up. */
  private record Room(double left, double top, double right, double bottom) {
    boolean isFree(List<Room> others) {
      return left >= 0
          && right <= Plot.WIDTH
          && others.stream()
              .noneMatch(
                  other ->
                      left < other.right
                          && other.left < right
                          && top < other.bottom
                          && other.top < bottom);
    }
  }

  /** A text that waits for its place. */
  private record Text(double x, double y, String text) {
    /** The places beside it, the best first. */
    List<Place> places() {
      double width = LETTER * text.length();
      List<Place> places = new ArrayList<>();
      for (double down : new double[] {-6, 20, -6 - LINE, 20 + LINE, -6 - 2 * LINE}) {
        for (boolean right : new boolean[] {true, false}) {
          double left = right ? x + GAP : x - GAP - width;
          places.add(
              new Place(
                  new Room(left, y + down - LINE, left + width, y + down),
                  new Note(
                      Numbers.fixed(right ? left : left + width, 1),
                      Numbers.fixed(y + down, 1),
                      right ? "start" : "end",
                      text)));
        }
      }
      return places;
    }
  }

  private record Place(Room room, Note note) {}

  public static Builder of(String title, Plot plot) {
    return new Builder(title, plot);
  }

  /** Collects what is drawn. */
  public static final class Builder {
    private final String title;
    private final Plot plot;
    private String backdrop = "";
    private final List<Box> boxes = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Interval> intervals = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Text> texts = new ArrayList<>();
    private final List<Key> legend = new ArrayList<>();

    private Builder(String title, Plot plot) {
      this.title = title;
      this.plot = plot;
    }

    /** A picture, as a data URI, that fills the plot. */
    public Builder backdrop(String uri) {
      backdrop = uri;
      return this;
    }

    /** A line through points; those that are not finite are left out. */
    public Builder line(Series series, double[] x, double[] y) {
      return line(series.line, x, y);
    }

    /** As {@link #line(Series, double[], double[])}, with classes of its own. */
    public Builder line(String kind, double[] x, double[] y) {
      StringJoiner points = new StringJoiner(" ");
      for (int i = 0; i < x.length; i++) {
        if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
          points.add(plot.x(x[i]) + "," + cut(y[i]));
        }
      }
      lines.add(new Line(kind, points.toString()));
      return this;
    }

    /** Not at the edge: what leaves the plot shall be seen to leave it. */
    private String cut(double value) {
      Axis up = plot.up();
      double fraction =
          up.logarithmic() ? up.fraction(value) : (value - up.low()) / (up.high() - up.low());
      return Numbers.fixed(Plot.HEIGHT * (1 - Math.max(-CUT, Math.min(CUT, fraction))), 1);
    }

    /** A line with a sign at each point, and its entry in the legend. */
    public Builder series(Series series, double[] x, double[] y, String text) {
      line(series, x, y);
      for (int i = 0; i < x.length; i++) {
        mark(series, x[i], y[i], text + ": " + Numbers.decimal(y[i]));
      }
      return key("stroke " + series.line, text);
    }

    /** A sign; none where a value is not finite. */
    public Builder mark(Series series, double x, double y, String text) {
      return mark(series.colour + " mark", series, x, y, text);
    }

    /** A sign that is not filled. */
    public Builder hollow(Series series, double x, double y, String text) {
      return mark(series.colour + " hollow mark", series, x, y, text);
    }

    private Builder mark(String kind, Series series, double x, double y, String text) {
      if (Double.isFinite(x) && Double.isFinite(y)) {
        marks.add(new Mark(kind, plot.x(x), plot.y(y), series.path, text));
      }
      return this;
    }

    /** A small disc. */
    public Builder sample(double x, double y) {
      marks.add(new Mark("sample", plot.x(x), plot.y(y), "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", ""));
      return this;
    }

    /** An error bar. */
    public Builder interval(Series series, double x, double low, double high) {
      intervals.add(new Interval(series.colour, plot.x(x), plot.y(low), plot.y(high)));
      return this;
    }

    /** A rectangle between two values across, and two upwards. */
    public Builder box(String kind, double from, double to, double low, double high, String text) {
      double left = Double.parseDouble(plot.x(from));
      double top = Double.parseDouble(plot.y(high));
      boxes.add(
          new Box(
              kind,
              plot.x(from),
              plot.y(high),
              Numbers.fixed(Double.parseDouble(plot.x(to)) - left, 1),
              Numbers.fixed(Double.parseDouble(plot.y(low)) - top, 1),
              text));
      return this;
    }

    /** Text beside a place: to the right and a little up, or wherever else there is room. */
    public Builder note(double x, double y, String text) {
      texts.add(new Text(Double.parseDouble(plot.x(x)), Double.parseDouble(plot.y(y)), text));
      return this;
    }

    /** Once all signs are known: a place that covers one of them is the last resort. */
    private List<Note> notes() {
      List<Room> signs = new ArrayList<>();
      for (Mark mark : marks) {
        double x = Double.parseDouble(mark.x());
        double y = Double.parseDouble(mark.y());
        signs.add(new Room(x - SIGN, y - SIGN, x + SIGN, y + SIGN));
      }
      List<Room> taken = new ArrayList<>();
      List<Note> notes = new ArrayList<>();
      for (Text text : texts) {
        List<Place> free =
            text.places().stream().filter(place -> place.room().isFree(taken)).toList();
        free.stream()
            .filter(place -> place.room().isFree(signs))
            .findFirst()
            .or(() -> free.stream().findFirst())
            .ifPresent(
                place -> {
                  taken.add(place.room());
                  notes.add(place.note());
                });
      }
      return notes;
    }

    /** An entry of the legend. */
    public Builder key(String sign, String text) {
      legend.add(new Key(sign, text));
      return this;
    }

    /** The entry of a series whose signs stand alone. */
    public Builder key(Series series, String text) {
      return key("sign " + series.name().toLowerCase(Locale.ROOT), text);
    }

    /** The chart, with what can be seen on it in a sentence. */
    public Chart saying(String finding) {
      return new Chart(
          title, finding, plot, backdrop, boxes, lines, intervals, marks, notes(), legend);
    }
  }
}

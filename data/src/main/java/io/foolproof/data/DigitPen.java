package io.foolproof.data;

import io.foolproof.data.DigitTemplates.Point;
import io.foolproof.data.DigitTemplates.Stroke;
import io.foolproof.data.DigitTemplates.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Writes one digit: strays from the template, bends and leans it, fits it to the page, and inks it.
 *
 * <p>The steps draw from one stream in a fixed order, so a digit is a function of its stream alone.
 * What a step changes is applied to the line before it is inked: edges stay as crisp as a pen's,
 * which a distortion of the finished picture would blur.
 */
final class DigitPen {
  /** Side of the square page, in pixels. */
  static final int SIDE = 28;

  /** What the middle of a line keeps away from the edge of the page, in pixels. */
  private static final double MARGIN = 2.5;

  private static final int STEPS_PER_CURVE = 8;
  private static final int WAVES = 3;

  private final Handwriting hand;
  private final DigitRandom random;
  private final double sloppiness;

  DigitPen(Handwriting hand, DigitRandom random) {
    this.hand = hand;
    this.random = random;
    this.sloppiness = StrictMath.exp(hand.sloppinessSpread() * random.gaussian());
  }

  /** Writes a digit to {@code page} from {@code offset} on: {@code [28, 28]}, white on black. */
  void write(int digit, byte[] page, int offset) {
    write(choose(DigitTemplates.ALL.get(digit)), page, offset);
  }

  /** Writes a digit in one of the ways in which it may be written. */
  void write(Template way, byte[] page, int offset) {
    List<List<Point>> lines = new ArrayList<>();
    for (Stroke stroke : way.strokes()) {
      lines.add(smooth(stray(stroke.points())));
    }
    double[] ink = new double[SIDE * SIDE];
    for (List<Point> line : fit(wave(lean(lines)))) {
      draw(line, ink);
    }
    develop(ink, page, offset);
  }

  private Template choose(List<Template> ways) {
    double place = random.uniform() * ways.stream().mapToDouble(Template::weight).sum();
    for (Template way : ways) {
      place -= way.weight();
      if (place < 0) {
        return way;
      }
    }
    return ways.get(ways.size() - 1);
  }

  private List<Point> stray(List<Point> stroke) {
    double spread = hand.pointSpread() * sloppiness;
    List<Point> strayed = new ArrayList<>();
    for (int k = 0; k < stroke.size(); k++) {
      Point point = stroke.get(k);
      boolean corner = k > 0 && point.equals(stroke.get(k - 1));
      strayed.add(
          corner
              ? strayed.get(k - 1)
              : new Point(
                  point.x() + spread * random.gaussian(), point.y() + spread * random.gaussian()));
    }
    return strayed;
  }

  /** The curve of Catmull and Rom (1974) through the points. */
  private static List<Point> smooth(List<Point> points) {
    List<Point> line = new ArrayList<>();
    line.add(points.get(0));
    for (int k = 0; k + 1 < points.size(); k++) {
      Point from = points.get(k);
      Point to = points.get(k + 1);
      if (from.equals(to)) {
        continue;
      }
      Point before = points.get(Math.max(k - 1, 0));
      Point after = points.get(Math.min(k + 2, points.size() - 1));
      for (int step = 1; step <= STEPS_PER_CURVE; step++) {
        double t = (double) step / STEPS_PER_CURVE;
        line.add(
            new Point(
                Pen.curve(before.x(), from.x(), to.x(), after.x(), t),
                Pen.curve(before.y(), from.y(), to.y(), after.y(), t)));
      }
    }
    return line;
  }

  private List<List<Point>> lean(List<List<Point>> lines) {
    double slant = hand.meanSlant() + hand.slantSpread() * random.gaussian();
    double angle = hand.rotationSpread() * random.gaussian();
    double aspect = StrictMath.exp(hand.aspectSpread() * random.gaussian());
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    return map(
        lines,
        point -> {
          double y = point.y() - 0.5;
          double x = (point.x() - 0.5) * aspect - slant * y;
          return new Point(cos * x - sin * y, sin * x + cos * y);
        });
  }

  /** A smooth displacement of the paper: a few plane waves of one to two digit heights. */
  private List<List<Point>> wave(List<List<Point>> lines) {
    double[][] waves = new double[WAVES][];
    for (int k = 0; k < WAVES; k++) {
      double direction = random.uniform(0, 2 * Math.PI);
      double frequency = random.uniform(Math.PI, 2 * Math.PI);
      waves[k] =
          new double[] {
            frequency * StrictMath.cos(direction),
            frequency * StrictMath.sin(direction),
            random.uniform(0, 2 * Math.PI),
            hand.waveSpread() * sloppiness * random.gaussian(),
            hand.waveSpread() * sloppiness * random.gaussian()
          };
    }
    return map(
        lines,
        point -> {
          double x = point.x();
          double y = point.y();
          for (double[] w : waves) {
            double height = StrictMath.sin(w[0] * point.x() + w[1] * point.y() + w[2]);
            x += w[3] * height;
            y += w[4] * height;
          }
          return new Point(x, y);
        });
  }

  /**
   * Scales the greater of height and width to the wanted size and centres the digit's mass, as
   * MNIST does, but for as much as keeps it on the page.
   */
  private List<List<Point>> fit(List<List<Point>> lines) {
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    double massX = 0;
    double massY = 0;
    double mass = 0;
    for (List<Point> line : lines) {
      for (int k = 0; k < line.size(); k++) {
        Point point = line.get(k);
        left = Math.min(left, point.x());
        right = Math.max(right, point.x());
        top = Math.min(top, point.y());
        bottom = Math.max(bottom, point.y());
        Point last = line.get(Math.max(k - 1, 0));
        double length = distance(last, point);
        massX += length * (last.x() + point.x()) / 2;
        massY += length * (last.y() + point.y()) / 2;
        mass += length;
      }
    }
    double size = hand.height() * StrictMath.exp(hand.heightSpread() * random.gaussian());
    double scale = (size - 2 * hand.penRadius()) / Math.max(right - left, bottom - top);
    double shiftX = shift(scale * massX / mass, scale * left, scale * right);
    double shiftY = shift(scale * massY / mass, scale * top, scale * bottom);
    return map(lines, point -> new Point(shiftX + scale * point.x(), shiftY + scale * point.y()));
  }

  private double shift(double mass, double from, double to) {
    double wanted = SIDE / 2.0 - mass + hand.shiftSpread() * random.gaussian();
    return Math.max(MARGIN - from, Math.min(SIDE - MARGIN - to, wanted));
  }

  private void draw(List<Point> line, double[] ink) {
    double radius = hand.penRadius() * StrictMath.exp(hand.penRadiusSpread() * random.gaussian());
    double phase = random.uniform(0, 2 * Math.PI);
    for (int k = 1; k < line.size(); k++) {
      double pressure = hand.pressureSpread() * StrictMath.sin(phase + 4.0 * k / line.size());
      drawSegment(line.get(k - 1), line.get(k), radius * (1 + pressure), ink);
    }
  }

  private void drawSegment(Point from, Point to, double radius, double[] ink) {
    double reach = radius + hand.softEdge();
    int left = (int) Math.max(0, Math.floor(Math.min(from.x(), to.x()) - reach));
    int right = (int) Math.min(SIDE - 1, Math.floor(Math.max(from.x(), to.x()) + reach));
    int top = (int) Math.max(0, Math.floor(Math.min(from.y(), to.y()) - reach));
    int bottom = (int) Math.min(SIDE - 1, Math.floor(Math.max(from.y(), to.y()) + reach));
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double distance = distanceToSegment(x + 0.5, y + 0.5, from, to);
        double covered = Pen.covered(distance, radius, hand.softEdge());
        ink[y * SIDE + x] = Math.max(ink[y * SIDE + x], covered);
      }
    }
  }

  private void develop(double[] ink, byte[] page, int offset) {
    double full = random.uniform(hand.lowestInk(), 1);
    for (int k = 0; k < ink.length; k++) {
      double grainy = ink[k] == 0 ? 0 : ink[k] * full * (1 + hand.grain() * random.gaussian());
      page[offset + k] = (byte) Math.round(255 * Math.max(0, Math.min(1, grainy)));
    }
  }

  private static double distanceToSegment(double x, double y, Point from, Point to) {
    double alongX = to.x() - from.x();
    double alongY = to.y() - from.y();
    double square = alongX * alongX + alongY * alongY;
    double t = square == 0 ? 0 : ((x - from.x()) * alongX + (y - from.y()) * alongY) / square;
    double nearest = Math.max(0, Math.min(1, t));
    return distance(
        new Point(x, y), new Point(from.x() + nearest * alongX, from.y() + nearest * alongY));
  }

  private static double distance(Point a, Point b) {
    double x = a.x() - b.x();
    double y = a.y() - b.y();
    return Math.sqrt(x * x + y * y);
  }

  private static List<List<Point>> map(List<List<Point>> lines, UnaryOperator<Point> change) {
    return lines.stream().map(line -> line.stream().map(change).toList()).toList();
  }
}

package io.foolproof.physical.mark;

import io.foolproof.data.ImageShape;
import io.foolproof.data.Pen;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.Locale;

/**
 * A few strokes of a pen of one ink, to be drawn by hand over an image. A stroke is the smooth
 * curve through {@value #POINTS} points, as the pen of the built-in digits draws it; the numbers of
 * a mark are the points' x and y, in pixels.
 *
 * @param count how many strokes
 * @param width of the pen, in pixels
 * @param length of a stroke at most, from point to point, in pixels
 * @param ink 0, the darkest, or 1, the lightest
 */
public record Strokes(int count, double width, double length, int ink) implements Marking {
  private static final int POINTS = 3;

  /** Straight pieces between two points. */
  private static final int PIECES = 6;

  /** Over how many pixels ink fades at its edge. */
  private static final double SOFT_EDGE = 1.2;

  /** Beyond so many nobody marks an image by hand. */
  private static final int MOST = 100;

  private static final int COORDINATES = 2 * POINTS;

  /** How much each point weighs in the places between pieces. */
  private static final double[][] WEIGHTS = weights();

  /** Checks the numbers. */
  public Strokes {
    if (count > MOST) {
      throw new InvalidInputException(
          "%d strokes are more than %d: give fewer".formatted(count, MOST));
    }
    if (count < 1 || !(width > 0) || !(length > 0) || Double.isInfinite(width + length)) {
      throw new InvalidInputException(
          "%d strokes, %s pixels wide and %s long: give one or more, of a width and length over 0"
              .formatted(count, width, length));
    }
    if (ink != 0 && ink != 1) {
      throw new InvalidInputException("ink is " + ink + ": give 0 or 1");
    }
  }

  private static double[][] weights() {
    double[][] weights = new double[(POINTS - 1) * PIECES + 1][POINTS];
    for (int place = 0; place < weights.length; place++) {
      int from = Math.min(place / PIECES, POINTS - 2);
      double t = (double) (place - from * PIECES) / PIECES;
      for (int k = 0; k < POINTS; k++) {
        // The curve is linear in its points: each one's weight is the curve of that point alone.
        weights[place][k] =
            Pen.curve(
                k == Math.max(0, from - 1) ? 1 : 0,
                k == from ? 1 : 0,
                k == from + 1 ? 1 : 0,
                k == Math.min(POINTS - 1, from + 2) ? 1 : 0,
                t);
      }
    }
    return weights;
  }

  @Override
  public void requireFits(ImageShape shape) {
    if (width > Math.min(shape.height(), shape.width())) {
      throw new InvalidInputException(
          "a pen of %s pixels is wider than the images (%d x %d): give a narrower one"
              .formatted(width, shape.height(), shape.width()));
    }
  }

  @Override
  public double[] random(ImageShape shape, RandomStream random) {
    double[] mark = new double[COORDINATES * count];
    for (int stroke = 0; stroke < count; stroke++) {
      double x = shape.width() * random.nextDouble();
      double y = shape.height() * random.nextDouble();
      double direction = 2 * Math.PI * random.nextDouble();
      for (int k = 0; k < POINTS; k++) {
        double along = length * (k / (POINTS - 1.0) - 0.5);
        mark[COORDINATES * stroke + 2 * k] = x + along * Math.cos(direction);
        mark[COORDINATES * stroke + 2 * k + 1] = y + along * Math.sin(direction);
      }
    }
    confine(mark, shape);
    return mark;
  }

  @Override
  public float[] on(float[] image, double[] mark, ImageShape shape) {
    float[] marked = image.clone();
    int plane = shape.height() * shape.width();
    double[][] lines = lines(mark);
    for (int k = 0; k < plane; k++) {
      double covered = nearest(lines, k, shape).covered;
      for (int j = k; covered > 0 && j < marked.length; j += plane) {
        marked[j] = (float) (image[j] + covered * (ink - image[j]));
      }
    }
    return marked;
  }

  @Override
  public double[] gradient(double[] mark, float[] image, double[] byPixel, ImageShape shape) {
    int plane = shape.height() * shape.width();
    double[] gradient = new double[mark.length];
    double[][] lines = lines(mark);
    for (int k = 0; k < plane; k++) {
      Nearest nearest = nearest(lines, k, shape);
      if (nearest.covered <= 0 || nearest.covered >= 1 || nearest.distance == 0) {
        continue;
      }
      double byCover = 0;
      for (int j = k; j < image.length; j += plane) {
        byCover += byPixel[j] * (ink - image[j]);
      }
      // The nearest place moves along the line without changing the distance, to first order.
      double scale = byCover / SOFT_EDGE / nearest.distance;
      for (int point = 0; point < POINTS; point++) {
        double weight =
            (1 - nearest.along) * WEIGHTS[nearest.piece][point]
                + nearest.along * WEIGHTS[nearest.piece + 1][point];
        int at = COORDINATES * nearest.stroke + 2 * point;
        gradient[at] += scale * nearest.dx * weight;
        gradient[at + 1] += scale * nearest.dy * weight;
      }
    }
    return gradient;
  }

  /** The places between pieces, x and y in turn, a row for each stroke. */
  private double[][] lines(double[] mark) {
    double[][] lines = new double[count][2 * WEIGHTS.length];
    for (int stroke = 0; stroke < count; stroke++) {
      for (int place = 0; place < WEIGHTS.length; place++) {
        for (int k = 0; k < POINTS; k++) {
          int at = COORDINATES * stroke + 2 * k;
          lines[stroke][2 * place] += WEIGHTS[place][k] * mark[at];
          lines[stroke][2 * place + 1] += WEIGHTS[place][k] * mark[at + 1];
        }
      }
    }
    return lines;
  }

  /**
   * The place on a line that is nearest to a pixel.
   *
   * @param along how far between the ends of its piece
   * @param dx from there to the middle of the pixel
   */
  private record Nearest(
      int stroke, int piece, double along, double dx, double dy, double distance, double covered) {}

  private Nearest nearest(double[][] lines, int pixel, ImageShape shape) {
    double x = pixel % shape.width() + 0.5;
    double y = Math.floorDiv(pixel, shape.width()) + 0.5;
    double least = Double.POSITIVE_INFINITY;
    int stroke = 0;
    int piece = 0;
    double along = 0;
    for (int s = 0; s < count; s++) {
      double[] line = lines[s];
      for (int p = 0; p + 1 < WEIGHTS.length; p++) {
        double fromX = line[2 * p];
        double fromY = line[2 * p + 1];
        double toX = line[2 * p + 2] - fromX;
        double toY = line[2 * p + 3] - fromY;
        double squares = toX * toX + toY * toY;
        double t = squares == 0 ? 0 : ((x - fromX) * toX + (y - fromY) * toY) / squares;
        double inside = Math.max(0, Math.min(1, t));
        double dx = x - fromX - inside * toX;
        double dy = y - fromY - inside * toY;
        double distance = dx * dx + dy * dy;
        if (distance < least) {
          least = distance;
          stroke = s;
          piece = p;
          along = inside;
        }
      }
    }
    double[] line = lines[stroke];
    double dx = x - (1 - along) * line[2 * piece] - along * line[2 * piece + 2];
    double dy = y - (1 - along) * line[2 * piece + 1] - along * line[2 * piece + 3];
    double distance = Math.sqrt(least);
    return new Nearest(
        stroke, piece, along, dx, dy, distance, Pen.covered(distance, width / 2, SOFT_EDGE));
  }

  /** Points are on the image, and strokes no longer than they may be. */
  @Override
  public void confine(double[] mark, ImageShape shape) {
    for (int stroke = 0; stroke < count; stroke++) {
      int at = COORDINATES * stroke;
      double longest = 0;
      for (int k = 2; k < COORDINATES; k += 2) {
        longest += Math.hypot(mark[at + k] - mark[at + k - 2], mark[at + k + 1] - mark[at + k - 1]);
      }
      double shrink = longest > length ? length / longest : 1;
      for (int axis = 0; axis < 2; axis++) {
        double middle = mark[at + axis + 2 * (POINTS / 2)];
        double size = axis == 0 ? shape.width() : shape.height();
        for (int k = axis; k < COORDINATES; k += 2) {
          double shrunk = middle + shrink * (mark[at + k] - middle);
          mark[at + k] = Math.max(0, Math.min(size, shrunk));
        }
      }
    }
  }

  @Override
  public double step() {
    return 0.6;
  }

  @Override
  public double[] scrambled(double[] mark, ImageShape shape, RandomStream random) {
    double[] moved = new double[mark.length];
    for (int stroke = 0; stroke < count; stroke++) {
      double angle = 2 * Math.PI * random.nextDouble();
      double x = shape.width() * random.nextDouble();
      double y = shape.height() * random.nextDouble();
      int at = COORDINATES * stroke;
      int middle = at + 2 * (POINTS / 2);
      for (int k = at; k < at + COORDINATES; k += 2) {
        double dx = mark[k] - mark[middle];
        double dy = mark[k + 1] - mark[middle + 1];
        moved[k] = x + Math.cos(angle) * dx - Math.sin(angle) * dy;
        moved[k + 1] = y + Math.sin(angle) * dx + Math.cos(angle) * dy;
      }
    }
    confine(moved, shape);
    return moved;
  }

  @Override
  public String noun() {
    return count == 1 ? "Single strokes" : count + " strokes";
  }

  @Override
  public String settings() {
    return String.format(
        Locale.ROOT, "strokes:count=%d:width=%s:length=%s:ink=%d", count, width, length, ink);
  }
}

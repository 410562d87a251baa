package io.foolproof.report.study;

import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Chart;
import io.foolproof.study.figure.Patterns;
import java.util.ArrayList;
import java.util.List;

/** How many images there are, and the fraction of patterns that training images show. */
record PatternsView(Patterns.Found found, Chart chart) implements View {
  private static final int GOOGOL_DIGITS = 101;
  private static final int IN_A_LINE = 48;

  /** A number of levels, and how long the number of images is. */
  record Row(int levels, int digits) {}

  static PatternsView of(Patterns.Found found) {
    int[] seen = found.seen();
    double[] k = new double[seen.length];
    double[] fraction = new double[seen.length];
    for (int i = 0; i < k.length; i++) {
      k[i] = i + 1;
      fraction[i] = seen[i] / Math.pow(2, i + 1);
    }
    double least = fraction[fraction.length - 1];
    double low = Math.pow(10, Math.floor(Math.log10(Math.max(least, 1e-9))));
    Chart chart =
        Chart.of(
                "Fraction of on/off patterns seen, by number of pixels",
                new Plot(
                    Axis.count("pixels, the most varied first", seen.length),
                    Axis.powersOfTen("fraction of patterns seen", Math.min(0.1, low), 1)))
            .series(Chart.Series.FIRST, k, fraction, "Patterns that the training images show")
            .saying(
                "Of the patterns of 1 pixel all are seen, of those of %d pixels %s"
                    .formatted(seen.length, Numbers.percent(least)));
    return new PatternsView(found, chart);
  }

  @Override
  public String template() {
    return "study/patterns.jte";
  }

  @Override
  public List<Chart> drawings() {
    return List.of(chart);
  }

  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < found.levels().length; i++) {
      rows.add(new Row(found.levels()[i], found.digits()[i]));
    }
    return rows;
  }

  boolean moreThanAGoogol() {
    return found.digits()[0] >= GOOGOL_DIGITS;
  }

  int mostPixels() {
    return found.seen().length;
  }

  double leastFraction() {
    return found.seen()[mostPixels() - 1] / Math.pow(2, mostPixels());
  }

  boolean seesLittle() {
    return leastFraction() < 0.01;
  }

  /** The number of images of two levels, in lines. */
  List<String> countLines() {
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < found.count().length(); at += IN_A_LINE) {
      lines.add(found.count().substring(at, Math.min(found.count().length(), at + IN_A_LINE)));
    }
    return lines;
  }
}

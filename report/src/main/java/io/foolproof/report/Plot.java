package io.foolproof.report;

/**
 * Where values lie on a chart: an axis across and one upwards, over a plot of {@link #WIDTH} x
 * {@link #HEIGHT} units whose origin is its upper left corner, as SVG counts.
 */
public record Plot(Axis across, Axis up) {
  public static final int WIDTH = 600;
  public static final int HEIGHT = 250;

  /**
   * The plot with room around it for labels, also for those of a narrow screen, which are larger.
   */
  public static final String VIEW_BOX = "-84 -56 740 372";

  /** The place of a value from the left. */
  public String x(double value) {
    return Numbers.fixed(WIDTH * across.fraction(value), 1);
  }

  /** The place of a value from the top. */
  public String y(double value) {
    return Numbers.fixed(HEIGHT * (1 - up.fraction(value)), 1);
  }

  /** Both, as a point of an SVG polyline. */
  public String point(double x, double y) {
    return x(x) + "," + y(y);
  }
}

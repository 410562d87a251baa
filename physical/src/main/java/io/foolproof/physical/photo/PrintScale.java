package io.foolproof.physical.photo;

import io.foolproof.physical.sheet.Paper;
import io.foolproof.physical.sheet.SheetLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * The scale at which a sheet was printed, from the edges of the paper against the desk. A
 * photograph tells no lengths, only ratios: that of the markers' distance to the width of the
 * paper, whose true width is known from its name. Where the paper's edges are not seen, nothing is
 * told, and the printed ruler must be held against a real one.
 */
final class PrintScale {
  /** From beyond the markers to where the edge may be, at 80 % of the scale. */
  private static final double NEAREST = 1.5;

  private static final double FARTHEST = 40;
  private static final double STEP = 0.25;

  /** A fall in brightness, as a fraction of paper, that is an edge rather than a shadow. */
  private static final double FALL = 0.15;

  private static final int LINES = 15;

  /** The fraction of lines that must find the edge at one place. */
  private static final double AGREEING = 0.6;

  /** How far two lines that agree are apart at most, in millimetres. */
  private static final double TOLERANCE = 1;

  private PrintScale() {}

  /** The scale, where 1 is true; empty where it cannot be told. */
  static OptionalDouble find(Probe probe, SheetLayout layout) {
    Paper paper = layout.paper();
    double inner = layout.marker(0).x();
    double right = paper.width() - inner;
    double bottom = paper.height() - inner;
    List<Double> scales = new ArrayList<>();
    // Lines end at the edge of a marker; they begin where paper is white.
    OptionalDouble left = edge(t -> inner, t -> spread(t, inner, bottom), -1, 0, probe);
    OptionalDouble rightEdge = edge(t -> right, t -> spread(t, inner, bottom), 1, 0, probe);
    OptionalDouble top = edge(t -> spread(t, inner, right), t -> inner, 0, -1, probe);
    OptionalDouble bottomEdge = edge(t -> spread(t, inner, right), t -> bottom, 0, 1, probe);
    if (left.isPresent() && rightEdge.isPresent()) {
      double seen = right - inner + left.getAsDouble() + rightEdge.getAsDouble();
      scales.add(paper.width() / seen);
    }
    if (top.isPresent() && bottomEdge.isPresent()) {
      double seen = bottom - inner + top.getAsDouble() + bottomEdge.getAsDouble();
      scales.add(paper.height() / seen);
    }
    return scales.stream().mapToDouble(Double::doubleValue).average();
  }

  private static double spread(double t, double from, double to) {
    return from + t * (to - from);
  }

  /** How far beyond the markers the paper ends on one side. */
  private static OptionalDouble edge(
      DoubleUnaryOperator x, DoubleUnaryOperator y, int dx, int dy, Probe probe) {
    List<Double> found = new ArrayList<>();
    for (int line = 0; line < LINES; line++) {
      double t = 0.02 + 0.96 * line / (LINES - 1);
      double fromX = x.applyAsDouble(t);
      double fromY = y.applyAsDouble(t);
      double paper = probe.at(fromX + NEAREST * dx, fromY + NEAREST * dy);
      for (double d = NEAREST; d <= FARTHEST; d += STEP) {
        double level = probe.at(fromX + d * dx, fromY + d * dy);
        double beyond = probe.at(fromX + (d + 1) * dx, fromY + (d + 1) * dy);
        if (level < (1 - FALL) * paper && beyond < (1 - FALL) * paper) {
          found.add(d);
          break;
        }
      }
    }
    double[] places = found.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (places.length == 0) {
      return OptionalDouble.empty();
    }
    double middle = places[places.length / 2];
    double[] near = Arrays.stream(places).filter(d -> Math.abs(d - middle) <= TOLERANCE).toArray();
    return near.length >= AGREEING * LINES ? Arrays.stream(near).average() : OptionalDouble.empty();
  }
}

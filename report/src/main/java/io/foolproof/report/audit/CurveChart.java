package io.foolproof.report.audit;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.AuditResult.CurvePoint;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.report.Axis;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Plot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy against epsilon, with its 95 % interval as a band, the accuracy under noise of the same
 * size, and, where every attack was a minimal-norm attack, the curve of each class.
 *
 * @param line the accuracy, as points of an SVG polyline
 * @param band its interval, as a polygon
 * @param noise the control; empty where there is none
 * @param classes one thin line a class; none for many classes
 */
record CurveChart(Plot plot, String line, String band, String noise, List<ClassLine> classes) {
  /** More lines cannot be told apart. */
  private static final int MOST_CLASSES = 12;

  /**
   * The curve of one class.
   *
   * @param points of an SVG polyline
   * @param hue of its colour, in degrees
   */
  record ClassLine(String name, String points, int hue) {}

  /** On how many samples plain noise was measured besides the attacks; null where on none. */
  static @Nullable Proportion control(AuditResult result) {
    return result.curve().isEmpty() ? null : result.curve().get(0).noise();
  }

  /** The fraction still correctly classified under noise, where it was measured. */
  static double noise(CurvePoint point) {
    return Objects.requireNonNull(point.noise()).value();
  }

  /** Why there is no control. */
  static String whyNoControl(AuditResult result) {
    ThreatModel threat = result.threat();
    return Attacks.parse("noise").covers(threat)
        ? "plain noise was not measured"
        : "plain noise is not defined for " + threat.symbol();
  }

  /** The chart of an audit, or null where it has no curve. */
  static @Nullable CurveChart of(AuditResult result) {
    List<CurvePoint> curve = result.curve();
    if (curve.isEmpty()) {
      return null;
    }
    double last = curve.get(curve.size() - 1).epsilon();
    Plot plot =
        new Plot(
            Axis.linear("epsilon (" + result.threat().symbol() + ")", last > 0 ? last : 1),
            Axis.percent("accuracy"));
    List<CurvePoint> back = new ArrayList<>(curve);
    Collections.reverse(back);
    return new CurveChart(
        plot,
        points(plot, curve, point -> point.robustAccuracy().value()),
        points(plot, curve, point -> point.robustAccuracy().high())
            + " "
            + points(plot, back, point -> point.robustAccuracy().low()),
        control(result) == null ? "" : points(plot, curve, CurveChart::noise),
        classes(result, plot));
  }

  private static String points(
      Plot plot, List<CurvePoint> curve, ToDoubleFunction<CurvePoint> accuracy) {
    return curve.stream()
        .map(point -> plot.point(point.epsilon(), accuracy.applyAsDouble(point)))
        .collect(Collectors.joining(" "));
  }

  /** Only minimal-norm attacks tell between which two epsilons a sample is fooled. */
  private static List<ClassLine> classes(AuditResult result, Plot plot) {
    boolean closest = result.attacks().stream().anyMatch(attack -> attack.closest() != null);
    Map<Integer, List<SampleVerdict>> byLabel =
        result.samples().stream().collect(Collectors.groupingBy(SampleVerdict::label));
    if (!closest || byLabel.size() > MOST_CLASSES) {
      return List.of();
    }
    ClassNames names = new ClassNames(result.data().classNames());
    List<ClassLine> lines = new ArrayList<>();
    byLabel.forEach(
        (label, samples) ->
            lines.add(
                new ClassLine(
                    names.of(label),
                    points(
                        plot,
                        result.curve(),
                        point -> unfooled(samples, point.epsilon(), result.threat()).value()),
                    360 * lines.size() / byLabel.size())));
    return lines;
  }

  private static Proportion unfooled(
      List<SampleVerdict> samples, double epsilon, ThreatModel threat) {
    return new Proportion(
        (int) samples.stream().filter(s -> ClassOutcome.distance(s, threat) > epsilon).count(),
        samples.size());
  }
}

package io.foolproof.report.audit;

import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.AuditResult.CurvePoint;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.SampleVerdict;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy against epsilon, with its 95 % interval as a band, what noise of the same size leaves,
 * and, where every attack looked for the closest example, the curve of each class.
 *
 * @param line the accuracy, as points of an SVG polyline in a plot of {@link #WIDTH} x {@link
 *     #HEIGHT}
 * @param band its interval, as a polygon
 * @param noise the control; empty where there is none
 * @param classes one thin line a class; none for many classes
 * @param threat how epsilon is measured
 * @param epsilons the ticks of the horizontal axis
 * @param accuracies the ticks of the vertical axis
 */
public record CurveChart(
    String line,
    String band,
    String noise,
    List<ClassLine> classes,
    ThreatModel threat,
    List<Tick> epsilons,
    List<Tick> accuracies) {
  public static final int WIDTH = 690;
  public static final int HEIGHT = 270;

  private static final int QUARTERS = 4;

  /** More lines are a thicket. */
  private static final int MOST_CLASSES = 12;

  /**
   * A tick of an axis.
   *
   * @param place in the units of the plot, from its left or its top
   */
  public record Tick(String label, String place) {}

  /**
   * The curve of one class.
   *
   * @param points of an SVG polyline
   * @param hue of its colour, in degrees
   */
  record ClassLine(String name, String points, int hue) {}

  /** Of how many samples plain noise was measured beside the attacks; null where of none. */
  static @Nullable Proportion control(AuditResult result) {
    return result.curve().isEmpty() ? null : result.curve().get(0).noise();
  }

  /** The share that noise left, where it was measured. */
  static double noise(CurvePoint point) {
    return Objects.requireNonNull(point.noise()).value();
  }

  /** Why there is no control. */
  static String whyNoControl(AuditResult result) {
    return Attacks.parse("noise").covers(result.threat())
        ? "plain noise was not measured"
        : "plain noise has no version for " + result.threat().symbol();
  }

  /** The chart of an audit, or null where it has no curve. */
  static @Nullable CurveChart of(AuditResult result) {
    List<CurvePoint> curve = result.curve();
    if (curve.isEmpty()) {
      return null;
    }
    double last = curve.get(curve.size() - 1).epsilon();
    double largest = last > 0 ? last : 1;
    List<CurvePoint> back = new ArrayList<>(curve);
    Collections.reverse(back);
    return new CurveChart(
        points(curve, largest, point -> point.robustAccuracy().value()),
        points(curve, largest, point -> point.robustAccuracy().high())
            + " "
            + points(back, largest, point -> point.robustAccuracy().low()),
        control(result) == null ? "" : points(curve, largest, CurveChart::noise),
        classes(result, largest),
        result.threat(),
        ticks(WIDTH, share -> share, share -> Numbers.decimal(share * largest)),
        ticks(HEIGHT, share -> 1 - share, share -> Numbers.fixed(100 * share, 0) + " %"));
  }

  private static String points(
      List<CurvePoint> curve, double largest, ToDoubleFunction<CurvePoint> share) {
    return curve.stream()
        .map(point -> point(point.epsilon() / largest, share.applyAsDouble(point)))
        .collect(Collectors.joining(" "));
  }

  private static String point(double across, double share) {
    return Numbers.fixed(WIDTH * across, 1) + "," + Numbers.fixed(HEIGHT * (1 - share), 1);
  }

  /** Only closest examples say where between two epsilons a sample falls. */
  private static List<ClassLine> classes(AuditResult result, double largest) {
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
                    result.curve().stream()
                        .map(CurvePoint::epsilon)
                        .map(
                            epsilon ->
                                point(
                                    epsilon / largest,
                                    left(samples, epsilon, result.threat()).value()))
                        .collect(Collectors.joining(" ")),
                    360 * lines.size() / byLabel.size())));
    return lines;
  }

  private static Proportion left(List<SampleVerdict> samples, double epsilon, ThreatModel threat) {
    return new Proportion(
        (int) samples.stream().filter(s -> ClassOutcome.distance(s, threat) > epsilon).count(),
        samples.size());
  }

  private static List<Tick> ticks(
      int length, DoubleFunction<Double> direction, DoubleFunction<String> label) {
    return DoubleStream.iterate(0, share -> share <= 1, share -> share + 1.0 / QUARTERS)
        .mapToObj(
            share ->
                new Tick(label.apply(share), Numbers.fixed(length * direction.apply(share), 1)))
        .toList();
  }
}

package io.foolproof.report.smooth;

import io.foolproof.audit.Proportion;
import io.foolproof.audit.smooth.SmoothPlan;
import io.foolproof.audit.smooth.SmoothResult;
import io.foolproof.audit.smooth.Smoothed;
import io.foolproof.certify.smooth.Smoothing;
import io.foolproof.report.Axis;
import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.Plot;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.JsonReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a study of a smoothed classifier: {@code index.html}, {@code smooth.json} and {@code
 * smooth.csv}, a line an image.
 */
public final class SmoothReport {
  private static final int CURVE_STEPS = 200;

  private SmoothReport() {}

  /** All that the template shows. */
  record Shown(SmoothResult result, ReportContext context, @Nullable Curve curve) {
    List<Line> lines() {
      return SmoothReport.lines(result);
    }

    String confidence() {
      return SmoothReport.confidence(result.plan());
    }

    String caveat() {
      return SmoothReport.caveat(result);
    }

    List<Fact> facts() {
      SmoothPlan plan = result.plan();
      Smoothing smoothing = plan.smoothing();
      List<Fact> facts = new ArrayList<>();
      facts.add(new Fact("Model", plan.model().name()));
      facts.add(new Fact("Model SHA-256", plan.model().origin().identity()));
      facts.add(new Fact("Data", plan.images().name()));
      facts.add(
          new Fact(
              "Images",
              plan.images().selection().isEmpty()
                  ? "all " + Numbers.count(plan.images().size())
                  : plan.images().selection()));
      facts.add(new Fact("Data SHA-256", plan.images().sha256()));
      facts.add(
          new Fact(
              "Noise",
              smoothing.noise().id()
                  + ", sigma "
                  + smoothing.noise().sigma()
                  + ", in units of pixels from 0 to 1"));
      facts.add(
          new Fact(
              "Draws",
              "%s to select a class, %s%s to bound its probability"
                  .formatted(
                      Numbers.count(smoothing.selection()),
                      plan.radius() == null ? "" : "at most ",
                      Numbers.count(smoothing.draws()))));
      facts.add(new Fact("Seed", Long.toString(smoothing.seed())));
      facts.addAll(Provenance.circumstances(context));
      return facts;
    }
  }

  /** A row of the table. */
  record Line(String radius, String accuracy, String interval) {}

  /** Certified accuracy against radius, with its interval over images. */
  record Curve(Plot plot, String line, String band) {
    static Curve of(SmoothResult result) {
      double last = result.plan().smoothing().largestRadius();
      Plot plot = new Plot(Axis.linear("L2 radius", last), Axis.percent("certified accuracy"));
      List<Double> radii =
          new ArrayList<>(
              IntStream.rangeClosed(0, CURVE_STEPS)
                  .mapToObj(k -> Math.min(last, k * last / CURVE_STEPS))
                  .toList());
      String line = points(plot, result, radii, 0);
      String upper = points(plot, result, radii, 1);
      Collections.reverse(radii);
      return new Curve(plot, line, upper + " " + points(plot, result, radii, -1));
    }

    private static String points(Plot plot, SmoothResult result, List<Double> radii, int end) {
      return radii.stream()
          .map(
              radius -> {
                Proportion accuracy = result.certified(radius);
                double value =
                    end == 0 ? accuracy.value() : end > 0 ? accuracy.high() : accuracy.low();
                return plot.point(radius, value);
              })
          .collect(Collectors.joining(" "));
    }
  }

  /** The confidence of each certificate: 99.9 %. */
  public static String confidence(SmoothPlan plan) {
    return Numbers.decimal(100 * plan.smoothing().confidence()) + " %";
  }

  /** What stands in the line of every figure; empty where nothing has to. */
  public static String caveat(SmoothResult result) {
    List<String> caveats = new ArrayList<>();
    if (!result.plan().smoothing().noise().isSound()) {
      caveats.add(
          "for exact arithmetic only: the noise is in floating point, whose rounding can make"
              + " certificates wrong; give --noise integer for images of 8 bits");
    }
    if (result.isHardlySmoothable()) {
      caveats.add(
          "the model loses more than half of its correct images under the noise: it was probably not"
              + " trained with it (foolproof train --noise "
              + result.plan().smoothing().noise().sigma()
              + ")");
    }
    return caveats.isEmpty() ? "" : " (" + String.join("; ", caveats) + ")";
  }

  /** The figures at each radius, as sentences. */
  public static List<String> sentences(SmoothResult result) {
    List<String> sentences = new ArrayList<>();
    for (double radius : result.radii()) {
      Proportion accuracy = result.certified(radius);
      sentences.add(
          "L2 radius %s: %s certified at confidence %s (95 %% over images %s)%s"
              .formatted(
                  Numbers.decimal(radius),
                  Numbers.percent(accuracy),
                  confidence(result.plan()),
                  Numbers.interval(accuracy),
                  caveat(result)));
    }
    return sentences;
  }

  private static List<Line> lines(SmoothResult result) {
    return result.radii().stream()
        .map(
            radius ->
                new Line(
                    Numbers.decimal(radius),
                    Numbers.percent(result.certified(radius)),
                    Numbers.interval(result.certified(radius))))
        .toList();
  }

  /**
   * Writes the files, in place of those that are there already.
   *
   * @throws io.foolproof.tensor.InvalidInputException if the folder cannot be written to
   */
  public static void write(SmoothResult result, ReportContext context, Path folder) {
    Curve curve = result.plan().radius() == null ? Curve.of(result) : null;
    byte[] html =
        Page.render("smooth/index.jte", new Shown(result, context, curve))
            .getBytes(StandardCharsets.UTF_8);
    OutputFolder output = new OutputFolder(folder);
    output.write("smooth.csv", csv(result).getBytes(StandardCharsets.UTF_8));
    output.write("smooth.json", JsonReport.write(json(result, context)));
    output.write("index.html", html);
  }

  private static String csv(SmoothResult result) {
    StringBuilder csv =
        new StringBuilder("index,label,plain,candidate,hits,draws,lower,certified,radius\r\n");
    for (Smoothed image : result.images()) {
      Smoothing.Certificate of = image.certificate();
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%d,%d,%d,%d,%s,%s,%s\r\n",
              image.index(),
              image.label(),
              image.plain(),
              of.candidate(),
              of.hits(),
              of.draws(),
              of.lower(),
              of.certified() ? "yes" : "abstains",
              of.radius()));
    }
    return csv.toString();
  }

  /** The summary for programs. Its records are its schema. */
  record Json(
      int schemaVersion,
      JsonReport.Program program,
      String model,
      String modelSha256,
      String data,
      String dataSha256,
      int images,
      String noise,
      boolean soundInFloatingPoint,
      double sigma,
      int selectionDraws,
      int draws,
      double confidence,
      @Nullable Double radiusAsked,
      long seed,
      Share withoutNoise,
      Share abstained,
      Share certifiedWrong,
      boolean hardlySmoothable,
      List<At> certified) {}

  record Share(int count, int total, double value, double low, double high) {
    static Share of(Proportion share) {
      return new Share(share.count(), share.total(), share.value(), share.low(), share.high());
    }
  }

  /** Certified accuracy at a radius. */
  record At(double radius, Share accuracy) {}

  private static Json json(SmoothResult result, ReportContext context) {
    SmoothPlan plan = result.plan();
    Smoothing smoothing = plan.smoothing();
    return new Json(
        1,
        JsonReport.Program.of(context),
        plan.model().name(),
        plan.model().origin().identity(),
        plan.images().name(),
        plan.images().sha256(),
        plan.images().size(),
        smoothing.noise().id(),
        smoothing.noise().isSound(),
        smoothing.noise().sigma(),
        smoothing.selection(),
        smoothing.draws(),
        smoothing.confidence(),
        plan.radius(),
        smoothing.seed(),
        Share.of(result.plain()),
        Share.of(result.abstained()),
        Share.of(result.wrong()),
        result.isHardlySmoothable(),
        result.radii().stream()
            .map(radius -> new At(radius, Share.of(result.certified(radius))))
            .toList());
  }
}

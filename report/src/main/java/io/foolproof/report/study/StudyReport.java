package io.foolproof.report.study;

import io.foolproof.report.Fact;
import io.foolproof.report.Numbers;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.Page;
import io.foolproof.report.Provenance;
import io.foolproof.report.ReportContext;
import io.foolproof.study.Computed;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyResult;
import io.foolproof.study.claim.Judgement;
import io.foolproof.study.claim.Outcome;
import io.foolproof.study.figure.Averaging;
import io.foolproof.study.figure.Figures;
import io.foolproof.study.figure.InsideByDimension;
import io.foolproof.study.figure.Learning;
import io.foolproof.study.figure.NoBrainer;
import io.foolproof.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The story as a page, {@code index.html}, with its drawings as SVG files beside it.
 *
 * <p>Every number and verdict on it is of the study; where a finding contradicts a sentence,
 * another sentence takes its place.
 */
public final class StudyReport {
  private StudyReport() {}

  /** A figure that is not there, and why. */
  record Missing(int number, String title, String why) {}

  /** A line of the table of claims. */
  record ClaimRow(Judgement judgement, String sign) {}

  /**
   * All that the page shows.
   *
   * @param figures each as a part of the page, by its number
   */
  record Shown(
      StudyResult result,
      ReportContext context,
      Words words,
      Map<Integer, String> figures,
      List<ClaimRow> claims) {

    String figure(int number) {
      return figures.getOrDefault(number, "");
    }

    String style() {
      return Page.resource(StudyReport.class, "study.css");
    }

    String script() {
      return StudyScript.text();
    }

    private Optional<NoBrainer.Found> noBrainer() {
      return result.found(NoBrainer.Found.class);
    }

    /** Whether most new images lie outside the hull, or nobody looked. */
    boolean extrapolates() {
      return result
          .found(InsideByDimension.Found.class)
          .map(InsideView::of)
          .map(view -> view.fraction(view.all()) < 0.5)
          .orElse(true);
    }

    /** Whether nine in ten test images are correctly classified, or nobody looked. */
    boolean guessesWell() {
      return result
          .found(Learning.Found.class)
          .map(found -> (double) found.correct() / found.tested() > 0.9)
          .orElse(true);
    }

    boolean averagingHelps() {
      return result
          .found(Averaging.Found.class)
          .map(found -> AveragingView.of(found, words).averagingHelps())
          .orElse(false);
    }

    /** Whether it was measured how often the model is fooled. */
    boolean attacked() {
      return noBrainer().isPresent();
    }

    boolean oftenFooled() {
      return noBrainer().map(found -> found.fooled().value() > 0.5).orElse(false);
    }

    boolean everFooled() {
      return noBrainer().map(found -> found.fooled().count() > 0).orElse(false);
    }

    long count(Outcome outcome) {
      return claims.stream().filter(row -> row.judgement().outcome() == outcome).count();
    }

    long holding() {
      return count(Outcome.HOLDS);
    }

    long holdingBut() {
      return count(Outcome.HOLDS_BUT);
    }

    long notHolding() {
      return count(Outcome.DOES_NOT_HOLD);
    }

    long notMeasured() {
      return count(Outcome.NOT_MEASURED);
    }

    /** As the command line takes them. */
    String data() {
      return result.plan().training().name();
    }

    /** The file of the model. */
    String model() {
      return result.plan().model() == null ? "models/plain.onnx" : "model.onnx";
    }

    boolean trainedHere() {
      return result.plan().model() == null;
    }

    List<Fact> facts() {
      List<Fact> facts = new ArrayList<>();
      result.plan().identity().forEach((name, value) -> facts.add(new Fact(name, value)));
      facts.add(new Fact("Seconds", Numbers.fixed(result.seconds(), 1)));
      facts.addAll(Provenance.circumstances(context));
      return facts;
    }

    Reference[] references() {
      return Reference.values();
    }
  }

  /**
   * Writes the files, in place of those that are there already, the page last.
   *
   * @throws InvalidInputException if the folder cannot be written to; the old page then still is
   *     there
   */
  public static void write(
      StudyResult result, List<Judgement> claims, ReportContext context, Path folder) {
    Words words = Words.of(result.plan());
    Views views = new Views(result.plan(), words);
    OutputFolder output = new OutputFolder(folder);
    Map<Integer, String> figures = new LinkedHashMap<>();
    for (Figure<?> figure : Figures.all()) {
      figures.put(figure.number(), missing(figure, result));
    }
    for (Computed<?> computed : result.figures()) {
      View view = views.of(computed.found());
      Section.Frame frame = frame(computed, context, view);
      figures.put(
          computed.figure().number(),
          printed(Page.render(view.template(), new Section<>(frame, words, view))));
      for (int i = 0; i < view.drawings().size(); i++) {
        String svg = view.drawings().get(i).svg();
        output.write(frame.drawings().get(i), svg.getBytes(StandardCharsets.UTF_8));
      }
    }
    Shown shown = new Shown(result, context, words, figures, rows(claims));
    output.write(
        "index.html", Page.render("study/index.jte", shown).getBytes(StandardCharsets.UTF_8));
  }

  /** Numbers as they are printed: no line ends before a per cent, and exponents are raised. */
  private static String printed(String html) {
    return Numbers.raised(html).replace(" %", "\u00a0%");
  }

  private static String missing(Figure<?> figure, StudyResult result) {
    String why = result.leftOut().get(figure.number());
    return Page.render(
        "study/missing.jte",
        new Missing(
            figure.number(),
            figure.title(),
            why == null
                ? "not computed yet; --only " + figure.number() + " computes it"
                : "left out: " + why));
  }

  private static Section.Frame frame(Computed<?> computed, ReportContext context, View view) {
    int number = computed.figure().number();
    String name = "figure-%02d".formatted(number);
    List<String> drawings = new ArrayList<>();
    for (int i = 1; i <= view.drawings().size(); i++) {
      drawings.add(view.drawings().size() == 1 ? name + ".svg" : name + "-" + i + ".svg");
    }
    return new Section.Frame(
        number,
        computed.figure().title(),
        computed.seconds() < 0.05
            ? "less than 0.1 seconds"
            : Numbers.fixed(computed.seconds(), 1) + " seconds",
        command(context, number),
        StudyFiles.csvName(number),
        drawings);
  }

  /** What computes this figure alone; nothing where nobody knows the command. */
  private static String command(ReportContext context, int number) {
    return context.command().isEmpty()
        ? ""
        : context.command().replaceAll(" --only \\S+", "") + " --only " + number;
  }

  private static List<ClaimRow> rows(List<Judgement> claims) {
    return claims.stream()
        .map(judgement -> new ClaimRow(judgement, sign(judgement.outcome())))
        .toList();
  }

  /** What an outcome looks like from afar. */
  private static String sign(Outcome outcome) {
    return switch (outcome) {
      case HOLDS, HOLDS_BUT -> "✓";
      case DOES_NOT_HOLD -> "✗";
      case NOT_MEASURED -> "–";
    };
  }
}

package io.foolproof.report.study;

import io.foolproof.data.ImageSet;
import io.foolproof.report.OutputFolder;
import io.foolproof.report.ReportContext;
import io.foolproof.report.audit.JsonReport;
import io.foolproof.study.Computed;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.StudyResult;
import io.foolproof.study.claim.Judgement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A study for programs: {@value #JSON}, which two runs of one study share to the last bit, {@value
 * #TIMING} with what they do not, and a CSV file for each figure.
 */
public final class StudyFiles {
  /** All figures and claims. */
  public static final String JSON = "study.json";

  /** When and where the study ran, and how long its figures took. */
  public static final String TIMING = "timing.json";

  private static final int SCHEMA_VERSION = 1;

  private StudyFiles() {}

  /** The name of a figure's CSV file. */
  public static String csvName(int figure) {
    return "figure-%02d.csv".formatted(figure);
  }

  record Study(
      int schemaVersion,
      Images training,
      Images validation,
      Images test,
      String model,
      String extent,
      long seed,
      List<FoundFigure> figures,
      Map<Integer, String> leftOut,
      List<JudgedClaim> claims) {}

  record Images(String name, int count, String sha256) {
    static Images of(ImageSet images) {
      return new Images(images.name(), images.size(), images.sha256());
    }
  }

  record FoundFigure(int number, String title, int version, Object found) {}

  record JudgedClaim(int number, String says, List<Integer> figures, String outcome, String found) {
    static JudgedClaim of(Judgement judgement) {
      return new JudgedClaim(
          judgement.claim().number(),
          judgement.claim().says(),
          judgement.claim().figures(),
          judgement.outcome().words(),
          judgement.found());
    }
  }

  record Timings(
      int schemaVersion, JsonReport.Program program, double seconds, List<Took> figures) {}

  record Took(int number, double seconds) {}

  /**
   * Writes the files, each in place of one that is there already.
   *
   * @throws io.foolproof.tensor.InvalidInputException if one cannot be written
   */
  public static void write(
      StudyResult result, List<Judgement> claims, ReportContext context, Path folder) {
    OutputFolder out = new OutputFolder(folder);
    for (Computed<?> computed : result.figures()) {
      String name = csvName(computed.figure().number());
      out.write(name, FigureCsv.render(computed.found()).getBytes(StandardCharsets.UTF_8));
    }
    out.write(JSON, FigureJson.write(study(result, claims)));
    out.write(TIMING, FigureJson.write(timings(result, context)));
  }

  private static Study study(StudyResult result, List<Judgement> claims) {
    StudyPlan plan = result.plan();
    return new Study(
        SCHEMA_VERSION,
        Images.of(plan.training()),
        Images.of(plan.validation()),
        Images.of(plan.test()),
        plan.model() == null ? "trained here" : plan.model().name(),
        plan.extent().id(),
        plan.seed(),
        result.figures().stream()
            .map(
                computed ->
                    new FoundFigure(
                        computed.figure().number(),
                        computed.figure().title(),
                        computed.figure().version(),
                        computed.found()))
            .toList(),
        new TreeMap<>(result.leftOut()),
        claims.stream().map(JudgedClaim::of).toList());
  }

  private static Timings timings(StudyResult result, ReportContext context) {
    return new Timings(
        SCHEMA_VERSION,
        JsonReport.Program.of(context),
        result.seconds(),
        result.figures().stream()
            .map(computed -> new Took(computed.figure().number(), computed.seconds()))
            .toList());
  }
}

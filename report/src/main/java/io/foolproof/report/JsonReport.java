package io.foolproof.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.foolproof.attack.Goal;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The report for programs. Its records are its schema, which {@code docs/report-schema.md}
 * describes; what is null is left out.
 */
record JsonReport(
    int schemaVersion,
    Program program,
    Subject subject,
    Threat threatModel,
    long seed,
    @Nullable String replayedBy,
    Summary summary,
    List<Attack> attacks,
    List<Point> curve,
    List<ClassShare> classes) {

  private static final int SCHEMA_VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  record Program(
      String name, String version, String java, String platform, String date, String command) {

    static Program of(ReportContext context) {
      return new Program(
          "foolproof",
          context.programVersion(),
          context.javaVersion(),
          context.platform(),
          context.date().toString(),
          context.command());
    }
  }

  record Subject(
      String model,
      String modelSha256,
      double inputLow,
      double inputHigh,
      String data,
      String dataSha256,
      String engine,
      List<String> notes) {}

  record Threat(
      String norm,
      double epsilon,
      double epsilonLevels,
      String goal,
      @Nullable Integer targetClass) {}

  record Interval(double low, double high) {
    static Interval of(Proportion share) {
      return new Interval(share.low(), share.high());
    }
  }

  record Intervals(
      Interval cleanAccuracy, Interval robustAccuracy, @Nullable Interval certifiedAccuracy) {}

  record Summary(
      int samples,
      double cleanAccuracy,
      double robustAccuracy,
      @Nullable Double certifiedAccuracy,
      Intervals intervals,
      Map<String, Integer> verdicts) {}

  record Attack(
      String name,
      String settings,
      int tried,
      int fooled,
      int notReplayed,
      int errors,
      double robustAccuracy,
      Interval robustAccuracyInterval,
      double seconds,
      long forwards,
      long backwards) {}

  record Point(double epsilon, double robustAccuracy, Interval robustAccuracyInterval) {}

  record ClassShare(
      int label, String name, int samples, double cleanAccuracy, double robustAccuracy) {}

  /** The file's content, in UTF-8. */
  static byte[] render(AuditResult result, ReportContext context) {
    return write(of(result, context));
  }

  /** The JSON of a record, as all reports have it. */
  static byte[] write(Object report) {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    return MAPPER.writer().with(printer).writeValueAsBytes(report);
  }

  private static JsonReport of(AuditResult result, ReportContext context) {
    return new JsonReport(
        SCHEMA_VERSION,
        Program.of(context),
        subject(result.subject()),
        threat(result),
        result.seed(),
        result.replayedBy().isEmpty() ? null : result.replayedBy(),
        summary(result),
        result.attacks().stream().map(JsonReport::attack).toList(),
        result.curve().stream().map(JsonReport::point).toList(),
        ClassOutcome.of(result).stream().map(JsonReport::classShare).toList());
  }

  private static Subject subject(AuditResult.Subject subject) {
    return new Subject(
        subject.model(),
        subject.modelSha256(),
        subject.inputLow(),
        subject.inputHigh(),
        subject.data(),
        subject.dataSha256(),
        subject.engine(),
        subject.notes());
  }

  private static Threat threat(AuditResult result) {
    Integer target =
        result.threat().goal() instanceof Goal.Targeted targeted ? targeted.target() : null;
    return new Threat(
        result.threat().norm().id(),
        result.threat().epsilon(),
        new ThreatWords(result).levels(),
        target == null ? "untargeted" : "targeted",
        target);
  }

  private static Summary summary(AuditResult result) {
    Proportion clean = result.cleanAccuracy();
    Proportion robust = result.robustAccuracy();
    Proportion proved = result.count(Verdict.PROVED);
    // Left out, not zero: that nothing was proved is not that nothing can be.
    boolean certified = proved.count() > 0;
    Map<String, Integer> verdicts = new LinkedHashMap<>();
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(VerdictShare.id(verdict), result.count(verdict).count());
    }
    return new Summary(
        result.samples().size(),
        clean.value(),
        robust.value(),
        certified ? proved.value() : null,
        new Intervals(
            Interval.of(clean), Interval.of(robust), certified ? Interval.of(proved) : null),
        verdicts);
  }

  private static Attack attack(AttackSummary attack) {
    return new Attack(
        attack.name(),
        attack.settings(),
        attack.tried(),
        attack.fooled(),
        attack.notReplayed(),
        attack.errors(),
        attack.robustAccuracy().value(),
        Interval.of(attack.robustAccuracy()),
        attack.seconds(),
        attack.forwards(),
        attack.backwards());
  }

  private static Point point(AuditResult.CurvePoint point) {
    return new Point(
        point.epsilon(), point.robustAccuracy().value(), Interval.of(point.robustAccuracy()));
  }

  private static ClassShare classShare(ClassOutcome outcome) {
    return new ClassShare(
        outcome.label(),
        outcome.name(),
        outcome.clean().total(),
        outcome.clean().value(),
        outcome.standing().value());
  }
}

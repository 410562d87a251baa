package io.foolproof.report.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.foolproof.attack.Goal;
import io.foolproof.audit.AttackSummary;
import io.foolproof.audit.AuditResult;
import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import io.foolproof.audit.Proofs;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Randomness;
import io.foolproof.audit.Searched;
import io.foolproof.audit.Verdict;
import io.foolproof.report.ReportContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
public record JsonReport(
    int schemaVersion,
    Program program,
    Subject subject,
    Threat threatModel,
    long seed,
    @Nullable String replayedBy,
    Summary summary,
    List<Attack> attacks,
    @Nullable Cascade searched,
    @Nullable Proved proofs,
    List<Point> curve,
    List<Sign> diagnostics,
    @Nullable Drawn randomness,
    @Nullable GateOutcome gate,
    List<ClassShare> classes,
    @Nullable JsonTable table) {

  private static final int SCHEMA_VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  public record Program(
      String name, String version, String java, String platform, String date, String command) {

    public static Program of(ReportContext context) {
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
      String preprocessing,
      String data,
      String selection,
      String dataSha256,
      String engine,
      List<String> notes) {}

  record Threat(
      String norm,
      double epsilon,
      @Nullable Double epsilonLevels,
      @Nullable Integer levels,
      String goal,
      @Nullable Integer targetClass) {}

  record Interval(double low, double high) {
    static Interval of(Proportion share) {
      return new Interval(share.low(), share.high());
    }

    static Interval of(Randomness.Interval interval) {
      return new Interval(interval.low(), interval.high());
    }
  }

  record Intervals(
      String over,
      Interval cleanAccuracy,
      Interval robustAccuracy,
      @Nullable Interval certifiedAccuracy) {}

  record Summary(
      int samples,
      double cleanAccuracy,
      double robustAccuracy,
      @Nullable Double certifiedAccuracy,
      Intervals intervals,
      Map<String, Integer> verdicts,
      @Nullable Double survivesRounding,
      List<String> warnings) {}

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
      long backwards,
      @Nullable Closest closest,
      @Nullable String note) {}

  record Closest(int found, @Nullable Double medianDistance, int bestFor) {}

  record Sign(
      String id, String title, String state, String figure, String sentence, List<Step> series) {}

  record Step(int steps, double fooled) {}

  record Drawn(
      int draws,
      double mean,
      Interval intervalOverDraws,
      Interval intervalOverSamplesAndDraws,
      DrawnClean clean,
      boolean reproducible,
      @Nullable Elsewhere elsewhere) {}

  record DrawnClean(double mean, Interval intervalOverDraws, Interval intervalOverSamplesAndDraws) {
    static DrawnClean of(Randomness.Share share) {
      return new DrawnClean(
          share.mean(), Interval.of(share.overDraws()), Interval.of(share.overBoth()));
    }
  }

  record Elsewhere(String runtime, double mean, Interval intervalOverDraws, int contradicted) {}

  record GateOutcome(
      double failUnder,
      List<String> allowed,
      boolean passed,
      @Nullable String reason,
      List<String> failedBy) {}

  record Cascade(int ranked, int thorough, int checked, int fell, int notSearched, double atMost) {
    static Cascade of(Searched searched) {
      return new Cascade(
          searched.ranked(),
          searched.thorough(),
          searched.checked(),
          searched.fell(),
          searched.notSearched(),
          searched.atMost());
    }
  }

  record Proved(
      double timeoutSeconds,
      int tried,
      int proved,
      int fooled,
      int unknown,
      int attackedAllTheSame,
      List<Long> contradicted,
      @Nullable Double smallestMargin,
      double seconds) {
    static Proved of(Proofs proofs) {
      return new Proved(
          proofs.seconds(),
          proofs.tried(),
          proofs.proved(),
          proofs.fooled(),
          proofs.unknown(),
          proofs.controls(),
          proofs.contradicted(),
          proofs.margin(),
          proofs.took());
    }
  }

  record Point(
      double epsilon,
      double robustAccuracy,
      Interval robustAccuracyInterval,
      @Nullable Double noise) {}

  record ClassShare(
      int label,
      String name,
      int samples,
      double cleanAccuracy,
      double robustAccuracy,
      @Nullable Double medianDistance) {}

  /** The file's content, in UTF-8. */
  static byte[] render(AuditResult result, ReportContext context) {
    return write(of(result, context));
  }

  /** The JSON of a record, as all reports have it. */
  public static byte[] write(Object report) {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    return MAPPER.writer().with(printer).writeValueAsBytes(report);
  }

  private static JsonReport of(AuditResult result, ReportContext context) {
    return new JsonReport(
        SCHEMA_VERSION,
        Program.of(context),
        subject(result),
        threat(result),
        result.seed(),
        result.replayedBy().isEmpty() ? null : result.replayedBy(),
        summary(result),
        result.attacks().stream().map(JsonReport::attack).toList(),
        result.searched() == null ? null : Cascade.of(result.searched()),
        result.proofs() == null ? null : Proved.of(result.proofs()),
        result.curve().stream().map(JsonReport::point).toList(),
        result.diagnostics().stream().map(JsonReport::sign).toList(),
        drawn(result.randomness()),
        gate(context.gate()),
        ClassOutcome.of(result).stream().map(JsonReport::classShare).toList(),
        JsonTable.of(result));
  }

  private static Subject subject(AuditResult result) {
    AuditResult.Subject subject = result.subject();
    return new Subject(
        subject.model().name(),
        subject.model().identity(),
        subject.input().low(),
        subject.input().high(),
        subject.model().preprocessing(),
        result.data().name(),
        result.data().selection(),
        result.data().sha256(),
        subject.engine(),
        subject.model().notes());
  }

  private static Threat threat(AuditResult result) {
    Integer target =
        result.threat().goal() instanceof Goal.Targeted targeted ? targeted.target() : null;
    return new Threat(
        result.threat().id(),
        result.threat().epsilon(),
        result.features() == null ? (Double) new ThreatWords(result).levels() : null,
        result.threat().levels() == 0 ? null : (Integer) result.threat().levels(),
        target == null ? "untargeted" : "targeted",
        target);
  }

  private static Summary summary(AuditResult result) {
    Proportion clean = result.cleanAccuracy();
    Proportion robust = result.robustAccuracy();
    Proportion proved = result.provedAccuracy();
    Proportion rounded = result.surviveRounding();
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
            "samples",
            Interval.of(clean),
            Interval.of(robust),
            certified ? Interval.of(proved) : null),
        verdicts,
        rounded == null ? null : rounded.value(),
        result.warnings().stream().map(Diagnostic::id).toList());
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
        attack.backwards(),
        closest(attack.closest()),
        attack.note().isEmpty() ? null : attack.note());
  }

  private static Point point(AuditResult.CurvePoint point) {
    return new Point(
        point.epsilon(),
        point.robustAccuracy().value(),
        Interval.of(point.robustAccuracy()),
        point.noise() == null ? null : (Double) point.noise().value());
  }

  private static ClassShare classShare(ClassOutcome outcome) {
    return new ClassShare(
        outcome.label(),
        outcome.name(),
        outcome.clean().total(),
        outcome.clean().value(),
        outcome.robust().value(),
        finite(outcome.median()));
  }

  private static @Nullable Closest closest(AttackSummary.@Nullable Closest closest) {
    return closest == null
        ? null
        : new Closest(closest.found(), finite(closest.median()), closest.bestFor());
  }

  /** JSON has no infinity: a median that is not known is left out. */
  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static Sign sign(Diagnostic diagnostic) {
    return new Sign(
        diagnostic.id(),
        diagnostic.title(),
        diagnostic.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        diagnostic.figure(),
        diagnostic.sentence(),
        diagnostic.series().stream().map(p -> new Step(p.steps(), p.fooled())).toList());
  }

  private static @Nullable GateOutcome gate(Gate.@Nullable Outcome outcome) {
    return outcome == null
        ? null
        : new GateOutcome(
            outcome.gate().failUnder(),
            outcome.gate().allowed().stream().sorted().toList(),
            outcome.passed(),
            outcome.passed() ? null : outcome.reason(),
            outcome.failedBy().stream().map(Diagnostic::id).toList());
  }

  private static @Nullable Drawn drawn(@Nullable Randomness randomness) {
    return randomness == null
        ? null
        : new Drawn(
            randomness.draws(),
            randomness.mean(),
            Interval.of(randomness.overDraws()),
            Interval.of(randomness.overBoth()),
            DrawnClean.of(randomness.clean()),
            randomness.reproducible(),
            elsewhere(randomness.elsewhere()));
  }

  private static @Nullable Elsewhere elsewhere(Randomness.@Nullable Elsewhere other) {
    return other == null
        ? null
        : new Elsewhere(
            other.runtime(), other.mean(), Interval.of(other.overDraws()), other.contradicted());
  }
}

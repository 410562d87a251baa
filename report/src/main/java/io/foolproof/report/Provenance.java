package io.foolproof.report;

import io.foolproof.audit.AuditResult;
import io.foolproof.audit.hull.FoolingPlan;
import io.foolproof.audit.hull.HullPlan;
import io.foolproof.data.ImageSet;
import io.foolproof.model.Origin;
import io.foolproof.tensor.Engine;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the figures come from: what another person needs to reproduce them. */
public final class Provenance {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Provenance() {}

  public static String date(ReportContext context) {
    return DATE.format(context.date());
  }

  public static List<Fact> of(AuditResult result, ReportContext context) {
    AuditResult.Subject subject = result.subject();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Model", subject.model().name()));
    facts.add(new Fact("Model SHA-256", identity(subject.model())));
    boolean rows = result.noun().isRow();
    facts.add(new Fact("Preprocessing", preprocessing(subject.model(), rows)));
    facts.add(new Fact("Data", result.data().name()));
    facts.add(new Fact(rows ? "Rows" : "Images", selection(result.data())));
    facts.add(new Fact("Data SHA-256", result.data().sha256()));
    facts.add(new Fact("Seed", Long.toString(result.seed())));
    facts.add(new Fact("Engine", subject.engine()));
    facts.add(new Fact("Replayed by", replayedBy(result)));
    facts.addAll(circumstances(context));
    subject.model().notes().forEach(note -> facts.add(new Fact("Note", note)));
    return facts;
  }

  /** Of several audits, what all have in common. */
  public static List<Fact> common(AuditResult result, ReportContext context) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Data", result.data().name()));
    facts.add(new Fact("Images", selection(result.data())));
    facts.add(new Fact("Data SHA-256", result.data().sha256()));
    facts.add(new Fact("Seed", Long.toString(result.seed())));
    facts.add(new Fact("Engine", result.subject().engine()));
    facts.addAll(circumstances(context));
    return facts;
  }

  private static String identity(Origin model) {
    return model.isKnown() ? model.identity() : "unknown";
  }

  private static String selection(ImageSet images) {
    return images.selection().isEmpty()
        ? "all " + Numbers.count(images.size())
        : images.selection();
  }

  private static String preprocessing(Origin model, boolean rows) {
    if (!model.preprocessing().isEmpty()) {
      return model.preprocessing();
    }
    return rows
        ? "none: rows enter the model as they are"
        : "none: pixels from 0 to 1 enter the model as they are";
  }

  /** What made the report, on what, and when. */
  public static List<Fact> circumstances(ReportContext context) {
    return List.of(
        new Fact("Foolproof", context.programVersion()),
        new Fact("Java", context.javaVersion()),
        new Fact("Platform", context.platform()),
        new Fact("Date", date(context)));
  }

  public static List<Fact> of(HullPlan plan, ReportContext context) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Training", plan.training().name()));
    facts.add(new Fact("Training SHA-256", plan.training().sha256()));
    facts.add(new Fact("Queries", plan.queries().name()));
    facts.add(new Fact("Images", selection(plan.queries())));
    facts.add(new Fact("Queries SHA-256", plan.queries().sha256()));
    facts.add(new Fact("Space", plan.space().text()));
    FoolingPlan fooling = plan.fooling();
    if (fooling != null) {
      facts.add(new Fact("Model", fooling.model().name()));
      facts.add(new Fact("Model SHA-256", identity(fooling.model().origin())));
      facts.add(new Fact("Preprocessing", preprocessing(fooling.model().origin(), false)));
      facts.add(new Fact("Attack", fooling.attack().settings()));
      facts.add(new Fact("Seed", Long.toString(fooling.seed())));
    }
    facts.add(new Fact("Engine", Engine.version()));
    facts.addAll(circumstances(context));
    return facts;
  }

  private static String replayedBy(AuditResult result) {
    return result.replayedBy().isEmpty()
        ? "the model alone, in a batch of one"
        : "the model, in a batch of one, and " + result.replayedBy();
  }
}

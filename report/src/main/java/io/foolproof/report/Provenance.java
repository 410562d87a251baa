package io.foolproof.report;

import io.foolproof.audit.AuditResult;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the figures come from: what another person needs to get them again. */
final class Provenance {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Provenance() {}

  static String date(ReportContext context) {
    return DATE.format(context.date());
  }

  static List<Fact> of(AuditResult result, ReportContext context) {
    AuditResult.Subject subject = result.subject();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("Model", subject.model()));
    facts.add(new Fact("Model SHA-256", subject.modelSha256()));
    facts.add(new Fact("Data", subject.data()));
    facts.add(new Fact("Data SHA-256", subject.dataSha256()));
    facts.add(new Fact("Seed", Long.toString(result.seed())));
    facts.add(new Fact("Engine", subject.engine()));
    facts.add(new Fact("Replayed by", replayedBy(result)));
    facts.add(new Fact("Foolproof", context.programVersion()));
    facts.add(new Fact("Java", context.javaVersion()));
    facts.add(new Fact("Platform", context.platform()));
    facts.add(new Fact("Date", date(context)));
    subject.notes().forEach(note -> facts.add(new Fact("Note", note)));
    return facts;
  }

  private static String replayedBy(AuditResult result) {
    return result.replayedBy().isEmpty()
        ? "the model alone, in a batch of one"
        : "the model, in a batch of one, and " + result.replayedBy();
  }
}

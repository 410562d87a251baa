package io.foolproof.audit.journal;

import io.foolproof.audit.journal.Finding.Cost;
import io.foolproof.audit.journal.Finding.Example;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A finding as the journal's file holds it: a flat line, which also says which stage found it.
 *
 * @param stage such as {@code clean} or {@code attack 1 pgd:steps=40}
 */
record FindingLine(
    String stage,
    long index,
    Finding.Outcome outcome,
    int prediction,
    double confidence,
    long forwards,
    long backwards,
    long nanos,
    boolean survivesRounding,
    float @Nullable [] image,
    @Nullable Double moved,
    @Nullable Double closeness,
    @Nullable Tally tally) {

  /** Checks that it holds a finding. */
  FindingLine {
    Objects.requireNonNull(stage, "a finding is that of a stage");
    Finding.requireConsistent(index, outcome, image != null, tally != null);
  }

  // NullAway overlooks @Nullable of an array where a record has a compact constructor.
  @SuppressWarnings("NullAway")
  static FindingLine of(String stage, Finding finding) {
    Cost cost = finding.cost();
    Example example = finding.example();
    return new FindingLine(
        stage,
        finding.index(),
        finding.outcome(),
        finding.prediction(),
        finding.confidence(),
        cost.forwards(),
        cost.backwards(),
        cost.nanos(),
        example != null && example.survivesRounding(),
        example == null ? null : example.image(),
        example == null ? null : example.moved(),
        finding.closeness(),
        finding.tally());
  }

  Finding finding() {
    return new Finding(
        index,
        outcome,
        prediction,
        confidence,
        new Cost(forwards, backwards, nanos),
        image == null ? null : new Example(image, survivesRounding, moved),
        closeness,
        tally);
  }
}

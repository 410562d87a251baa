package io.foolproof.audit;

import io.foolproof.audit.journal.Journal;
import io.foolproof.tensor.Workers;

/** Runs audits. */
public final class Audit {
  private Audit() {}

  /** Runs, or resumes, an audit. */
  public static AuditResult run(
      AuditPlan plan, Journal journal, Workers workers, Progress progress) {
    return run(plan, journal, workers, plan.model().microBatch(), progress);
  }

  /** As {@link #run(AuditPlan, Journal, Workers, Progress)}, with batches of another size. */
  static AuditResult run(
      AuditPlan plan, Journal journal, Workers workers, int batch, Progress progress) {
    return new AuditRun(plan, new Stages(plan, journal, workers, batch, progress)).result();
  }
}

package io.foolproof.report;

import io.foolproof.audit.Diagnostic;
import io.foolproof.audit.Gate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of a run, which its result does not hold.
 *
 * @param programVersion the version of Foolproof
 * @param javaVersion the version of Java that it ran on
 * @param platform operating system and processor
 * @param date when the report was made
 * @param command the command line that reproduces the run; empty where there is none
 * @param gate how a pipeline's gate judged the audit; null where there is none
 */
public record ReportContext(
    String programVersion,
    String javaVersion,
    String platform,
    Instant date,
    String command,
    Gate.@Nullable Outcome gate) {

  /** These circumstances, with the outcome of a gate. */
  public ReportContext withGate(Gate.@Nullable Outcome outcome) {
    return new ReportContext(programVersion, javaVersion, platform, date, command, outcome);
  }

  /** Whether the gate lets this sign pass. */
  public boolean allows(Diagnostic sign) {
    return gate != null && gate.allows(sign);
  }

  /** The circumstances of this process, now. */
  public static ReportContext here(String programVersion, String command) {
    return new ReportContext(
        programVersion,
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        command,
        null);
  }
}

package io.foolproof.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The circumstances of a run, which its result does not hold.
 *
 * @param programVersion the version of Foolproof
 * @param javaVersion the version of Java that it ran on
 * @param platform operating system and processor
 * @param date when the report was made
 * @param command the command line that reproduces the run; empty where there is none
 */
public record ReportContext(
    String programVersion, String javaVersion, String platform, Instant date, String command) {

  /** The circumstances of this process, now. */
  public static ReportContext here(String programVersion, String command) {
    return new ReportContext(
        programVersion,
        Runtime.version().toString(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        command);
  }
}

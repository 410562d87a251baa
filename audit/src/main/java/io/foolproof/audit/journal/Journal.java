package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What an audit has found so far, by stage and sample. */
public final class Journal implements AutoCloseable {
  /** What its file is called in the folder of a report. */
  public static final String FILE = "journal.jsonl";

  private final LineJournal<FindingLine> lines;
  private final Map<String, Map<Long, Finding>> stages = new HashMap<>();

  /** The findings of earlier runs, with their places in the file. */
  private final IdentityHashMap<Finding, Integer> earlier = new IdentityHashMap<>();

  private Journal(LineJournal<FindingLine> lines) {
    this.lines = lines;
    for (FindingLine line : lines.found()) {
      Finding finding = line.finding();
      earlier.put(finding, earlier.size());
      remember(line.stage(), finding);
    }
  }

  /** An empty journal that is on no disk: what an audit finds is lost with the process. */
  public static Journal inMemory() {
    return new Journal(LineJournal.inMemory());
  }

  /**
   * Opens the journal of an audit, new or begun.
   *
   * @param identity everything that the audit's results depend on, by name
   * @throws InvalidInputException when the file belongs to another audit, is written by another
   *     process, does not match its checksums, or cannot be written
   */
  public static Journal open(Path file, Map<String, String> identity) {
    return open(file, identity, false, () -> {});
  }

  /**
   * As {@link #open(Path, Map)}.
   *
   * @param fresh whether to drop what an earlier audit found
   * @param begin what to do once the file is locked and known to be this audit's, before anything
   *     in it changes
   */
  public static Journal open(
      Path file, Map<String, String> identity, boolean fresh, Runnable begin) {
    return new Journal(LineJournal.open(file, "audit", identity, FindingLine.class, fresh, begin));
  }

  private void remember(String stage, Finding finding) {
    stages.computeIfAbsent(stage, unknown -> new HashMap<>()).put(finding.index(), finding);
  }

  /** What a stage has found so far, by the sample's index. */
  public Map<Long, Finding> stage(String stage) {
    return stages.getOrDefault(stage, Map.of());
  }

  /** Whether a finding is that of an earlier run, which was read from the file. */
  public boolean isEarlier(Finding finding) {
    return earlier.containsKey(finding);
  }

  /**
   * That an earlier run's finding cannot be used, in one line: where it is, why, and what to do.
   *
   * @param why such as "its image has 3 values, expected 784"
   */
  public InvalidInputException refusal(Finding finding, String why) {
    return lines.refusal(
        Objects.requireNonNull(earlier.get(finding), "no finding of an earlier run"), why);
  }

  /** Adds what a stage found; once this returns, a killed process has not lost what is on disk. */
  public void append(String stage, List<Finding> findings) {
    findings.forEach(finding -> remember(stage, finding));
    lines.append(findings.stream().map(finding -> FindingLine.of(stage, finding)).toList());
  }

  @Override
  public void close() {
    lines.close();
  }
}

package io.foolproof.audit.journal;

import io.foolproof.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/** What an audit has found so far, in a {@link LineJournal} with a line per sample and stage. */
public final class Journal implements AutoCloseable {
  private final LineJournal<JournalEntry> lines;
  private final Map<String, Map<Long, JournalEntry>> stages = new HashMap<>();

  private Journal(LineJournal<JournalEntry> lines) {
    this.lines = lines;
    lines.found().forEach(this::remember);
  }

  /**
   * Opens the journal of an audit, new or begun.
   *
   * @param identity everything that the audit's results depend on, by name
   * @throws InvalidInputException when the file belongs to another audit, is written by another
   *     process, is damaged, or cannot be written
   */
  public static Journal open(Path file, Map<String, String> identity) {
    return open(file, identity, false);
  }

  /**
   * As {@link #open(Path, Map)}.
   *
   * @param fresh whether to drop what an earlier audit found
   */
  public static Journal open(Path file, Map<String, String> identity, boolean fresh) {
    return new Journal(LineJournal.open(file, "audit", identity, new TypeReference<>() {}, fresh));
  }

  private void remember(JournalEntry entry) {
    stages.computeIfAbsent(entry.stage(), stage -> new HashMap<>()).put(entry.index(), entry);
  }

  /** What a stage has found so far, by the sample's index. */
  public Map<Long, JournalEntry> stage(String stage) {
    return stages.getOrDefault(stage, Map.of());
  }

  /** Adds what a stage found; once this returns, a killed process has not lost it. */
  public void append(List<JournalEntry> entries) {
    entries.forEach(this::remember);
    lines.append(entries);
  }

  @Override
  public void close() {
    lines.close();
  }
}

package io.foolproof.study.run;

import io.foolproof.audit.journal.LineJournal;
import io.foolproof.study.Computed;
import io.foolproof.study.Figure;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Figures, and parts of them that take long, by what the journal calls them: each is computed once.
 */
final class Kept {
  private static final double NANOS = 1e9;

  private final Path folder;
  private final LineJournal<Study.Line> journal;
  private final Map<String, Study.Line> known = new HashMap<>();

  /** Of the parts that earlier runs computed, and the figure being computed takes over. */
  private double secondsBefore;

  /**
   * What a journal holds.
   *
   * @param folder of the journals that parts keep while they are computed
   */
  Kept(Path folder, LineJournal<Study.Line> journal) {
    this.folder = folder;
    this.journal = journal;
    journal.found().forEach(line -> known.put(line.what(), line));
  }

  private static String name(Figure<?> figure) {
    return "figure " + figure.number() + ", version " + figure.version();
  }

  /** Whether an earlier run computed a figure. */
  boolean has(Figure<?> figure) {
    return known.containsKey(name(figure));
  }

  /** A figure, with the seconds that it took, those of parts that were known included. */
  <R extends Record> Computed<R> figure(Figure<R> figure, Supplier<R> compute) {
    secondsBefore = 0;
    Study.Line line = line(name(figure), compute);
    return new Computed<>(figure, line.seconds(), Study.read(line, figure.type(), journal));
  }

  /** As {@link io.foolproof.study.Workshop#part}. */
  <R extends Record> R part(
      Figure<?> figure, String name, Class<R> type, Function<Path, R> compute) {
    String what = name(figure) + ", part: " + name;
    Study.Line line = known.get(what);
    if (line != null) {
      secondsBefore += line.seconds();
      return Study.read(line, type, journal);
    }
    String file = "%d-%s.jsonl".formatted(figure.number(), name.replaceAll("[^\\w.-]", "-"));
    Path own = folder.resolve(file);
    double before = secondsBefore;
    secondsBefore = 0;
    try {
      Files.createDirectories(folder);
      line = line(what, () -> compute.apply(own));
      remove(own);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: cannot be written (%s): give another folder (--out), or make room"
              .formatted(folder, InvalidInputException.reason(e)),
          e);
    }
    secondsBefore = before;
    return Study.read(line, type, journal);
  }

  /** What is written is read again even where it was just computed: both ways give one result. */
  private <R extends Record> Study.Line line(String what, Supplier<R> compute) {
    Study.Line line = known.get(what);
    if (line == null) {
      long start = System.nanoTime();
      R found = compute.get();
      double seconds = secondsBefore + (System.nanoTime() - start) / NANOS;
      line = Study.Line.of(what, seconds, found);
      journal.append(List.of(line));
      known.put(what, line);
    }
    return line;
  }

  /** The folder is there while something is in it. */
  private void remove(Path own) throws IOException {
    Files.deleteIfExists(own);
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(folder);
  }
}

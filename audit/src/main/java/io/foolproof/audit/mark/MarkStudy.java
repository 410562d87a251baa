package io.foolproof.audit.mark;

import io.foolproof.audit.Progress;
import io.foolproof.audit.journal.LineJournal;
import io.foolproof.physical.mark.Marked;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Marks images, a few at a time. Each is in the journal before the next begin; it depends on the
 * plan alone, so that a study that was resumed ends as one that was not.
 */
public final class MarkStudy {
  private static final String WORK = "mark study";

  private MarkStudy() {}

  /** A line of the journal. */
  record Finding(int place, Marked marked) {}

  /**
   * Runs a study, or what is left of it.
   *
   * @param journal its file; null to keep nothing on disk
   * @param fresh whether to drop what an earlier study found
   * @param begin what to do once the journal is known to be this study's
   * @throws InvalidInputException if the journal cannot be used
   */
  public static MarkResult run(
      MarkPlan plan, @Nullable Path journal, boolean fresh, Runnable begin, Progress progress) {
    if (journal != null) {
      plan.model().origin().requireKnown(journal);
    }
    try (LineJournal<Finding> lines =
            journal == null
                ? LineJournal.inMemory()
                : LineJournal.open(journal, WORK, plan.identity(), Finding.class, fresh, begin);
        Workers workers = new Workers()) {
      Map<Integer, Marked> found = new TreeMap<>();
      lines.found().forEach(finding -> found.put(finding.place(), finding.marked()));
      int[] left =
          IntStream.range(0, plan.images().size()).filter(i -> !found.containsKey(i)).toArray();
      progress.stage(1, 1);
      progress.begin("images", left.length);
      workers.forEachShared(
          left.length,
          1,
          (from, to) ->
              new Finding(left[from], plan.attack().mark(plan.model(), plan.images(), left[from])),
          finding -> {
            lines.append(List.of(finding));
            found.put(finding.place(), finding.marked());
            progress.advance(1);
          });
      progress.end();
      return new MarkResult(plan, List.copyOf(found.values()));
    }
  }
}

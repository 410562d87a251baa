package io.foolproof.audit.smooth;

import io.foolproof.audit.Progress;
import io.foolproof.audit.Replay;
import io.foolproof.audit.journal.LineJournal;
import io.foolproof.certify.smooth.Smoothing;
import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Certifies a smoothed model image by image, as many at a time as there are workers. Each is in the
 * journal before the next begin, and depends on the plan alone: a study that was killed ends as one
 * that was not.
 */
public final class SmoothStudy {
  private static final String WORK = "smoothing study";

  private SmoothStudy() {}

  /**
   * Runs a study, or what is left of it.
   *
   * @param journal its file; null to keep nothing on disk
   * @param fresh whether to drop what an earlier study found
   * @param begin what to do once the journal is known to be this study's
   * @param workers for the images
   * @throws InvalidInputException if the journal cannot be used
   */
  public static SmoothResult run(
      SmoothPlan plan,
      @Nullable Path journal,
      boolean fresh,
      Runnable begin,
      Workers workers,
      Progress progress) {
    if (journal != null) {
      plan.model().origin().requireKnown(journal);
    }
    try (LineJournal<Smoothed> lines =
        journal == null
            ? LineJournal.inMemory()
            : LineJournal.open(journal, WORK, plan.identity(), Smoothed.class, fresh, begin)) {
      Map<Integer, Smoothed> found = new TreeMap<>();
      lines.found().forEach(image -> found.put(image.place(), image));
      int[] left =
          IntStream.range(0, plan.images().size()).filter(i -> !found.containsKey(i)).toArray();
      progress.stage(1, 1);
      progress.begin("images", left.length);
      workers.forEachShared(
          left.length,
          1,
          (from, to) -> smoothed(plan, left[from]),
          image -> {
            lines.append(List.of(image));
            found.put(image.place(), image);
            progress.advance(1);
          });
      progress.end();
      return new SmoothResult(plan, List.copyOf(found.values()));
    }
  }

  private static Smoothed smoothed(SmoothPlan plan, int place) {
    ImageSet images = plan.images();
    Smoothing smoothing = plan.smoothing();
    float[] image = images.pixels(place);
    long index = images.index(place);
    Double radius = plan.radius();
    return new Smoothed(
        place,
        index,
        images.label(place),
        Replay.ask(plan.model(), new float[][] {image})[0].prediction(),
        radius == null
            ? smoothing.certify(plan.model(), image, index)
            : smoothing.decide(plan.model(), image, index, radius));
  }
}

package io.foolproof.audit.patch;

import io.foolproof.audit.Progress;
import io.foolproof.audit.journal.LineJournal;
import io.foolproof.model.Classifier;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.physical.patch.PatchRates;
import io.foolproof.physical.patch.PlaceSearch;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes patches, one after another, and measures each on images that none was made from. Each is in
 * the journal before the next begins; it depends on the plan alone, so that a study that was
 * resumed ends as one that was not.
 */
public final class PatchStudy {
  private static final String WORK = "patch study";

  /** Images with the best patch on them that a result shows. */
  private static final int DRAWS = 20;

  private PatchStudy() {}

  /**
   * Runs a study, or what is left of it.
   *
   * @param journal its file; null to keep nothing on disk
   * @param fresh whether to drop what an earlier study found
   * @param begin what to do once the journal is known to be this study's
   * @throws InvalidInputException if a patch does not fit, or the journal cannot be used
   */
  public static PatchResult run(
      PatchPlan plan, @Nullable Path journal, boolean fresh, Runnable begin, Progress progress) {
    if (journal != null) {
      plan.model().origin().requireKnown(journal);
    }
    try (LineJournal<PatchResult.Finding> lines =
            journal == null
                ? LineJournal.inMemory()
                : LineJournal.open(
                    journal, WORK, plan.identity(), PatchResult.Finding.class, fresh, begin);
        Workers workers = new Workers()) {
      Map<Integer, PatchResult.Finding> found = new TreeMap<>();
      lines.found().forEach(finding -> found.put(finding.place(), finding));
      int[] left = IntStream.range(0, plan.patches()).filter(i -> !found.containsKey(i)).toArray();
      progress.stage(1, 1);
      progress.begin("patches", left.length);
      for (int place : left) {
        PatchResult.Finding finding = finding(plan, place, workers);
        lines.append(List.of(finding));
        found.put(place, finding);
        progress.advance(1);
      }
      progress.end();
      int channels = plan.measured().channels();
      List<PatchResult.Made> made =
          found.values().stream().map(finding -> PatchResult.Made.of(finding, channels)).toList();
      return PatchResult.of(plan, made, DRAWS, workers);
    }
  }

  private static PatchResult.Finding finding(PatchPlan plan, int place, Workers workers) {
    PatchAttack attack = plan.attack(place);
    if (plan.atBest()) {
      attack = PlaceSearch.best(attack, plan.model(), plan.making(), workers);
    }
    Patch patch = attack.make(plan.model(), plan.making(), workers);
    List<PatchRates> rates = new ArrayList<>();
    rates.add(measured(plan, plan.model(), patch, attack, workers));
    for (Classifier other : plan.also()) {
      rates.add(measured(plan, other, patch, attack, workers));
    }
    return PatchResult.Finding.of(place, patch, attack.places(), rates);
  }

  private static PatchRates measured(
      PatchPlan plan, Classifier model, Patch patch, PatchAttack attack, Workers workers) {
    return PatchRates.measure(
        model, patch, plan.measured(), attack.places(), attack.view(), attack.seed(), workers);
  }
}

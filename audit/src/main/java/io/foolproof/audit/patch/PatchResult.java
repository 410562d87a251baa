package io.foolproof.audit.patch;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.physical.patch.PatchRates;
import io.foolproof.physical.patch.PatchRates.Cover;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The patches of a study, and how often each fools.
 *
 * @param plan the study
 * @param made side by side, target by target
 * @param draws measured images with the best patch on them
 */
public record PatchResult(PatchPlan plan, List<Made> made, List<PatchRates.Seen> draws) {

  /** Copies the lists. */
  public PatchResult {
    made = List.copyOf(made);
    draws = List.copyOf(draws);
  }

  /** With draws of the best patch, as they were measured. */
  static PatchResult of(PatchPlan plan, List<Made> made, int draws) {
    PatchResult result = new PatchResult(plan, made, List.of());
    PatchAttack attack = plan.attack();
    return new PatchResult(
        plan,
        made,
        PatchRates.draws(
            plan.model(),
            result.best().patch(),
            plan.measured(),
            attack.places(),
            attack.view(),
            attack.seed(),
            draws));
  }

  /** A patch and its rates on the measured images. */
  public record Made(Patch patch, PatchRates rates) {

    /** How often this cover reaches the goal, at the same places. */
    public Proportion rate(Cover cover) {
      return new Proportion(rates.fooled().getOrDefault(cover, 0), rates.images());
    }

    /** How often images without a patch are classified correctly, in the same views. */
    public Proportion clean() {
      return new Proportion(rates.clean(), rates.images());
    }

    static Made of(Finding finding, int channels) {
      int side = finding.side;
      Patch patch =
          new Patch(
              new ImageShape(channels, side, side),
              finding.levels,
              finding.round,
              finding.target < 0 ? null : finding.target);
      Map<Cover, Integer> fooled = new EnumMap<>(Cover.class);
      fooled.put(Cover.PATCH, finding.patch);
      fooled.put(Cover.RANDOM, finding.random);
      fooled.put(Cover.WHITE, finding.white);
      fooled.put(Cover.BLACK, finding.black);
      fooled.put(Cover.SHUFFLED, finding.shuffled);
      fooled.put(Cover.NOTHING, finding.nothing);
      return new Made(patch, new PatchRates(finding.images, finding.clean, fooled));
    }
  }

  /**
   * A line of the journal; the target is -1 for any wrong class. After the clean, how many each
   * cover fooled.
   */
  record Finding(
      int place,
      int side,
      int target,
      boolean round,
      int[] levels,
      int images,
      int clean,
      int patch,
      int random,
      int white,
      int black,
      int shuffled,
      int nothing) {

    static Finding of(int place, Patch patch, PatchRates rates) {
      Map<Cover, Integer> fooled = rates.fooled();
      return new Finding(
          place,
          patch.side(),
          patch.target() == null ? -1 : patch.target(),
          patch.round(),
          patch.levels(),
          rates.images(),
          rates.clean(),
          fooled.getOrDefault(Cover.PATCH, 0),
          fooled.getOrDefault(Cover.RANDOM, 0),
          fooled.getOrDefault(Cover.WHITE, 0),
          fooled.getOrDefault(Cover.BLACK, 0),
          fooled.getOrDefault(Cover.SHUFFLED, 0),
          fooled.getOrDefault(Cover.NOTHING, 0));
    }
  }

  /** The patch of this side that fools most often; the first of equal ones. */
  public Made best(int side) {
    return made.stream()
        .filter(one -> one.patch().side() == side)
        .max(Comparator.comparingDouble(one -> one.rate(Cover.PATCH).value()))
        .orElseThrow();
  }

  /** The best patch of the largest side. */
  public Made best() {
    return best(plan.sides().stream().mapToInt(Integer::intValue).max().orElseThrow());
  }
}

package io.foolproof.audit.patch;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageShape;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchAttack;
import io.foolproof.physical.patch.PatchRates;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.physical.patch.Places;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The patches of a study, and how often each fools.
 *
 * @param plan the study
 * @param made side by side, target by target
 * @param draws measured images with the best patch on them
 * @param strengths how often the best patch fools under stronger and stronger transformations
 */
public record PatchResult(
    PatchPlan plan, List<Made> made, List<PatchRates.Seen> draws, List<Strength> strengths) {

  /** Copies the lists. */
  public PatchResult {
    made = List.copyOf(made);
    draws = List.copyOf(draws);
    strengths = List.copyOf(strengths);
  }

  /** With draws of the best patch, as they were measured. */
  static PatchResult of(PatchPlan plan, List<Made> made, int draws, Workers workers) {
    Made best = new PatchResult(plan, made, List.of(), List.of()).best();
    PatchAttack attack = plan.attack();
    Places places = best.places(attack);
    return new PatchResult(
        plan,
        made,
        PatchRates.draws(
            plan.model(),
            best.patch(),
            plan.measured(),
            places,
            attack.view(),
            attack.seed(),
            draws),
        Strength.of(plan, best.patch(), places, workers));
  }

  /**
   * A patch and its rates on the measured images.
   *
   * @param rates of the model that it was made for
   * @param also of the other models
   * @param spot where it always is; null for any place
   */
  public record Made(
      Patch patch, PatchRates rates, List<PatchRates> also, Places.@Nullable Spot spot) {

    /** Where it was put when it was measured. */
    public Places places(PatchAttack attack) {
      return new Places(attack.places().degrees(), attack.places().size(), spot);
    }

    /** How often this cover reaches the goal, at the same places. */
    public Proportion rate(Cover cover) {
      return rate(rates, cover);
    }

    /** How often this cover reaches the goal on one of the other models. */
    public Proportion also(int model, Cover cover) {
      return rate(also.get(model), cover);
    }

    /** How often one of the other models classifies images without a patch correctly. */
    public Proportion alsoClean(int model) {
      return new Proportion(also.get(model).clean(), also.get(model).images());
    }

    private static Proportion rate(PatchRates rates, Cover cover) {
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
      List<PatchRates> all = Arrays.stream(finding.counts).map(Made::rates).toList();
      return new Made(
          patch,
          all.get(0),
          all.subList(1, all.size()),
          finding.row < 0 ? null : new Places.Spot(finding.row, finding.column));
    }

    private static PatchRates rates(int[] counts) {
      Map<Cover, Integer> fooled = new EnumMap<>(Cover.class);
      Cover[] covers = Cover.values();
      for (int k = 0; k < covers.length; k++) {
        fooled.put(covers[k], counts[2 + k]);
      }
      return new PatchRates(counts[0], counts[1], fooled);
    }
  }

  /**
   * A line of the journal; the target is -1 for any wrong class, the row and column for any place.
   *
   * @param counts of the model, and of each other one: how many images count, how many of them are
   *     classified correctly without a patch, and how many each cover fools
   */
  record Finding(
      int place,
      int side,
      int target,
      boolean round,
      int[] levels,
      int row,
      int column,
      int[][] counts) {

    static Finding of(int place, Patch patch, Places places, List<PatchRates> rates) {
      Places.Spot spot = places.at();
      return new Finding(
          place,
          patch.side(),
          patch.target() == null ? -1 : patch.target(),
          patch.round(),
          patch.levels(),
          spot == null ? -1 : spot.row(),
          spot == null ? -1 : spot.column(),
          rates.stream().map(Finding::counts).toArray(int[][]::new));
    }

    private static int[] counts(PatchRates rates) {
      Cover[] covers = Cover.values();
      int[] counts = new int[2 + covers.length];
      counts[0] = rates.images();
      counts[1] = rates.clean();
      for (int k = 0; k < covers.length; k++) {
        counts[2 + k] = rates.fooled().getOrDefault(covers[k], 0);
      }
      return counts;
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

package io.foolproof.physical.patch;

import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.tensor.Workers;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Where a patch that stays at one place fools most: a coarse grid of places, at each of which one
 * is made in a tenth of the steps and tried on some of the images that it may be made from.
 */
public final class PlaceSearch {
  /** Places along each side of the image. */
  private static final int GRID = 5;

  private static final int TRIED_ON = 240;
  private static final int SHORTER = 10;

  private PlaceSearch() {}

  /**
   * The attack at the place that fools most.
   *
   * @param attack how the patch is made; where it puts it counts for nothing
   * @param images to learn from, with pixels in [0, 1]
   */
  public static PatchAttack best(
      PatchAttack attack, DifferentiableClassifier model, ImageSet images, Workers workers) {
    ImageSet some = images.first(Math.min(TRIED_ON, images.size()));
    PatchAttack best = attack;
    int most = -1;
    for (int row : along(images.height() - attack.side())) {
      for (int column : along(images.width() - attack.side())) {
        PatchAttack here = attack.at(new Places.Spot(row, column));
        Patch patch = here.with(Math.max(1, attack.steps() / SHORTER)).make(model, images, workers);
        int fooled =
            PatchRates.measure(model, patch, some, here.places(), here.view(), here.seed(), workers)
                .fooled()
                .getOrDefault(Cover.PATCH, 0);
        if (fooled > most) {
          most = fooled;
          best = here;
        }
      }
    }
    return best;
  }

  /** Places from 0 to the last, as evenly as whole pixels allow. */
  private static Set<Integer> along(int last) {
    Set<Integer> places = new LinkedHashSet<>();
    IntStream.range(0, GRID).forEach(k -> places.add(Math.round((float) last * k / (GRID - 1))));
    return places;
  }
}

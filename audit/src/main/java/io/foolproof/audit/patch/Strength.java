package io.foolproof.audit.patch;

import io.foolproof.audit.Proportion;
import io.foolproof.physical.patch.Patch;
import io.foolproof.physical.patch.PatchRates;
import io.foolproof.physical.patch.PatchRates.Cover;
import io.foolproof.physical.patch.Places;
import io.foolproof.tensor.Workers;
import io.foolproof.transform.Transformation;
import io.foolproof.transform.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How often the best patch fools when one transformation of a strength comes on top of the view.
 *
 * @param view the transformation, with its range
 * @param rates on the measured images
 */
public record Strength(View view, PatchRates rates) {

  /** How often the patch reaches its goal. */
  public Proportion fooled() {
    return new Proportion(rates.fooled().getOrDefault(Cover.PATCH, 0), rates.images());
  }

  /** How often images without the patch are classified correctly. */
  public Proportion clean() {
    return new Proportion(rates.clean(), rates.images());
  }

  private static final List<List<String>> SERIES =
      List.of(
          List.of(
              "rotation:degrees=-10..10", "rotation:degrees=-25..25", "rotation:degrees=-45..45"),
          List.of("scale:factor=0.9..1.1", "scale:factor=0.75..1.25", "scale:factor=0.5..1.5"),
          List.of(
              "perspective:tilt=0..20:distance=2",
              "perspective:tilt=0..40:distance=2",
              "perspective:tilt=0..60:distance=2"),
          List.of(
              "gaussian-blur:sigma=0..0.5", "gaussian-blur:sigma=0..1", "gaussian-blur:sigma=0..2"),
          List.of("read-noise:sigma=0..0.1", "read-noise:sigma=0..0.2", "read-noise:sigma=0..0.4"),
          List.of(
              "brightness:add=-0.1..0.1", "brightness:add=-0.2..0.2", "brightness:add=-0.4..0.4"),
          List.of(
              "contrast:factor=0.8..1.2", "contrast:factor=0.6..1.4", "contrast:factor=0.3..1.7"));

  /** Three strengths of each of seven transformations, one after another. */
  static List<Strength> of(PatchPlan plan, Patch patch, Places places, Workers workers) {
    View base = plan.attack().view();
    List<Strength> strengths = new ArrayList<>();
    for (List<String> series : SERIES) {
      for (String text : series) {
        View view = View.parse(text);
        View both =
            View.of(
                Stream.concat(base.transformations().stream(), view.transformations().stream())
                    .toArray(Transformation[]::new));
        PatchRates rates =
            PatchRates.measure(
                plan.model(), patch, plan.measured(), places, both, plan.attack().seed(), workers);
        strengths.add(new Strength(view, rates));
      }
    }
    return strengths;
  }
}

package io.foolproof.study.figure;

import io.foolproof.attack.NormBounded;
import io.foolproof.attack.ThreatModel;
import io.foolproof.defense.Architecture;
import io.foolproof.defense.fitted.FittedModels;
import io.foolproof.defense.layer.LayeredDefense;
import io.foolproof.defense.recipe.Recipe;
import io.foolproof.defense.recipe.Recipes;
import io.foolproof.defense.training.Length;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.study.Extent;
import io.foolproof.study.StudyNet;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** The models of the frontier: one without any defense, and one or more of each family. */
final class Defenses {
  /** The epsilon that nets are trained to withstand, L-inf. */
  private static final double EPSILON = 0.3;

  /** Layers in front of a net that take something away from images, or hide its gradient. */
  private static final List<String> LAYERS =
      List.of("threshold", "clip", "bits", "jpeg", "median", "tv");

  /** The penalty that figure 15 finds to give most for what it costs. */
  private static final double PENALTY = 1;

  /** Nets of as many seeds show what of a difference is chance. */
  private static final int SEEDS = 3;

  private Defenses() {}

  /**
   * A defense.
   *
   * @param family {@code none}, {@code flat}, {@code small}, {@code noisy}, {@code hiding} or
   *     {@code adversarial}
   * @param hides whether it hides gradients from attacks that do not know of it
   * @param repetitions how many models of it there are, which differ by their seeds
   * @param model the one of a repetition, from 0, made when it is asked for; empty where it cannot
   *     be fitted to these images
   */
  record Defense(
      String name,
      String family,
      String summary,
      boolean hides,
      int repetitions,
      IntFunction<Optional<DifferentiableClassifier>> model) {

    /** One model, which can be made for all images. */
    static Defense of(
        String name,
        String family,
        String summary,
        boolean hides,
        Supplier<DifferentiableClassifier> model) {
      return new Defense(name, family, summary, hides, 1, i -> Optional.of(model.get()));
    }

    /** Nets that are trained: one in the quick study, else of several seeds. */
    static Defense trained(
        String name,
        String family,
        String summary,
        boolean hides,
        Workshop workshop,
        IntFunction<StudyNet> net) {
      return new Defense(
          name,
          family,
          summary,
          hides,
          workshop.plan().extent().of(1, SEEDS),
          i -> Optional.of(workshop.net(net.apply(i))));
    }
  }

  /** All of them, whether or not they can be fitted to these images. */
  static List<Defense> of(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Extent extent = plan.extent();
    List<Defense> all = new ArrayList<>();
    String model = "the model of this study";
    all.add(
        plan.model() == null
            ? Defense.trained(
                "none", "none", model, false, workshop, StudyNet.plain(extent)::repeated)
            : Defense.of("none", "none", model, false, workshop::model));
    all.add(
        Defense.of(
            "noise",
            "noisy",
            "Gaussian noise in front of that model, drawn anew each time",
            false,
            () -> Averaging.noisy(workshop)));
    all.add(
        Defense.trained(
            "flattened",
            "flat",
            "a net that is trained with a penalty on its gradient",
            false,
            workshop,
            i -> Flattened.net(extent, PENALTY, i)));
    all.add(fitted("ridge", "flat", workshop));
    if (plan.areDigits()) {
      all.add(fitted("templates", "small", workshop));
    }
    all.add(fitted("qda", "small", workshop));
    all.add(
        Defense.trained(
            "tiny",
            "small",
            Architecture.TINY.summary(),
            false,
            workshop,
            EducatedGuesses.tiny(extent)::repeated));
    if (plan.model() == null
        && extent == Extent.FULL
        && workshop.model() instanceof OnnxClassifier graph) {
      LAYERS.forEach(layer -> all.add(layered(layer, graph)));
    }
    for (Recipes recipe : Recipes.values()) {
      if (recipe.isAdversarial()
          && (extent == Extent.FULL || recipe == Recipes.FAST || recipe == Recipes.DEFAULT)) {
        all.add(trained(recipe, workshop));
      }
    }
    return all;
  }

  private static Defense fitted(String settings, String family, Workshop workshop) {
    return new Defense(
        settings,
        family,
        FittedModels.parse(settings).summary(),
        false,
        1,
        i -> {
          try {
            return Optional.of(
                EducatedGuesses.Made.of(FittedModels.parse(settings), workshop).model());
          } catch (InvalidInputException e) {
            workshop
                .progress()
                .note("frontier: without %s: %s".formatted(settings, e.getMessage()));
            return Optional.empty();
          }
        });
  }

  private static Defense layered(String layer, OnnxClassifier graph) {
    LayeredDefense defense = LayeredDefense.parse(List.of(layer));
    return Defense.of(
        layer,
        "hiding",
        "the layer " + defense.layers().get(0).settings() + " in front of that model",
        true,
        () -> OnnxClassifier.of(defense.in(graph.model())));
  }

  private static Defense trained(Recipes recipe, Workshop workshop) {
    NormBounded threat = ThreatModel.linf(EPSILON);
    Recipe against = recipe.against(threat);
    Extent extent = workshop.plan().extent();
    boolean isFull = extent == Extent.FULL;
    Architecture net =
        recipe != Recipes.DEFAULT
            ? isFull ? Architecture.CNN : Architecture.SMALL
            : isFull ? against.net() : Architecture.THRESHOLD;
    return Defense.trained(
        recipe.id(),
        "adversarial",
        recipe.summary(),
        recipe == Recipes.DEFAULT,
        workshop,
        new StudyNet(recipe.id(), net, against.training(), length(recipe, extent))::repeated);
  }

  /** In the quick study as long as it takes for a net to withstand something. */
  private static Length length(Recipes recipe, Extent extent) {
    boolean isDefault = recipe == Recipes.DEFAULT;
    return extent == Extent.FULL
        ? new Length.Epochs(isDefault ? 10 : 5)
        : new Length.Steps(isDefault ? 300 : 1000);
  }
}

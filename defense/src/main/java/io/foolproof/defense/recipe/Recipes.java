package io.foolproof.defense.recipe;

import io.foolproof.attack.NormBounded;
import io.foolproof.defense.Threats;
import io.foolproof.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The catalogue: recipes by the names that the command line knows. */
public enum Recipes {
  /** Against nobody. */
  PLAIN("cross-entropy of the images", "no paper", threats -> new Plain()),
  /** See {@link Thresholding}. */
  DEFAULT("a thresholding layer, then PGD-5 while epsilon grows", "no paper", Thresholding::new),
  /** See {@link Madry}. */
  MADRY("PGD-40 from random starts", "Madry et al. 2017, arXiv 1706.06083", Madry::new),
  /** See {@link TradesRecipe}. */
  TRADES(
      "clean cross-entropy and divergence",
      "Zhang et al. 2019, arXiv 1901.08573",
      TradesRecipe::new),
  /** See {@link MartRecipe}. */
  MART("misclassified images weigh more", "Wang et al. 2020, ICLR", MartRecipe::new),
  /** See {@link Fast}. */
  FAST("one large step from a random start", "Wong et al. 2020, arXiv 2001.03994", Fast::new),
  /** See {@link Free}. */
  FREE(
      "one backward pass for images and weights",
      "Shafahi et al. 2019, arXiv 1904.12843",
      Free::new),
  /** See {@link Awp}. */
  AWP("weights are perturbed, too", "Wu et al. 2020, arXiv 2004.05884", Awp::new),
  /** See {@link Certified}. */
  CERTIFIED("interval bounds, for L-inf up to 0.1 and beyond", "no paper", Certified::new),
  /** See {@link Ibp}. */
  IBP("interval bounds, with a short warm-up", "Shi et al. 2021, arXiv 2103.17268", Ibp::new),
  /** See {@link CrownIbpRecipe}. */
  CROWN_IBP(
      "linear bounds, then interval bounds",
      "Zhang et al. 2019, arXiv 1906.06316",
      CrownIbpRecipe::new),
  /** See {@link SabrRecipe}. */
  SABR(
      "interval bounds of small boxes around adversarial examples",
      "Müller et al. 2022, arXiv 2210.04871",
      SabrRecipe::new),
  /** See {@link MtlIbpRecipe}. */
  MTL_IBP(
      "adversarial examples, and a part of interval bounds",
      "De Palma et al. 2023, arXiv 2305.13991",
      MtlIbpRecipe::new);

  private final String summary;
  private final String source;

  @SuppressWarnings("ImmutableEnumChecker") // A constructor.
  private final Function<Threats, Recipe> against;

  Recipes(String summary, String source, Function<Threats, Recipe> against) {
    this.summary = summary;
    this.source = source;
    this.against = against;
  }

  /** What it is, in a line. */
  public String summary() {
    return summary;
  }

  /** Where it was published. */
  public String source() {
    return source;
  }

  /** As it is written on the command line. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether nets are to withstand something. */
  public boolean isAdversarial() {
    return this != PLAIN;
  }

  /** The recipe of nets that are to withstand perturbations of one norm. */
  public Recipe against(NormBounded threat) {
    return against(Threats.of(threat));
  }

  /** The recipe of nets that are to withstand some threats, each of them. */
  public Recipe against(Threats threats) {
    return against.apply(threats);
  }

  /** The recipe of this {@link #id}. */
  public static Recipes parse(String id) {
    for (Recipes recipe : values()) {
      if (recipe.id().equals(id)) {
        return recipe;
      }
    }
    throw new InvalidInputException("recipe '" + id + "' is not known: give one of " + names());
  }

  /** All of them, as on the command line. */
  public static String names() {
    return Arrays.stream(values()).map(Recipes::id).collect(Collectors.joining(", "));
  }
}

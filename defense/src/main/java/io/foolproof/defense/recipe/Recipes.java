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
  AWP("weights are perturbed, too", "Wu et al. 2020, arXiv 2004.05884", Awp::new);

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
    return name().toLowerCase(Locale.ROOT);
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

package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.data.ImageSet;
import io.foolproof.tensor.InvalidInputException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many images to take, and which: options that several commands share. */
@Under(Heading.DATA)
public final class SampleOptions {
  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "number of images, drawn evenly over the classes with --seed; 0 for all (default: 1000,"
              + " for patch 2000, for frontier 500, for detect 200, for attack, mark, prove and smooth 100, or all if"
              + " there are fewer)")
  @Nullable Integer samples;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "the first N images instead of some drawn at random")
  @Nullable Integer first;

  /**
   * Some images of a set.
   *
   * @param usual how many, if the arguments do not say it and there are so many
   * @param seed of the draw
   */
  public ImageSet of(ImageSet all, int usual, long seed) {
    if (first != null) {
      return first(all, first);
    }
    if (samples == null) {
      return all.sample(Math.min(usual, all.size()), seed);
    }
    if (samples < 0) {
      throw new InvalidInputException(
          "--samples is " + samples + ": give a positive number, or 0 for all");
    }
    requireSoMany("--samples", samples, all);
    return samples == 0 ? all : all.sample(samples, seed);
  }

  private ImageSet first(ImageSet all, int count) {
    if (samples != null) {
      throw new InvalidInputException(
          "--samples is %d and --first is %d: give one of them".formatted(samples, count));
    }
    if (count < 1) {
      throw new InvalidInputException("--first is " + count + ": give a positive number");
    }
    requireSoMany("--first", count, all);
    return all.first(count);
  }

  private static void requireSoMany(String option, int count, ImageSet all) {
    if (count > all.size()) {
      throw new InvalidInputException(
          all.name() + " has " + all.size() + " samples, " + option + " asks for " + count);
    }
  }
}

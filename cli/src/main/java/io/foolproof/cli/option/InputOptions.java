package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model takes images: options of all commands that take a file of which this may differ. */
@Under(Heading.MODEL)
public final class InputOptions {
  @Option(
      names = "--box",
      paramLabel = "LOW,HIGH",
      description =
          "smallest and largest pixel value that the model takes, such as 0,255: images are scaled"
              + " to it (default: 0,1); of a table: a CSV file with the columns feature, low and"
              + " high, or auto for the smallest and largest values of the data (default: auto)")
  @Nullable String boxText;

  @Option(
      names = "--mean",
      paramLabel = "NUMBERS",
      split = ",",
      description =
          "mean that is subtracted from pixels before the model, one number or one a channel, such"
              + " as 0.485,0.456,0.406; with --std")
  float @Nullable [] mean;

  @Option(
      names = "--std",
      paramLabel = "NUMBERS",
      split = ",",
      description = "standard deviation that pixels are then divided by; with --mean")
  float @Nullable [] std;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "order in which the model takes the values of an image: nchw (channels first), nhwc"
              + " (channels last), or auto (default: auto, by the model's shape)")
  @Nullable String layout;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "which of the model's outputs has the scores of the classes")
  @Nullable String output;

  /** What was said about images, as it is written, each with a space before it. */
  public String written() {
    return pixels() + written("--output", output);
  }

  /** The same, without what is about the output. */
  String pixels() {
    return written("--box", boxText)
        + written("--mean", numbers(mean))
        + written("--std", numbers(std))
        + written("--layout", layout);
  }

  /** The same, without what only says the default. */
  String pixelsThatDiffer() {
    return pixels()
        .replaceFirst(" --box=0(\\.0)?,1(\\.0)?(?= |$)", "")
        .replace(" --layout=auto", "");
  }

  private static String written(String option, @Nullable String value) {
    return value == null ? "" : " " + option + "=" + value;
  }

  private static @Nullable String numbers(float @Nullable [] values) {
    return values == null ? null : Arrays.toString(values).replaceAll("[\\[\\] ]", "");
  }
}

package io.foolproof.cli.option;

import io.foolproof.cli.help.Heading;
import io.foolproof.cli.help.Under;
import io.foolproof.physical.patch.Looks;
import io.foolproof.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What it costs a pattern to look as no print can: options of patches and stickers. */
@Under(Heading.ATTACKS)
public final class LooksOptions {
  private static final double USUAL_PRINTABILITY = 0.1;

  @Option(
      names = "--smoothness",
      paramLabel = "WEIGHT",
      defaultValue = "0",
      description = "what it costs that neighbouring pixels differ, such as 0.01")
  double smoothness;

  @Option(
      names = "--palette",
      paramLabel = "COLOURS",
      description =
          "colours that a printer has, such as 1a1a1a,c03020, greys of two digits; or the"
              + " palette.txt that 'foolproof recapture' wrote. Others cost --printability")
  @Nullable String palette;

  @Option(
      names = "--printability",
      paramLabel = "WEIGHT",
      description =
          "what a colour outside of --palette costs, times its distance to the nearest (default:"
              + " 0.1)")
  @Nullable Double printability;

  /**
   * What the options say.
   *
   * @throws InvalidInputException where a weight or a colour cannot be, or the file not be read
   */
  public Looks looks() {
    if (palette != null) {
      double weight = printability == null ? USUAL_PRINTABILITY : printability;
      return new Looks(smoothness, weight, Looks.palette(colours(palette)));
    }
    if (printability != null) {
      throw new InvalidInputException(
          "--printability is %s, without the colours that it is about: give --palette too"
              .formatted(printability));
    }
    return new Looks(smoothness, 0, Looks.ANY.palette());
  }

  /** No colour has a dot or a slash; names of files have. */
  private static String colours(String text) {
    if (!text.contains(".") && !text.contains("/")) {
      return text;
    }
    try {
      return Files.readAllLines(Path.of(text)).stream()
          .filter(line -> !line.isBlank())
          .collect(Collectors.joining(","));
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("--palette: " + text + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "--palette: " + text + " cannot be read, expected a line of text for each colour", e);
    }
  }
}

package io.foolproof.physical.patch;

import io.foolproof.data.ImageShape;
import io.foolproof.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What it costs a pattern to look as no print can: neighbouring pixels that differ, and colours
 * that a printer does not have.
 *
 * <p>Sharif, Bhagavatula, Bauer, Reiter: Accessorize to a crime, 2016, sections 4.2 and 4.3: total
 * variation, here the sum of squared differences, and a non-printability score. Theirs is the
 * product of a pixel's distances to all colours of the palette, which vanishes where there are
 * many; this is the distance to the nearest one (Thys, Van Ranst, Goedemé: Fooling automated
 * surveillance cameras, 2019, arXiv 1904.08653, section 3.1).
 *
 * @param smoothness the weight of the total variation
 * @param printability the weight of the non-printability score
 * @param palette printable colours, each a value in [0, 1] for each channel; none for any colour
 */
public record Looks(double smoothness, double printability, List<List<Double>> palette) {
  /** Any pattern, whatever it looks like. */
  public static final Looks ANY = new Looks(0, 0, List.of());

  private static final Pattern COLOUR = Pattern.compile("#?([0-9a-fA-F]{2}|[0-9a-fA-F]{6})");

  /** Distances below this have no direction. */
  private static final double NEAREST = 1e-6;

  /** Checks the weights, and copies the palette. */
  public Looks {
    palette = palette.stream().map(List::copyOf).toList();
    if (!(smoothness >= 0 && printability >= 0)
        || Double.isInfinite(smoothness)
        || Double.isInfinite(printability)) {
      throw new InvalidInputException(
          "weights of total variation and printability are %s and %s: give finite numbers of 0 or more"
              .formatted(smoothness, printability));
    }
    if (printability > 0 && palette.isEmpty()) {
      throw new InvalidInputException(
          "printability is weighed by %s, and there is no palette: give the colours that can be printed"
              .formatted(printability));
    }
  }

  /**
   * Colours from text: six hexadecimal digits for red, green and blue, or two for grey, separated
   * by commas, such as {@code 1a1a1a,c03020}.
   *
   * @throws InvalidInputException where one is neither
   */
  public static List<List<Double>> palette(String text) {
    List<List<Double>> colours = new ArrayList<>();
    for (String colour : text.split(",", -1)) {
      if (!COLOUR.matcher(colour.strip()).matches()) {
        throw new InvalidInputException(
            "the palette has '%s', expected colours of six hexadecimal digits, or greys of two, such as 1a1a1a,c03020"
                .formatted(colour.strip()));
      }
      String digits = colour.strip().replace("#", "");
      List<Double> values = new ArrayList<>();
      for (int k = 0; k < digits.length(); k += 2) {
        values.add(Integer.parseInt(digits.substring(k, k + 2), 16) / 255.0);
      }
      colours.add(values);
    }
    return colours;
  }

  /** Colours as {@link #palette(String)} reads them. */
  public static List<String> hexadecimal(List<List<Double>> palette) {
    return palette.stream()
        .map(
            colour ->
                colour.stream()
                    .map(value -> "%02x".formatted(Math.round(value * 255)))
                    .collect(Collectors.joining()))
        .toList();
  }

  /**
   * Refuses a palette of other channels than a pattern's.
   *
   * @throws InvalidInputException naming both
   */
  public void requireFits(int channels) {
    for (List<Double> colour : palette) {
      if (colour.size() != channels) {
        throw new InvalidInputException(
            "the palette has a colour of %d values, and the images have %d channels: give colours of %s"
                .formatted(colour.size(), channels, channels == 1 ? "two digits" : "six digits"));
      }
    }
  }

  /** The cost of an image, or of a patch. */
  double cost(float[] pixels, ImageShape shape) {
    double cost = 0;
    for (int j = 0; j < pixels.length && smoothness > 0; j++) {
      for (int other : new int[] {right(j, shape), below(j, shape)}) {
        double difference = other < 0 ? 0 : pixels[other] - pixels[j];
        cost += smoothness * difference * difference;
      }
    }
    int plane = shape.height() * shape.width();
    for (int k = 0; k < plane && printability > 0; k++) {
      cost += printability * distance(pixels, k, plane, nearest(pixels, k, plane));
    }
    return cost;
  }

  /**
   * Adds the gradient of the cost by the pixels.
   *
   * @param pixels {@code [C, H, W]} in [0, 1]
   * @param gradient as many values
   */
  public void addGradient(float[] pixels, ImageShape shape, double[] gradient) {
    for (int j = 0; j < pixels.length && smoothness > 0; j++) {
      for (int other : new int[] {right(j, shape), below(j, shape)}) {
        if (other >= 0) {
          double slope = 2 * smoothness * (pixels[other] - (double) pixels[j]);
          gradient[other] += slope;
          gradient[j] -= slope;
        }
      }
    }
    int plane = shape.height() * shape.width();
    for (int k = 0; k < plane && printability > 0; k++) {
      addPrintability(pixels, k, plane, gradient);
    }
  }

  private void addPrintability(float[] pixels, int k, int plane, double[] gradient) {
    List<Double> colour = nearest(pixels, k, plane);
    double distance = Math.max(NEAREST, distance(pixels, k, plane, colour));
    for (int c = 0; c < colour.size(); c++) {
      int j = c * plane + k;
      gradient[j] += printability * (pixels[j] - colour.get(c)) / distance;
    }
  }

  /** The printable colour that is nearest to a pixel; the first of equal ones. */
  private List<Double> nearest(float[] pixels, int k, int plane) {
    return Collections.min(
        palette, Comparator.comparingDouble(colour -> distance(pixels, k, plane, colour)));
  }

  private static double distance(float[] pixels, int k, int plane, List<Double> colour) {
    double squares = 0;
    for (int c = 0; c < colour.size(); c++) {
      double difference = pixels[c * plane + k] - colour.get(c);
      squares += difference * difference;
    }
    return Math.sqrt(squares);
  }

  /** The neighbour to the right in the same channel; -1 at the edge. */
  private static int right(int j, ImageShape shape) {
    return j % shape.width() == shape.width() - 1 ? -1 : j + 1;
  }

  private static int below(int j, ImageShape shape) {
    return j / shape.width() % shape.height() == shape.height() - 1 ? -1 : j + shape.width();
  }

  /** The settings that are not 0, each with a colon before it. */
  public String settings() {
    return (smoothness == 0 ? "" : ":smoothness=" + smoothness)
        + (printability == 0
            ? ""
            : ":printability="
                + printability
                + ":palette="
                + String.join(",", hexadecimal(palette)));
  }
}

package io.foolproof.physical.patch;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the places of a patch are drawn: uniformly over all places at which all of it is inside the
 * image, or always at one; turned and scaled by as much either way.
 *
 * @param degrees it is turned by at most, either way
 * @param size by which its size differs at most, as a fraction
 * @param at the row and column of its upper left pixel; null for any place
 */
public record Places(double degrees, double size, @Nullable Spot at) {
  private static final Pattern SPOT = Pattern.compile("(\\d{1,5}),(\\d{1,5})");

  /** Any place, turned by 20 degrees at most, larger or smaller by 10 % at most. */
  public static final Places USUAL = new Places(20, 0.1, null);

  /** The row and column of a patch's upper left pixel, from 0. */
  public record Spot(int row, int column) {}

  /** Checks the ranges. */
  public Places {
    if (!(degrees >= 0 && degrees <= 180)) {
      throw new InvalidInputException(
          "a patch turned by %s degrees, expected 0 to 180".formatted(degrees));
    }
    if (!(size >= 0 && size < 1)) {
      throw new InvalidInputException(
          "a patch whose size differs by %s of it, expected 0 or more and below 1".formatted(size));
    }
  }

  /** These turns and sizes, at a place: {@code any}, or {@code ROW,COLUMN}. */
  public Places at(String place) {
    if (place.equals("any")) {
      return new Places(degrees, size, null);
    }
    Matcher spot = SPOT.matcher(place);
    if (!spot.matches()) {
      throw new InvalidInputException(
          "the place of a patch is '%s', expected any, or the row and column of its upper left pixel, such as 10,10"
              .formatted(place));
    }
    return new Places(
        degrees, size, new Spot(Integer.parseInt(spot.group(1)), Integer.parseInt(spot.group(2))));
  }

  /**
   * Refuses a patch that is not inside the image at every place.
   *
   * @param height of the image, in pixels
   * @param width of the image, in pixels
   * @param side of the patch, in pixels
   * @throws InvalidInputException where it is too large, or fixed where there is no room
   */
  public void requireFits(int height, int width, int side) {
    if (side > Math.min(height, width)) {
      throw new InvalidInputException(
          "a patch of %d x %d pixels is larger than the images (%d x %d): give a smaller side"
              .formatted(side, side, height, width));
    }
    if (at != null && (at.row + side > height || at.column + side > width)) {
      throw new InvalidInputException(
          "a patch of %d x %d pixels at row %d, column %d does not fit into images of %d x %d"
              .formatted(side, side, at.row, at.column, height, width));
    }
  }

  /**
   * One place.
   *
   * @param random where it is drawn from
   * @param height of the image, in pixels
   * @param width of the image, in pixels
   * @param side of the patch, in pixels
   * @param round whether the patch is a circle, which needs less room when it is turned
   */
  public Placement draw(RandomStream random, int height, int width, int side, boolean round) {
    double radians = Math.toRadians(degrees * (2 * random.nextDouble() - 1));
    double scale = 1 + size * (2 * random.nextDouble() - 1);
    if (at != null) {
      return new Placement(at.column + side / 2.0, at.row + side / 2.0, radians, scale);
    }
    double wide = round ? 1 : Math.abs(Math.cos(radians)) + Math.abs(Math.sin(radians));
    double reach = scale * side / 2 * wide;
    return new Placement(
        within(random, reach, width), within(random, reach, height), radians, scale);
  }

  /** Uniformly where there is room; the middle where there is none. */
  private static double within(RandomStream random, double reach, int size) {
    double room = Math.max(0, size / 2.0 - reach);
    return size / 2.0 + room * (2 * random.nextDouble() - 1);
  }

  /** The place as {@link #at(String)} takes it. */
  public String place() {
    return at == null ? "any" : at.row + "," + at.column;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "place=%s angle=%s size=%s", place(), degrees, size);
  }
}

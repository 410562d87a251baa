package io.foolproof.report.draw;

import io.foolproof.data.ImageSet;
import io.foolproof.data.ImageShape;
import io.foolproof.report.Pictures;
import io.foolproof.report.Pictures.Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures in a row, which wraps on the page.
 *
 * @param title what they show, in a few words
 */
public record Strip(String title, List<Tile> tiles) implements Drawing {
  /** In the file: the room of a tile, and of its caption below. */
  static final int GAP = 12;

  static final int CAPTION = 22;

  /** Copies the list. */
  public Strip {
    tiles = List.copyOf(tiles);
  }

  /**
   * A picture with its caption.
   *
   * @param alt what can be seen on it
   */
  public record Tile(Picture picture, String alt, String caption) {}

  /** A tile and where it is in the file. */
  public record Placed(Tile tile, int x) {}

  @Override
  public String file() {
    return "draw/strip-file.jte";
  }

  /** Each image of a set, with the name of its class. */
  public static Strip of(String title, ImageSet images) {
    Builder row = of(new ImageShape(images.channels(), images.height(), images.width()));
    for (int i = 0; i < images.size(); i++) {
      row.image(images.pixels(i), images.classNames().get(images.label(i)));
    }
    return row.titled(title);
  }

  /** An empty row for images of this shape with pixels in [0, 1]. */
  public static Builder of(ImageShape shape) {
    return new Builder(shape);
  }

  /** Collects images, left to right. */
  public static final class Builder {
    /** Three pixels of the page for one of a digit: ten of them fit. */
    private static final int SIDE = 84;

    private final Pictures pictures;
    private final float[] zero;
    private final List<Tile> tiles = new ArrayList<>();

    private Builder(ImageShape shape) {
      pictures = new Pictures(shape, 0, 1, SIDE);
      zero = new float[shape.pixels()];
    }

    /**
     * An image.
     *
     * @param pixels [C, H, W] in [0, 1]
     */
    public Builder image(float[] pixels, String caption) {
      return tile(pictures.image(pixels), caption);
    }

    /**
     * A change, a gradient or the weights of a linear model: red where a value is positive, blue
     * where it is negative, white where it is 0; full colour is the largest absolute value.
     *
     * @param values [C, H, W]
     */
    public Builder signed(float[] values, String caption) {
      double largest = 0;
      for (float value : values) {
        largest = Math.max(largest, Math.abs(value));
      }
      return tile(pictures.difference(zero, values, largest), caption);
    }

    private Builder tile(Picture picture, String caption) {
      tiles.add(new Tile(picture, caption, caption));
      return this;
    }

    /** The row, with what it shows in a few words. */
    public Strip titled(String title) {
      return new Strip(title, tiles);
    }
  }

  /** The tiles, left to right. */
  public List<Placed> placed() {
    List<Placed> placed = new ArrayList<>();
    int x = 0;
    for (Tile tile : tiles) {
      placed.add(new Placed(tile, x));
      x += room(tile) + GAP;
    }
    return placed;
  }

  /** Of the file. */
  public int width() {
    return tiles.stream().mapToInt(tile -> room(tile) + GAP).sum();
  }

  /** Of the file. */
  public int height() {
    return tiles.stream().mapToInt(tile -> tile.picture().height()).max().orElse(0) + CAPTION;
  }

  /** Captions are wider than small pictures. */
  private static int room(Tile tile) {
    return Math.max(tile.picture().width(), 7 * tile.caption().length());
  }
}

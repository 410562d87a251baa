package io.foolproof.report.study;

import io.foolproof.report.Pictures.Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures in a row, which wraps on the page.
 *
 * @param title what they show, in a few words
 */
record Strip(String title, List<Tile> tiles) implements Drawing {
  /** In the file: the room of a tile, and of its caption below. */
  static final int GAP = 12;

  static final int CAPTION = 22;

  /** Copies the list. */
  Strip {
    tiles = List.copyOf(tiles);
  }

  /**
   * A picture with its caption.
   *
   * @param alt what can be seen on it
   */
  record Tile(Picture picture, String alt, String caption) {}

  /** A tile and where it is in the file. */
  record Placed(Tile tile, int x) {}

  @Override
  public String file() {
    return "study/strip-file.jte";
  }

  /** The tiles, left to right. */
  List<Placed> placed() {
    List<Placed> placed = new ArrayList<>();
    int x = 0;
    for (Tile tile : tiles) {
      placed.add(new Placed(tile, x));
      x += room(tile) + GAP;
    }
    return placed;
  }

  /** Of the file. */
  int width() {
    return tiles.stream().mapToInt(tile -> room(tile) + GAP).sum();
  }

  /** Of the file. */
  int height() {
    return tiles.stream().mapToInt(tile -> tile.picture().height()).max().orElse(0) + CAPTION;
  }

  /** Captions are wider than small pictures. */
  private static int room(Tile tile) {
    return Math.max(tile.picture().width(), 7 * tile.caption().length());
  }
}

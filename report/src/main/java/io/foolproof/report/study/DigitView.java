package io.foolproof.report.study;

import io.foolproof.data.ImageShape;
import io.foolproof.report.Pictures.Picture;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.figure.Digit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** An image beside its numbers. */
record DigitView(Digit.Found found, Words words, Picture picture, List<Cell> numbers)
    implements View {
  /** Of the picture, on the page. */
  private static final int SIDE = 336;

  /** Larger grids cannot be read. */
  private static final int LARGEST_SIDE = 32;

  /** A pixel's number and where it is. */
  record Cell(int x, int y, int level) {}

  static DigitView of(Digit.Found found, Words words) {
    List<Cell> numbers = new ArrayList<>();
    int[] levels = found.image().levels();
    boolean readable =
        found.channels() == 1 && Math.max(found.width(), found.height()) <= LARGEST_SIDE;
    for (int p = 0; readable && p < levels.length; p++) {
      numbers.add(new Cell(p % found.width(), p / found.width(), levels[p]));
    }
    ImageShape shape = new ImageShape(found.channels(), found.height(), found.width());
    return new DigitView(
        found, words, new Drawn(shape, SIDE).image(found.image().levels()), numbers);
  }

  @Override
  public String template() {
    return "study/digit.jte";
  }

  @Override
  public List<Strip> drawings() {
    return List.of(
        new Strip(
            "A training image",
            List.of(new Strip.Tile(picture, alt(), words.name(found.image().label())))));
  }

  String alt() {
    return "image %d, class %s, as a picture"
        .formatted(found.image().index(), words.name(found.image().label()));
  }

  /** All levels, for the script. */
  String levels() {
    return Arrays.stream(found.image().levels())
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }

  /** The brightest pixel. */
  int brightest() {
    int[] levels = found.image().levels();
    int best = 0;
    for (int p = 1; p < levels.length; p++) {
      best = levels[p] > levels[best] ? p : best;
    }
    return best;
  }

  int brightestLevel() {
    return found.image().levels()[brightest()];
  }

  int brightestRow() {
    return brightest() % (found.width() * found.height()) / found.width() + 1;
  }

  int brightestColumn() {
    return brightest() % found.width() + 1;
  }
}

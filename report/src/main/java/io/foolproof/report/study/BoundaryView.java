package io.foolproof.report.study;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageShape;
import io.foolproof.report.Numbers;
import io.foolproof.report.draw.Chart;
import io.foolproof.report.draw.Drawing;
import io.foolproof.report.draw.Histogram;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.Boundary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Training images against the hull of all others. */
record BoundaryView(Boundary.Found found, Words words, Chart chart, Strip exceptions)
    implements View {
  private static final int SIDE = 56;

  static BoundaryView of(Boundary.Found found, ImageShape shape, Words words) {
    Chart chart =
        Histogram.of(
                "Distance of training images to the hull of all others",
                "distance, L2",
                words.many(),
                "first mark",
                false,
                found.distances())
            .saying(
                "%d of %d training images are outside the hull of all others"
                    .formatted(found.tested() - found.inside(), found.tested()));
    Drawn drawn = new Drawn(shape, SIDE);
    List<Strip.Tile> tiles = new ArrayList<>();
    for (Boundary.NoCorner exception : found.exceptions()) {
      String name = words.name(exception.image().label());
      tiles.add(
          new Strip.Tile(
              drawn.image(exception.image().levels()),
              "image %d, class %s, which is inside".formatted(exception.image().index(), name),
              name));
      tiles.add(
          new Strip.Tile(
              drawn.image(exception.nearest().levels()),
              "image %d, class %s, its nearest neighbour"
                  .formatted(exception.nearest().index(), words.name(exception.nearest().label())),
              exception.distance() == 0 ? "the same" : Rounded.of(exception.distance())));
    }
    return new BoundaryView(found, words, chart, new Strip("Exceptions", tiles));
  }

  @Override
  public String template() {
    return "study/boundary.jte";
  }

  @Override
  public List<Drawing> drawings() {
    List<Drawing> all = new ArrayList<>(List.of(chart));
    if (!exceptions.tiles().isEmpty()) {
      all.add(exceptions);
    }
    return all;
  }

  Proportion outside() {
    return new Proportion(found.tested() - found.inside(), found.tested());
  }

  boolean allOutside() {
    return found.inside() == 0;
  }

  boolean mostOutside() {
    return outside().value() > 0.5;
  }

  /** 10^-231.3, with its exponent raised by the template. */
  String exponent() {
    return "−" + Numbers.fixed(-found.log10Fraction(), 1);
  }

  boolean isTiny() {
    return found.log10Fraction() < -100;
  }

  double median() {
    double[] sorted = found.distances().clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  double widthFraction() {
    return found.width() / found.cubeWidth();
  }
}

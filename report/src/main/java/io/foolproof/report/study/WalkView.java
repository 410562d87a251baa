package io.foolproof.report.study;

import io.foolproof.report.Numbers;
import io.foolproof.report.Pictures.Picture;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** From an image to a neighbouring class, frame by frame. */
record WalkView(Walk.Found found, Words words, Picture gradient, List<Frame> frames)
    implements View {
  private static final int SIDE = 140;

  /**
   * A step.
   *
   * @param still whether it is shown where there is no slider
   */
  record Frame(
      String epsilon, Picture picture, String alt, String prediction, Bars bars, boolean still) {}

  static WalkView of(Walk.Found found, Words words) {
    Drawn drawn = new Drawn(found.shape(), SIDE);
    Set<Integer> still = still(found);
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < found.frames().size(); i++) {
      Walk.Frame frame = found.frames().get(i);
      frames.add(
          new Frame(
              Rounded.of(Math.round(1000 * frame.epsilon()) / 1000.0),
              drawn.image(frame.pixels()),
              "image %d, class %s, changed by at most %s, classified as %s"
                  .formatted(
                      found.image(),
                      words.name(found.label()),
                      Numbers.fixed(frame.epsilon(), 3),
                      words.name(frame.prediction())),
              words.name(frame.prediction()),
              Bars.of(frame.probabilities(), found.classNames()),
              still.contains(i)));
    }
    return new WalkView(found, words, drawn.signed(found.gradient()), frames);
  }

  /** The first, one half way, the first that is fooled, and the last. */
  private static Set<Integer> still(Walk.Found found) {
    int last = found.frames().size() - 1;
    int fooled = found.fooled() < 0 ? last : found.fooled();
    return new TreeSet<>(Set.copyOf(List.of(0, fooled / 2, fooled, last)));
  }

  @Override
  public String template() {
    return "study/walk.jte";
  }

  @Override
  public List<Strip> drawings() {
    List<Strip.Tile> tiles = new ArrayList<>();
    tiles.add(new Strip.Tile(gradient, gradientAlt(), "gradient"));
    frames.stream()
        .filter(Frame::still)
        .forEach(
            frame ->
                tiles.add(
                    new Strip.Tile(
                        frame.picture(),
                        frame.alt(),
                        frame.epsilon() + ": " + frame.prediction())));
    return List.of(new Strip("The gradient and the walk along it", tiles));
  }

  String gradientAlt() {
    return "The gradient at image %d, class %s: which pixels to brighten, red, and to darken, blue"
        .formatted(found.image(), words.name(found.label()));
  }

  boolean wasFooled() {
    return found.fooled() >= 0;
  }

  /** The first that is fooled, or the last. */
  Frame end() {
    return frames.get(wasFooled() ? found.fooled() : frames.size() - 1);
  }

  Walk.Frame endFound() {
    return found.frames().get(wasFooled() ? found.fooled() : frames.size() - 1);
  }

  int greyLevels() {
    return (int) Math.ceil(255 * endFound().epsilon() - 1e-6);
  }

  double probabilityAtStart() {
    Walk.Frame first = found.frames().get(0);
    return first.probabilities()[first.prediction()];
  }

  /** The slider begins where the class changes. */
  int start() {
    return wasFooled() ? found.fooled() : 0;
  }
}

package io.foolproof.report.study;

import io.foolproof.audit.Proportion;
import io.foolproof.report.Pictures.Picture;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.figure.OwnDigit;
import java.util.List;

/** A drawing, what a small net says of it, and how it is fooled. */
record OwnDigitView(
    OwnDigit.Found found,
    Words words,
    Picture example,
    Picture change,
    Picture fooled,
    Bars before,
    Bars after)
    implements View {
  private static final int SIDE = 168;
  private static final int[] SHAPE = {1, 28, 28};

  /** A change of this much is shown in full colour; the script shows it likewise. */
  private static final double FULL_CHANGE = 1 / 3.0;

  static OwnDigitView of(OwnDigit.Found found, Words words) {
    Drawn drawn = new Drawn(SHAPE, SIDE);
    return new OwnDigitView(
        found,
        words,
        drawn.image(found.example()),
        drawn.change(found.example(), found.fooled(), FULL_CHANGE),
        drawn.image(found.fooled()),
        Bars.of(found.before(), words.classNames()),
        Bars.of(found.after(), words.classNames()));
  }

  @Override
  public String template() {
    return "study/own-digit.jte";
  }

  @Override
  public List<Strip> drawings() {
    return List.of(
        new Strip(
            "An image before and after the walk",
            List.of(
                new Strip.Tile(example, exampleAlt(), words.name(found.label())),
                new Strip.Tile(change, "what was added, red, and taken away, blue", "the change"),
                new Strip.Tile(fooled, fooledAlt(), words.name(end())))));
  }

  /** The net, for the script. */
  String net() {
    return StudyScript.net(found, words.classNames());
  }

  /** The class after the walk. */
  int end() {
    return Bars.top(found.after());
  }

  String exampleAlt() {
    return "the example, class %s, as it is".formatted(words.name(found.label()));
  }

  String fooledAlt() {
    return "the example after %d steps, classified as %s"
        .formatted(found.steps(), words.name(end()));
  }

  Proportion accuracy() {
    return new Proportion(found.correct(), found.tests());
  }
}

package io.foolproof.report.study;

import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.report.draw.Histogram;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.NoBrainer;
import java.util.List;

/** How little it takes to fool the model. */
record NoBrainerView(NoBrainer.Found found, Words words, List<Chart> charts) implements View {

  static NoBrainerView of(NoBrainer.Found found, Words words) {
    if (found.gradients().length == 0) {
      return new NoBrainerView(found, words, List.of());
    }
    Chart chart =
        Histogram.of(
                "Gradients until fooled",
                "gradients",
                words.many(),
                "first mark",
                true,
                Axes.doubles(found.gradients()))
            .saying(
                "Half of the fooled %s take at most %d gradients, the hardest %d"
                    .formatted(
                        words.many(),
                        median(found.gradients()),
                        found.gradients()[found.gradients().length - 1]));
    return new NoBrainerView(found, words, List.of(chart));
  }

  /** Of ascending values. */
  private static int median(int[] values) {
    return values[(values.length - 1) / 2];
  }

  @Override
  public String template() {
    return "study/no-brainer.jte";
  }

  @Override
  public List<Chart> drawings() {
    return charts;
  }

  boolean anyFooled() {
    return found.fooled().count() > 0;
  }

  boolean nearlyAllFooled() {
    return found.fooled().value() > 0.95;
  }

  int medianGradients() {
    return median(found.gradients());
  }

  String medianMilliseconds() {
    return Rounded.of(medianGradients() * found.oneGradient().milliseconds());
  }

  String oneGradient() {
    return Rounded.of(found.oneGradient().milliseconds());
  }

  int attacks() {
    return found.whiteBox() + found.scores() + found.labels();
  }

  boolean mostFollowGradients() {
    return 2 * found.whiteBox() > attacks();
  }

  boolean noiseIsWeaker() {
    return found.noise().value() < found.fooled().value();
  }
}

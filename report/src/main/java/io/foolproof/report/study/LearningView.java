package io.foolproof.report.study;

import io.foolproof.audit.Proportion;
import io.foolproof.data.ImageShape;
import io.foolproof.report.Axis;
import io.foolproof.report.Numbers;
import io.foolproof.report.Plot;
import io.foolproof.report.draw.Axes;
import io.foolproof.report.draw.Chart;
import io.foolproof.report.draw.Drawing;
import io.foolproof.report.draw.Strip;
import io.foolproof.study.Rounded;
import io.foolproof.study.figure.Learning;
import java.util.ArrayList;
import java.util.List;

/** A model's training, its size, and what it gets wrong. */
record LearningView(Learning.Found found, Words words, List<Chart> charts, Strip wrong)
    implements View {
  private static final int SIDE = 56;

  static LearningView of(Learning.Found found, ImageShape shape, Words words) {
    List<Chart> charts = new ArrayList<>();
    if (found.loss().length > 1) {
      charts.add(loss(found));
    }
    charts.add(sizes(found));
    Drawn drawn = new Drawn(shape, SIDE);
    List<Strip.Tile> tiles =
        found.wrong().stream()
            .map(
                wrong ->
                    new Strip.Tile(
                        drawn.image(wrong.image().levels()),
                        "image %d, class %s, classified as %s"
                            .formatted(
                                wrong.image().index(),
                                words.name(wrong.image().label()),
                                words.name(wrong.predicted())),
                        words.name(wrong.image().label()) + " → " + words.name(wrong.predicted())))
            .toList();
    return new LearningView(found, words, charts, new Strip("What it gets wrong", tiles));
  }

  private static Chart loss(Learning.Found found) {
    int n = found.loss().length;
    double[] step = new double[n];
    for (int i = 0; i < n; i++) {
      step[i] = (double) found.steps() * (i + 1) / n;
    }
    return Chart.of(
            "Training loss",
            new Plot(
                Axis.count("step", Math.max(1, found.steps())),
                Axes.powersOfTen("loss, nats", found.loss())))
        .line(Chart.Series.FIRST, step, found.loss())
        .saying(
            "The training loss falls from %s to %s in %s steps"
                .formatted(
                    Rounded.of(found.loss()[0]),
                    Rounded.of(found.loss()[n - 1]),
                    Numbers.count(found.steps())));
  }

  private static Chart sizes(Learning.Found found) {
    double most = Math.max(found.weights(), found.images());
    return Chart.of(
            "Weights against training images",
            new Plot(
                Axes.ordinal("", List.of("weights", "training images")),
                Axis.linear("thousands", 1.05 * Math.max(1, most) / 1000)))
        .box("first mark", -0.25, 0.25, 0, found.weights() / 1000.0, Numbers.count(found.weights()))
        .box("third mark", 0.75, 1.25, 0, found.images() / 1000.0, Numbers.count(found.images()))
        .saying(
            "%s weights against %s training images"
                .formatted(Numbers.count(found.weights()), Numbers.count(found.images())));
  }

  @Override
  public String template() {
    return "study/learning.jte";
  }

  @Override
  public List<Drawing> drawings() {
    List<Drawing> all = new ArrayList<>(charts);
    if (!wrong.tiles().isEmpty()) {
      all.add(wrong);
    }
    return all;
  }

  Proportion accuracy() {
    return new Proportion(found.correct(), found.tested());
  }

  boolean hasMoreWeightsThanImages() {
    return found.weights() > found.images();
  }

  boolean hasWeights() {
    return found.weights() > 0;
  }

  boolean isAccurate() {
    return accuracy().value() > 0.95;
  }

  boolean recognisesMost() {
    return accuracy().low() > 0.5;
  }

  double weightsPerImage() {
    return (double) found.weights() / found.images();
  }

  int epochs() {
    return found.epochs().size();
  }
}

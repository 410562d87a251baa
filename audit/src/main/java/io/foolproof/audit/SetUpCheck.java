package io.foolproof.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Signs that a model does not get the images, or is not compared with the labels, that it was made
 * for: a wrong normalisation or a wrong order of classes gives figures that look like an answer.
 */
final class SetUpCheck {
  /** With fewer samples of a class, that it is never predicted says little. */
  private static final int ENOUGH = 10;

  private SetUpCheck() {}

  /**
   * The signs that fired.
   *
   * @param classes how many the model tells apart
   */
  static List<Diagnostic> of(List<SampleVerdict> samples, Proportion clean, int classes) {
    List<Diagnostic> found = new ArrayList<>();
    int labels = samples.stream().mapToInt(SampleVerdict::label).max().orElseThrow() + 1;
    int[] labelled = new int[labels];
    int[] predicted = new int[labels];
    for (SampleVerdict sample : samples) {
      labelled[sample.label()]++;
      if (sample.prediction() >= 0 && sample.prediction() < labels) {
        predicted[sample.prediction()]++;
      }
    }
    double largest = IntStream.of(labelled).max().orElseThrow() / (double) samples.size();
    double guessing = Math.max(1.0 / classes, largest);
    // Where all have one label, guessing is as good as knowing.
    if (guessing < 1 && clean.count() < clean.total() && clean.low() <= guessing) {
      found.add(atChance(clean, guessing));
    }
    int[] never =
        IntStream.range(0, labels)
            .filter(label -> labelled[label] >= ENOUGH && predicted[label] == 0)
            .toArray();
    if (never.length > 0) {
      found.add(neverPredicted(never));
    }
    return found;
  }

  private static Diagnostic atChance(Proportion clean, double guessing) {
    return Sign.AT_CHANCE.of(
        true,
        percent(clean.value()) + "; by guessing " + percent(guessing),
        "The model classifies "
            + percent(clean.value())
            + " of the clean images correctly, which may be chance: always to predict the most"
            + " frequent class gives "
            + percent(guessing)
            + ". Likely causes: pixels in another range or with another normalisation than in"
            + " training, another order of the colour channels, or labels that are not the model's"
            + " classes. Until that is settled, no other figure of this audit means anything.");
  }

  private static Diagnostic neverPredicted(int[] labels) {
    String which = String.join(", ", IntStream.of(labels).mapToObj(String::valueOf).toList());
    return Sign.NEVER_PREDICTED.of(
        true,
        (labels.length == 1 ? "class " : "classes ") + which,
        "Clean images of "
            + (labels.length == 1 ? "class " : "classes ")
            + which
            + " were audited, at least "
            + ENOUGH
            + " of each, and no image was classified so. Likely causes: labels that are not the"
            + " model's classes, or another normalisation than in training.");
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}

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

  /** The signs that fired. */
  static List<Diagnostic> of(List<SampleVerdict> samples) {
    int labels = samples.stream().mapToInt(SampleVerdict::label).max().orElseThrow() + 1;
    int[] labelled = new int[labels];
    int[] predicted = new int[labels];
    int correct = 0;
    for (SampleVerdict sample : samples) {
      labelled[sample.label()]++;
      // Classes that no sample has, and errors, never agree with a label.
      if (sample.prediction() >= 0 && sample.prediction() < labels) {
        predicted[sample.prediction()]++;
      }
      correct += sample.prediction() == sample.label() ? 1 : 0;
    }
    List<Diagnostic> found = new ArrayList<>();
    Proportion clean = new Proportion(correct, samples.size());
    double chance = chance(labelled, predicted, samples.size());
    boolean severalLabels = IntStream.of(labelled).filter(count -> count > 0).count() > 1;
    // Where all have one label, knowing it and saying it always are the same.
    if (severalLabels && correct < clean.total() && clean.low() <= chance) {
      found.add(atChance(clean, chance));
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

  /**
   * How often predictions would be correct if they had nothing to do with the labels, each class
   * being as frequent as it is: Cohen: A coefficient of agreement for nominal scales, 1960.
   */
  private static double chance(int[] labelled, int[] predicted, int samples) {
    double chance = 0;
    for (int k = 0; k < labelled.length; k++) {
      chance += (double) labelled[k] / samples * predicted[k] / samples;
    }
    return chance;
  }

  private static Diagnostic atChance(Proportion clean, double chance) {
    return Sign.AT_CHANCE.of(
        true,
        percent(clean.value()) + "; by chance " + percent(chance),
        "The model classifies "
            + percent(clean.value())
            + " of the clean images correctly. Predictions that have nothing to do with the labels"
            + " would be correct for "
            + percent(chance)
            + ", and with so few images the difference may be chance. Likely causes: pixels in"
            + " another range or with another normalisation than in training, another order of the"
            + " colour channels, or labels that are not the model's classes. Until that is settled,"
            + " no other figure of this audit means anything.");
  }

  private static Diagnostic neverPredicted(int[] labels) {
    String which =
        (labels.length == 1 ? "class " : "classes ")
            + String.join(", ", IntStream.of(labels).mapToObj(String::valueOf).toList());
    return Sign.NEVER_PREDICTED.of(
        true,
        which,
        "At least "
            + ENOUGH
            + " clean images of "
            + which
            + (labels.length == 1 ? "" : " each")
            + " were audited, and none of all images was classified so. Likely causes: labels that"
            + " are not the model's classes, or another normalisation than in training.");
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}

package io.foolproof.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Signs that a model does not get the images, or is not compared with the labels, that it was made
 * for: a wrong normalisation or a wrong order of classes gives figures that look like an answer.
 */
final class SetUpCheck {
  /** So much more would be correct with other numbers for the classes. */
  private static final double FAR = 0.2;

  /** With fewer samples of a class, that it is never predicted says little. */
  private static final int ENOUGH = 10;

  private SetUpCheck() {}

  /** The ids of the signs with which no figure of an audit means anything. */
  static final Set<String> IDS =
      Set.of(Sign.AT_CHANCE.id(), Sign.NEVER_PREDICTED.id(), Sign.MOVED_LABELS.id());

  /** The signs that fired. */
  static List<Diagnostic> of(List<SampleVerdict> samples, AuditPlan plan) {
    return of(
        samples,
        plan.data().classes(),
        plan.model().classes(),
        () ->
            Noun.of(plan.threat()).isRow() ? "" : new LikelyCause(plan.model(), plan.data()).text(),
        Noun.of(plan.threat()));
  }

  /**
   * The signs that fired.
   *
   * @param classes that the data have
   * @param outputs of the model
   * @param likelyCause what else the images may be, in words; empty where nothing fits
   * @param noun what the samples are called
   */
  static List<Diagnostic> of(
      List<SampleVerdict> samples,
      int classes,
      int outputs,
      Supplier<String> likelyCause,
      Noun noun) {
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
      found.add(atChance(clean, chance, likelyCause.get(), noun));
    }
    int[] never =
        IntStream.range(0, labels)
            .filter(label -> labelled[label] >= ENOUGH && predicted[label] == 0)
            .toArray();
    if (never.length > 0) {
      found.add(neverPredicted(never, noun));
    }
    Proportion renamed = withClassesRenamed(samples);
    boolean muchBetter = renamed.low() > clean.high() && renamed.value() >= clean.value() + FAR;
    if (severalLabels && muchBetter) {
      found.add(movedLabels(clean, renamed, noun));
    }
    if (classes != outputs) {
      found.add(otherClasses(classes, outputs));
    }
    return found;
  }

  /**
   * How many predictions would be correct if each class that is predicted were called by another
   * name, one after the other the name that fits most samples of those that are left.
   */
  private static Proportion withClassesRenamed(List<SampleVerdict> samples) {
    Map<List<Integer>, Long> pairs =
        samples.stream()
            .filter(sample -> sample.prediction() >= 0)
            .collect(
                Collectors.groupingBy(
                    sample -> List.of(sample.prediction(), sample.label()),
                    LinkedHashMap::new,
                    Collectors.counting()));
    Set<Integer> predictions = new HashSet<>();
    Set<Integer> labels = new HashSet<>();
    long correct = 0;
    for (Map.Entry<List<Integer>, Long> pair :
        pairs.entrySet().stream()
            .sorted(Map.Entry.<List<Integer>, Long>comparingByValue().reversed())
            .toList()) {
      int prediction = pair.getKey().get(0);
      int label = pair.getKey().get(1);
      if (!predictions.contains(prediction) && !labels.contains(label)) {
        predictions.add(prediction);
        labels.add(label);
        correct += pair.getValue();
      }
    }
    return new Proportion((int) correct, samples.size());
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

  private static Diagnostic atChance(Proportion clean, double chance, String cause, Noun noun) {
    return Sign.AT_CHANCE.of(
        true,
        percent(clean.value())
            + "; by chance "
            + percent(chance)
            + (cause.isEmpty() ? "" : "; " + cause),
        "The model classifies "
            + percent(clean.value())
            + " of the clean "
            + noun.many()
            + " correctly. Predictions that have nothing to do with the labels"
            + " would be correct for "
            + percent(chance)
            + ", and with so few "
            + noun.many()
            + " the difference may be chance. "
            + (cause.isEmpty() ? "" : "Most likely cause: " + cause + ". ")
            + "Likely causes: "
            + (noun.isRow()
                ? "features in another unit or order than in training, or not scaled as in training,"
                : "pixels in another range or with another normalisation than in training, another"
                    + " order of the colour channels,")
            + " or labels that are not the model's classes. Until that is settled, no other figure"
            + " of this audit means anything.");
  }

  private static Diagnostic neverPredicted(int[] labels, Noun noun) {
    String which =
        (labels.length == 1 ? "class " : "classes ")
            + String.join(", ", IntStream.of(labels).mapToObj(String::valueOf).toList());
    return Sign.NEVER_PREDICTED.of(
        true,
        which,
        "At least "
            + ENOUGH
            + " clean "
            + noun.many()
            + " of "
            + which
            + (labels.length == 1 ? "" : " each")
            + " were audited, and none of all "
            + noun.many()
            + " was classified so. Likely causes: labels that"
            + " are not the model's classes, or another normalisation than in training.");
  }

  private static Diagnostic movedLabels(Proportion clean, Proportion renamed, Noun noun) {
    return Sign.MOVED_LABELS.of(
        true,
        percent(clean.value()) + "; " + percent(renamed.value()) + " with classes renamed",
        "The model classifies "
            + percent(clean.value())
            + " of the clean "
            + noun.many()
            + " correctly, and would classify "
            + percent(renamed.value())
            + " correctly if its classes had other numbers: the labels of the data are not the"
            + " numbers of the model's outputs. Likely causes: classes in another order, or a class"
            + " left out before others. Until that is settled, no other figure of this audit means"
            + " anything.");
  }

  private static Diagnostic otherClasses(int classes, int outputs) {
    return Sign.OTHER_CLASSES.of(
        true,
        classes + " and " + outputs,
        "The data have the classes 0 to "
            + (classes - 1)
            + ", and the model has "
            + outputs
            + " outputs. Either the data lack the last classes, or they are another task's and their"
            + " labels mean other classes. A list of the class names settles it.");
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}

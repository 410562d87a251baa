package io.foolproof.report.hull;

import io.foolproof.audit.hull.HullFinding;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Mixture;
import io.foolproof.geometry.Vote;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import io.foolproof.report.Pictures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One query on the page.
 *
 * @param index the query's index in its data set
 * @param label its class
 * @param vote the class that most of the mixture's weight is of
 * @param pictures the query, its nearest hull point and its nearest neighbour
 * @param members the training images with most weight in the mixture
 * @param story where it lies
 */
record HullCard(
    long index,
    String label,
    String vote,
    List<Captioned> pictures,
    List<Captioned> members,
    String story) {

  /** How many fit before a reader tires. */
  static final int MOST = 10;

  private static final int MEMBERS = 5;

  /** A picture with the words below it. */
  record Captioned(Pictures.Picture picture, String alt, String caption) {}

  /** From the nearest to the hull to the farthest from it, evenly by rank. */
  static List<HullCard> of(HullResult result) {
    List<HullFinding> sorted =
        result.findings().stream()
            .sorted(Comparator.comparingDouble(HullFinding::distance))
            .toList();
    Pictures pictures = new Pictures(result.plan().training(), 0, 1);
    int cards = Math.min(MOST, sorted.size());
    return IntStream.range(0, cards)
        .map(k -> cards == 1 ? 0 : k * (sorted.size() - 1) / (cards - 1))
        .mapToObj(rank -> of(result, sorted.get(rank), pictures))
        .toList();
  }

  private static HullCard of(HullResult result, HullFinding finding, Pictures pictures) {
    ImageSet training = result.plan().training();
    ImageSet queries = result.plan().queries();
    ClassNames names = new ClassNames(training.classNames());
    Mixture mixture = finding.nearest();
    int[] labels = IntStream.range(0, training.size()).map(training::label).toArray();
    int classes = Math.max(training.classes(), queries.classes());
    List<Captioned> members = new ArrayList<>();
    for (int k = 0; k < Math.min(MEMBERS, mixture.size()); k++) {
      int member = mixture.points()[k];
      members.add(
          new Captioned(
              pictures.image(training.pixels(member)),
              "training image",
              Numbers.percent(mixture.weights()[k]) + " of no. " + training.index(member)));
    }
    return new HullCard(
        queries.index(finding.place()),
        names.of(queries.label(finding.place())),
        names.of(Vote.of(mixture, labels, classes).label()),
        List.of(
            new Captioned(pictures.image(queries.pixels(finding.place())), "the query", "query"),
            new Captioned(
                pictures.image(mixture.of(training)),
                "the nearest point of the hull",
                "nearest hull point"),
            new Captioned(
                pictures.image(training.pixels(finding.neighbour())),
                "the nearest training image",
                "neighbour " + training.index(finding.neighbour()))),
        members,
        story(finding));
  }

  private static String story(HullFinding finding) {
    String place =
        finding.inside()
            ? "inside the hull"
            : Numbers.decimal(finding.distance()) + " outside the hull";
    return "%s, %s from its nearest neighbour; the hull point mixes %s"
        .formatted(
            place,
            Numbers.decimal(finding.neighbourDistance()),
            Numbers.count(finding.nearest().size(), "image"));
  }
}

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
 * @param vote the class with most weight in the mixture
 * @param pictures the query, its nearest hull point and its nearest neighbour
 * @param members the training images with most weight in the mixture
 * @param story its distances
 */
record HullCard(
    long index,
    String label,
    String vote,
    List<Captioned> pictures,
    List<Captioned> members,
    String story) {

  /** More tell a reader nothing new. */
  static final int MOST = 10;

  private static final int MEMBERS = 5;

  /** A picture with its caption. */
  record Captioned(Pictures.Picture picture, String alt, String caption) {}

  /** From the nearest to the hull to the farthest from it, evenly by rank. */
  static List<HullCard> of(HullResult result) {
    List<HullFinding> sorted =
        result.findings().stream()
            .sorted(Comparator.comparingDouble(HullFinding::distance))
            .toList();
    Pictures pictures = new Pictures(result.plan().training(), 0, 1, Pictures.SMALL);
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
    String query = image("query", queries, finding.place(), names);
    List<Captioned> members = new ArrayList<>();
    for (int k = 0; k < Math.min(MEMBERS, mixture.size()); k++) {
      int member = mixture.points()[k];
      members.add(
          new Captioned(
              pictures.image(training.pixels(member)),
              image("training image", training, member, names),
              Numbers.percent(mixture.weights()[k]) + " of no. " + training.index(member)));
    }
    return new HullCard(
        queries.index(finding.place()),
        names.of(queries.label(finding.place())),
        names.of(Vote.of(mixture, labels, classes).label()),
        List.of(
            new Captioned(pictures.image(queries.pixels(finding.place())), query, "query"),
            new Captioned(
                pictures.image(mixture.of(training)),
                "nearest hull point of " + query,
                "nearest hull point"),
            new Captioned(
                pictures.image(training.pixels(finding.neighbour())),
                image("nearest training image", training, finding.neighbour(), names),
                "neighbour " + training.index(finding.neighbour()))),
        members,
        story(finding));
  }

  private static String image(String kind, ImageSet images, int place, ClassNames names) {
    return "%s %d, class %s".formatted(kind, images.index(place), names.of(images.label(place)));
  }

  private static String story(HullFinding finding) {
    String place =
        finding.inside()
            ? "inside the hull"
            : Numbers.decimal(finding.distance()) + " from the hull";
    return "%s, %s from its nearest neighbour; the nearest hull point mixes %s"
        .formatted(
            place,
            Numbers.decimal(finding.neighbourDistance()),
            Numbers.count(finding.nearest().size(), "image"));
  }
}

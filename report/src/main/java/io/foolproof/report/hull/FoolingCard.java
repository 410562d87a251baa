package io.foolproof.report.hull;

import io.foolproof.audit.hull.FoolingFinding;
import io.foolproof.audit.hull.FoolingFinding.Fooled;
import io.foolproof.audit.hull.FoolingFinding.Moved;
import io.foolproof.audit.hull.HullResult;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.Mixture;
import io.foolproof.report.ClassNames;
import io.foolproof.report.Numbers;
import io.foolproof.report.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One fooled query on the page: clean, adversarial and noisy, each next to its nearest hull point.
 *
 * @param index the query's index in its data set
 * @param label its class
 * @param story how far each is from the hull
 */
record FoolingCard(long index, String label, String story, List<HullCard.Captioned> pictures) {
  private static final int MOST = 8;

  /** The first fooled queries whose images were kept. */
  static List<FoolingCard> of(HullResult result, List<FoolingFinding> findings) {
    Pictures pictures = new Pictures(result.plan().training(), 0, 1, Pictures.SMALL);
    return findings.stream()
        .flatMap(finding -> card(result, finding, pictures))
        .limit(MOST)
        .toList();
  }

  private static Stream<FoolingCard> card(
      HullResult result, FoolingFinding finding, Pictures pictures) {
    Fooled fooled = finding.fooled();
    if (fooled == null || fooled.noise() == null) {
      return Stream.empty();
    }
    float[] adversarial = fooled.adversarial().image();
    float[] noisy = fooled.noise().image();
    if (adversarial == null || noisy == null) {
      return Stream.empty();
    }
    ImageSet queries = result.plan().queries();
    ClassNames names = new ClassNames(queries.classNames());
    String query =
        "query %d, class %s".formatted(queries.index(finding.place()), names.of(fooled.label()));
    Shown shown = new Shown(result, pictures, names, query);
    int place = finding.place();
    Mixture mixture = result.findings().get(place).nearest();
    List<HullCard.Captioned> all = new ArrayList<>();
    all.addAll(
        shown.pair(
            "clean", queries.pixels(place), fooled.label(), mixture, fooled.cleanProjected()));
    all.addAll(shown.pair("adversarial", adversarial, fooled.adversarial()));
    all.addAll(shown.pair("noise", noisy, fooled.noise()));
    return Stream.of(
        new FoolingCard(
            queries.index(place), names.of(fooled.label()), story(fooled, fooled.noise()), all));
  }

  private static String story(Fooled fooled, Moved noise) {
    return "distance to the hull %s clean, %s adversarial, %s with noise; the length of both changes is %s"
        .formatted(
            Numbers.decimal(fooled.cleanDistance()),
            Numbers.decimal(fooled.adversarial().hull().distance()),
            Numbers.decimal(noise.hull().distance()),
            Numbers.decimal(fooled.change()));
  }

  /** Makes pictures with the model's predictions for them. */
  private record Shown(HullResult result, Pictures pictures, ClassNames names, String query) {
    List<HullCard.Captioned> pair(String kind, float[] image, Moved moved) {
      return pair(kind, image, moved.prediction(), moved.hull().nearest(), moved.projected());
    }

    List<HullCard.Captioned> pair(
        String kind, float[] image, int prediction, Mixture mixture, int projected) {
      return List.of(
          new HullCard.Captioned(
              pictures.image(image), kind + " image of " + query, kind + ": " + name(prediction)),
          new HullCard.Captioned(
              pictures.image(mixture.of(result.plan().training())),
              "nearest hull point of the " + kind + " image of " + query,
              projected < 0 ? "hull point" : "hull point: " + name(projected)));
    }

    private String name(int label) {
      return label < 0 ? "no class" : Objects.requireNonNull(names.of(label));
    }
  }
}

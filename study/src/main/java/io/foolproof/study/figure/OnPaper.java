package io.foolproof.study.figure;

import io.foolproof.attack.Attack;
import io.foolproof.attack.AttackResult;
import io.foolproof.attack.ThreatModel;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.search.Unending;
import io.foolproof.attack.suite.Attacks;
import io.foolproof.audit.Proportion;
import io.foolproof.audit.Randomness;
import io.foolproof.data.ImageSet;
import io.foolproof.study.Estimate;
import io.foolproof.study.Figure;
import io.foolproof.study.StudyPlan;
import io.foolproof.study.Workshop;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The same adversarial example through a simulated printer and camera, made without and with them
 * in mind.
 */
public final class OnPaper implements Figure<OnPaper.Found> {
  private static final View VIEW = View.parse("phone-photo");
  private static final double EPSILON = 0.15;

  /**
   * What it computes.
   *
   * @param view the simulated printer and camera, its settings
   * @param epsilon L-inf, of pixels in [0, 1]
   * @param shape of an image, [channels, height, width]
   * @param draws how many photographs were simulated of each image
   * @param rows clean images, plain adversarial examples, and those made over the view, in this
   *     order
   */
  public record Found(String view, double epsilon, int[] shape, int draws, List<Row> rows) {
    /** Copies the list. */
    public Found {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Images of one kind, all of the same correctly classified test images.
   *
   * @param name {@code clean}, {@code plain} or {@code eot}
   * @param attack its settings; empty for clean images
   * @param onScreen the images that are misclassified as they are
   * @param photographed of all photographs of all images, those that are misclassified; its
   *     interval is over images and draws, since photographs of one image are alike
   * @param destroyed of all photographs of the images that are misclassified as they are, those
   *     that are classified as the label: the destruction rate; 0 of 1 where there are none
   * @param example one image, the same of all kinds: levels, [pixels], 0 to 255
   * @param photograph a photograph of it, in the same form
   * @param prediction the class of the example
   * @param photographPrediction the class of its photograph
   */
  public record Row(
      String name,
      String attack,
      Proportion onScreen,
      Estimate photographed,
      Proportion destroyed,
      int[] example,
      int[] photograph,
      int prediction,
      int photographPrediction) {}

  @Override
  public int number() {
    return 13;
  }

  @Override
  public String title() {
    return "On paper";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    StudyPlan plan = workshop.plan();
    Subject subject = Subject.of(workshop);
    ImageSet images = subject.correctIfAny(plan.test(), plan.extent().of(48, 1000));
    ThreatModel threat = ThreatModel.linf(EPSILON);
    Photographs photographs = new Photographs(subject, images, plan.extent().of(20, 100));
    Attack plain = Attacks.parse("pgd");
    Attack eot = Attacks.parse("pgd:eot=" + plan.extent().of(16, 20) + ":eot-view=" + VIEW.name());
    float[][] plainly = found(subject.attacked(plain, images, threat, Unending::of));
    float[][] overDraws = found(subject.attacked(eot, images, threat));
    return new Found(
        VIEW.settings(),
        EPSILON,
        Arrays.stream(images.shape()).mapToInt(Math::toIntExact).toArray(),
        photographs.draws(),
        List.of(
            photographs.row("clean", "", Subject.pixels(images)),
            photographs.row("plain", plain.settings(), plainly),
            photographs.row("eot", eot.settings(), overDraws)));
  }

  private static float[][] found(List<AttackResult> results) {
    return results.stream().map(AttackResult::image).toArray(float[][]::new);
  }

  /**
   * Photographs of changed images, which are the same draws of the view for all that is changed.
   */
  private record Photographs(Subject subject, ImageSet images, int draws) {

    Row row(String name, String attack, float[][] changed) {
      int[] onScreen = subject.predictions(changed);
      long fooled = 0;
      int[] right = new int[changed.length];
      long destroyed = 0;
      float[] example = new float[0];
      int seenAs = -1;
      for (int draw = 0; draw < draws; draw++) {
        float[][] seen = photographed(changed, draw);
        int[] predictions = subject.predictions(seen);
        for (int i = 0; i < predictions.length; i++) {
          boolean isFooled = onScreen[i] != images.label(i);
          boolean isSeenWrongly = predictions[i] != images.label(i);
          right[i] += isSeenWrongly ? 0 : 1;
          fooled += isFooled ? 1 : 0;
          destroyed += isFooled && !isSeenWrongly ? 1 : 0;
        }
        if (draw == 0) {
          example = seen[0];
          seenAs = predictions[0];
        }
      }
      Randomness.Share of = Randomness.Share.of(draws, right);
      return new Row(
          name,
          attack,
          Subject.proportion(fooled / draws, changed.length),
          new Estimate(of.mean(), of.overBoth().low(), of.overBoth().high()).rest(),
          Subject.proportion(destroyed, fooled),
          Picture.levels(changed[0]),
          Picture.levels(example),
          onScreen[0],
          seenAs);
    }

    private float[][] photographed(float[][] changed, int draw) {
      int[] samples =
          IntStream.range(0, images.size()).map(i -> Math.toIntExact(images.index(i))).toArray();
      long seed = subject.workshop().plan().seed();
      return subject
          .batches(
              changed.length,
              (from, to) ->
                  List.of(
                      Rows.split(
                          VIEW.apply(
                              subject.batch(changed, from, to),
                              Draw.of(
                                  seed,
                                  Arrays.copyOfRange(samples, from, to),
                                  "photographed",
                                  draw)))))
          .toArray(float[][]::new);
    }
  }
}

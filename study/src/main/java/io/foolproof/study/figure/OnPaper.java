package io.foolproof.study.figure;

import io.foolproof.audit.Proportion;
import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** The same adversarial example through a simulated printer and camera, made without and with them in mind. */
public final class OnPaper implements Figure<OnPaper.Found> {
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
   * @param photographed of all photographs of all images, those that are misclassified
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
      Proportion photographed,
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
  public Class<Found> type() {
    return Found.class;
  }

  @Override
  public Found compute(Workshop workshop) {
    throw new UnsupportedOperationException("not computed yet");
  }
}

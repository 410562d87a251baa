package io.foolproof.study.figure;

import java.util.List;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;

/** The loss around images, along the gradient and along a random direction. */
public final class Landscape implements Figure<Landscape.Found> {
  /**
   * What it computes.
   *
   * @param distances the grid's coordinates along both directions: L2 lengths, of pixels in [0, 1],
   *     0 in the middle
   * @param classNames by class
   * @param panels one for each of some images
   */
  public record Found(double[] distances, List<String> classNames, List<Panel> panels) {
    /** Copies the lists. */
    public Found {
      classNames = List.copyOf(classNames);
      panels = List.copyOf(panels);
    }
  }

  /**
   * The plane through an image that its gradient and a random direction span. Pixels are not kept
   * in [0, 1].
   *
   * @param image the place in the test set
   * @param label its class
   * @param loss cross-entropy in nats, two decimals: [along the gradient][along the random
   *     direction]
   * @param predictions classes, in the same places
   */
  public record Panel(int image, int label, double[][] loss, int[][] predictions) {}

  @Override
  public int number() {
    return 12;
  }

  @Override
  public String title() {
    return "The landscape";
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

package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;
import io.foolproof.study.Figure;
import io.foolproof.study.Workshop;
import io.foolproof.tensor.RandomStream;
import java.util.ArrayList;
import java.util.List;

/** The loss around images, along the gradient and along a random direction. */
public final class Landscape implements Figure<Landscape.Found> {
  private static final int IMAGES = 3;
  private static final int SEARCHED = 1000;
  private static final int STEPS = 12;

  /** How far the grid reaches: L2, of pixels in [0, 1]. */
  private static final double REACH = 4;

  private static final double HUNDREDTHS = 100;

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
    Subject subject = Subject.of(workshop);
    ImageSet test = workshop.plan().test();
    ImageSet images = subject.correctIfAny(test.first(Math.min(SEARCHED, test.size())), IMAGES);
    double[] distances = new double[2 * STEPS + 1];
    for (int k = 0; k < distances.length; k++) {
      distances[k] = (k - STEPS) * REACH / STEPS;
    }
    List<Panel> panels = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      panels.add(panel(subject, images, i, distances));
    }
    return new Found(distances, images.classNames(), panels);
  }

  private static Panel panel(Subject subject, ImageSet images, int i, double[] distances) {
    float[] image = images.pixels(i);
    int label = images.label(i);
    float[] gradient = subject.gradients(new float[][] {image}, new int[] {label})[0];
    float[] random = new float[image.length];
    new RandomStream(subject.workshop().plan().seed(), images.index(i), "landscape", 0)
        .fillGaussian(random, 0, random.length);
    unit(gradient);
    orthogonalise(random, gradient);
    unit(random);
    int side = distances.length;
    float[][] grid = new float[side * side][];
    for (int k = 0; k < grid.length; k++) {
      float[] point = image.clone();
      for (int p = 0; p < point.length; p++) {
        point[p] += (float) (distances[k / side] * gradient[p] + distances[k % side] * random[p]);
      }
      grid[k] = point;
    }
    double[][] probabilities = subject.probabilities(grid);
    double[][] loss = new double[side][side];
    int[][] predictions = new int[side][side];
    for (int k = 0; k < grid.length; k++) {
      double nats = -Math.log(Math.max(Float.MIN_NORMAL, probabilities[k][label]));
      loss[k / side][k % side] = Math.rint(HUNDREDTHS * nats) / HUNDREDTHS;
      predictions[k / side][k % side] = Subject.argmax(probabilities[k]);
    }
    return new Panel(Math.toIntExact(images.index(i)), label, loss, predictions);
  }

  /** Takes away what a direction has in common with another of length 1. */
  private static void orthogonalise(float[] direction, float[] other) {
    double common = 0;
    for (int p = 0; p < other.length; p++) {
      common += (double) direction[p] * other[p];
    }
    for (int p = 0; p < other.length; p++) {
      direction[p] -= (float) (common * other[p]);
    }
  }

  /** Where there is no gradient there is no direction: zeros stay. */
  private static void unit(float[] direction) {
    double length = Subject.norm(direction);
    for (int p = 0; p < direction.length; p++) {
      direction[p] = length > 0 ? (float) (direction[p] / length) : 0;
    }
  }
}

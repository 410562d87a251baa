package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The directions that a randomised model tells of an image, averaged over more and more draws, and
 * their cosines with the gradient of the model without noise.
 *
 * @param noisy the randomised model
 * @param images whose directions
 * @param clean the model without noise
 */
record Directions(Subject noisy, ImageSet images, Subject clean) {
  private static final int TOGETHER = 50;

  /** Half the distance between two queries, in each pixel on average. */
  private static final double RADIUS = 0.1;

  /** Where directions come from. */
  @FunctionalInterface
  interface Source {
    /**
     * Directions of one image, one a row: [count * pixels].
     *
     * @param own the noisy model, whose random numbers are this image's
     */
    float[] of(DifferentiableClassifier own, int image, RandomStream random, int count);
  }

  /** The gradient of the cross-entropy, a draw a row. */
  float[] gradients(DifferentiableClassifier own, int image, RandomStream random, int count) {
    Tensor x = copies(image, count).variable();
    return Gradients.of(loss(own, x, image), x).toFloats();
  }

  /** A random direction a row, as long as the loss rises along it between two queries. */
  float[] slopes(DifferentiableClassifier own, int image, RandomStream random, int count) {
    float[] directions = new float[count * images.pixels()];
    random.fillGaussian(directions, 0, directions.length);
    Tensor x = copies(image, count);
    Tensor along = Tensor.of(directions, x.shape());
    double[] up = loss(own, x.add(along.mul(RADIUS)), image).toDoubles();
    double[] down = loss(own, x.add(along.mul(-RADIUS)), image).toDoubles();
    for (int k = 0; k < directions.length; k++) {
      int row = k / images.pixels();
      directions[k] *= (float) ((up[row] - down[row]) / (2 * RADIUS));
    }
    return directions;
  }

  private Tensor copies(int image, int count) {
    float[][] copies = new float[count][];
    Arrays.fill(copies, images.pixels(image));
    return noisy.batch(copies, 0, count);
  }

  private Tensor loss(DifferentiableClassifier own, Tensor x, int image) {
    int[] labels = new int[Math.toIntExact(x.size(0))];
    Arrays.fill(labels, images.label(image));
    return Nn.crossEntropy(own.logits(x), Tensor.ofInts(labels));
  }

  /**
   * The cosines of means of n directions with the gradient of the model without noise, for each n:
   * quartiles over the images.
   */
  List<Averaging.Cosine> cosines(Source source, int[] draws) {
    float[][] truths = clean.gradients(Subject.pixels(images), Subject.labels(images));
    List<double[]> all =
        noisy
            .workshop()
            .workers()
            .map(images.size(), 1, (i, end) -> cosines(source, draws, i, truths[i]));
    return IntStream.range(0, draws.length)
        .mapToObj(k -> quartiles(all.stream().mapToDouble(row -> row[k]).sorted().toArray()))
        .toList();
  }

  private double[] cosines(Source source, int[] draws, int image, float[] truth) {
    int index = Math.toIntExact(images.index(image));
    DifferentiableClassifier own = noisy.drawing(index, "averaged");
    RandomStream random =
        new RandomStream(noisy.workshop().plan().seed(), index, "random directions", 0);
    double[] sum = new double[truth.length];
    double[] cosines = new double[draws.length];
    int done = 0;
    for (int k = 0; k < draws.length; k++) {
      while (done < draws[k]) {
        int count = Math.min(TOGETHER, draws[k] - done);
        try (Scope scope = Scope.open()) {
          float[] rows = source.of(own, image, random, count);
          for (int j = 0; j < rows.length; j++) {
            sum[j % sum.length] += rows[j];
          }
        }
        done += count;
      }
      cosines[k] = cosine(sum, truth);
    }
    return cosines;
  }

  /** 0 where one of them has no direction. */
  static double cosine(double[] one, float[] other) {
    double product = 0;
    double square = 0;
    double otherSquare = 0;
    for (int p = 0; p < one.length; p++) {
      product += one[p] * other[p];
      square += one[p] * one[p];
      otherSquare += (double) other[p] * other[p];
    }
    double length = Math.sqrt(square) * Math.sqrt(otherSquare);
    return length > 0 ? product / length : 0;
  }

  private static Averaging.Cosine quartiles(double[] sorted) {
    int last = sorted.length - 1;
    return new Averaging.Cosine(
        sorted[(int) Math.rint(last / 4.0)],
        Medians.of(sorted),
        sorted[(int) Math.rint(3 * last / 4.0)]);
  }
}

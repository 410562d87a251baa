package io.foolproof.defense.fitted;

import io.foolproof.attack.Norm;
import io.foolproof.attack.search.Reach;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.InvalidInputException;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A classifier whose scores are linear in the pixels, in double precision, and how far images are
 * from its decision boundary: exactly, since what it takes for a rival class is a half-space.
 *
 * @param weights [classes, pixels]
 * @param biases one for each class
 */
public record LinearModel(double[][] weights, double[] biases) {

  /**
   * How far an image is from the nearest point that is not classified as its label (or from where
   * such points begin); 0 where it is misclassified.
   *
   * @param free whatever values that point has: the least of margin / dual norm of the difference
   *     of two rows of weights
   * @param inBox to a point with pixels in [0, 1], as attacks search: never less than {@code free};
   *     infinite where all of the box is classified as the label
   */
  public record Distance(double free, double inBox) {
    /** Of what is misclassified. */
    static final Distance NONE = new Distance(0, 0);

    private Distance nearer(Distance other) {
      return new Distance(Math.min(free, other.free), Math.min(inBox, other.inBox));
    }
  }

  /** Writes the scores, in single precision: [N, classes]. */
  String write(OnnxGraph graph) {
    int d = weights[0].length;
    float[] slopes = new float[weights.length * d];
    float[] intercepts = new float[weights.length];
    for (int k = 0; k < intercepts.length; k++) {
      intercepts[k] = (float) biases[k];
      for (int j = 0; j < d; j++) {
        slopes[k * d + j] = (float) weights[k][j];
      }
    }
    return graph
        .writer()
        .affine(
            graph.pixels(),
            graph.weight(slopes, intercepts.length, d),
            graph.weight(intercepts, intercepts.length));
  }

  /** The scores of an image: [classes]. */
  public double[] scores(float[] image) {
    double[] scores = biases.clone();
    for (int k = 0; k < scores.length; k++) {
      double[] row = weights[k];
      for (int j = 0; j < row.length; j++) {
        scores[k] += row[j] * image[j];
      }
    }
    return scores;
  }

  /** The class of the largest score; of several such classes the first. */
  public int prediction(float[] image) {
    double[] scores = scores(image);
    int best = 0;
    for (int k = 1; k < scores.length; k++) {
      best = scores[k] > scores[best] ? k : best;
    }
    return best;
  }

  /** The rival class whose boundary is nearest in L2, whatever pixels are allowed to be. */
  public int nearestRival(float[] image, int label) {
    double[] scores = scores(image);
    int nearest = label;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < scores.length; k++) {
      if (k != label) {
        double distance = (scores[label] - scores[k]) / slope(label, k, Norm.L2);
        if (distance < least) {
          least = distance;
          nearest = k;
        }
      }
    }
    return nearest;
  }

  /** The norm of the gradient of the difference of two scores, the same at every image. */
  public double slope(int from, int to, Norm norm) {
    double size = 0;
    for (int j = 0; j < weights[to].length; j++) {
      double difference = Math.abs(weights[to][j] - weights[from][j]);
      size =
          switch (norm) {
            case L1 -> size + difference;
            case L2 -> size + difference * difference;
            case LINF -> Math.max(size, difference);
            case L0, L0_PIXELS -> throw refused(norm);
          };
    }
    return norm == Norm.L2 ? Math.sqrt(size) : size;
  }

  /**
   * The exact distance of an image to the decision boundary.
   *
   * @param image its pixels, in [0, 1]
   * @param norm linf, l2 or l1
   * @throws InvalidInputException when the norm is another
   */
  public Distance distance(float[] image, int label, Norm norm) {
    if (!Norm.withBalls().contains(norm)) {
      throw refused(norm);
    }
    if (prediction(image) != label) {
      return Distance.NONE;
    }
    double[] scores = scores(image);
    Distance nearest = new Distance(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    for (int rival = 0; rival < scores.length; rival++) {
      double margin = scores[label] - scores[rival];
      double slope = slope(label, rival, norm.dual());
      if (rival != label && slope > 0) {
        Distance to = new Distance(margin / slope, inBox(image, label, rival, margin, norm));
        nearest = nearest.nearer(to);
      }
    }
    return nearest;
  }

  private static InvalidInputException refused(Norm norm) {
    return new InvalidInputException(
        norm.symbol() + " has no exact distance to a linear boundary here: give linf, l2 or l1");
  }

  /**
   * The length of the shortest step in the box that makes up for a margin. Value j has room r_j in
   * the direction in which the rival gains. In L-inf and L2 it moves by min(t v_j, r_j), with v_j =
   * 1 or |w_j|, for the t that reaches the boundary; in L1 the values with the largest |w_j| move
   * first, each as far as there is room.
   */
  private double inBox(float[] image, int label, int rival, double margin, Norm norm) {
    int d = image.length;
    double[] gain = new double[d];
    double[] room = new double[d];
    for (int j = 0; j < d; j++) {
      double difference = weights[rival][j] - weights[label][j];
      gain[j] = Math.abs(difference);
      room[j] = difference > 0 ? 1.0 - image[j] : image[j];
    }
    if (norm == Norm.L1) {
      return inTurn(gain, room, margin);
    }
    Reach reach = new Reach(d);
    for (int j = 0; j < d; j++) {
      reach.add(gain[j], speed(gain[j], norm), room[j]);
    }
    double t = reach.of(margin);
    if (t == Double.MAX_VALUE) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double squares = 0;
    for (int j = 0; j < d; j++) {
      double move = Math.min(t * speed(gain[j], norm), room[j]);
      largest = Math.max(largest, move);
      squares += move * move;
    }
    return norm == Norm.LINF ? largest : Math.sqrt(squares);
  }

  private static double speed(double gain, Norm norm) {
    return norm == Norm.LINF ? Math.signum(gain) : gain;
  }

  private static double inTurn(double[] gain, double[] room, double margin) {
    int[] steepest =
        IntStream.range(0, gain.length)
            .filter(j -> gain[j] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -gain[j]))
            .mapToInt(j -> j)
            .toArray();
    double left = margin;
    double length = 0;
    for (int j : steepest) {
      double move = Math.min(room[j], left / gain[j]);
      length += move;
      if (move < room[j]) {
        return length;
      }
      left -= gain[j] * move;
    }
    return left > 0 ? Double.POSITIVE_INFINITY : length;
  }
}

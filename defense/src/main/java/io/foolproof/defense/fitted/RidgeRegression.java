package io.foolproof.defense.fitted;

import io.foolproof.attack.Norm;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.PrincipalComponents;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Least squares with a penalty on the slope: the scores W x + b of the classes make the sum over
 * all training images of |y - W x - b|^2, plus the weight times the squared Frobenius norm of W, as
 * small as can be. y is 1 for the label and 0 for all other classes; the intercept b is not
 * penalised. (With targets 1 and -1 the weights double, and nothing is classified otherwise.)
 *
 * <p>Hoerl and Kennard: Ridge regression, Technometrics 12, 1970. With the centred images' singular
 * values d_i and right singular vectors v_i, W = sum over i of (Y'X v_i) v_i' / (d_i^2 + weight),
 * and the effective degrees of freedom are the sum of d_i^2 / (d_i^2 + weight): Hastie, Tibshirani,
 * Friedman: The elements of statistical learning, 2009, equations 3.47 and 3.50. One decomposition
 * gives the solution for every weight.
 */
public final class RidgeRegression {
  /**
   * The most values an image may have: the decomposition takes memory and time of their square and
   * cube.
   */
  public static final int MOST_PIXELS = 4096;

  /** Singular values below this fraction of the largest are rounding errors. */
  private static final double NEGLIGIBLE = 1e-6;

  private static final int BATCH = 1000;

  private final ImageSet training;
  private final double[] mean;

  /** Fractions of the images of each class. */
  private final double[] priors;

  /** v_i: [components, pixels]. */
  private final double[][] axes;

  /** d_i^2, falling; 0 where it is a rounding error. */
  private final double[] squares;

  /** Y'X v_i: [components, classes]. */
  private final double[][] responses;

  private RidgeRegression(
      ImageSet training, PrincipalComponents components, double[] priors, double[][] responses) {
    this.training = training;
    this.mean = components.mean();
    this.priors = priors;
    this.axes = components.directions();
    double[] all = components.scatter();
    double least = NEGLIGIBLE * NEGLIGIBLE * all[0];
    this.squares = Arrays.stream(all).map(square -> square > least ? square : 0).toArray();
    this.responses = responses;
  }

  /**
   * Decomposes the training images.
   *
   * @throws InvalidInputException when a class has no image, or images have more than 4,096 values
   */
  public static RidgeRegression of(ImageSet training, Workers workers) {
    if (training.pixels() > MOST_PIXELS) {
      throw new InvalidInputException(
          "%s: images of %,d values: ridge decomposes a matrix of that size squared; give images of"
                  .formatted(training.name(), training.pixels())
              + " at most %,d values, or 'means'".formatted(MOST_PIXELS));
    }
    PointSet points = PointSet.of(training);
    PrincipalComponents components = PrincipalComponents.of(points, training.pixels(), workers);
    return new RidgeRegression(
        training, components, priors(training), responses(training, points, components));
  }

  private static double[] priors(ImageSet training) {
    double[] priors = new double[Prototypes.requireAllClasses(training)];
    for (int i = 0; i < training.size(); i++) {
      priors[training.label(i)] += 1.0 / training.size();
    }
    return priors;
  }

  /** Y'X is the sum of the centred images of each class. */
  private static double[][] responses(
      ImageSet training, PointSet points, PrincipalComponents components) {
    double[] mean = components.mean();
    double[][] sums = new double[training.classes()][mean.length];
    for (int i = 0; i < points.size(); i++) {
      double[] point = points.stored(i);
      double[] sum = sums[training.label(i)];
      for (int j = 0; j < sum.length; j++) {
        sum[j] += point[j] * points.unit() - mean[j];
      }
    }
    return Arrays.stream(components.directions())
        .map(axis -> Arrays.stream(sums).mapToDouble(sum -> Rows.dot(axis, sum)).toArray())
        .toArray(double[][]::new);
  }

  /**
   * The solution.
   *
   * @param weight of the penalty; 0 for least squares, of whose solutions it is the flattest
   * @throws InvalidInputException when it is negative or not finite
   */
  public LinearModel model(double weight) {
    double[][] slopes = new double[priors.length][mean.length];
    double[] biases = priors.clone();
    for (int label = 0; label < biases.length; label++) {
      for (int i = 0; i < axes.length; i++) {
        double along = responses[i][label] * inverse(squares[i], weight);
        for (int j = 0; j < mean.length; j++) {
          slopes[label][j] += along * axes[i][j];
        }
      }
      biases[label] -= Rows.dot(slopes[label], mean);
    }
    return new LinearModel(slopes, biases);
  }

  /** The effective degrees of freedom of each class's scores, without the intercept. */
  public double degreesOfFreedom(double weight) {
    return Arrays.stream(squares).map(square -> square * inverse(square, weight)).sum();
  }

  /** What least squares cannot tell from 0 stays 0. */
  private static double inverse(double square, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new InvalidInputException(
          "ridge: weight=" + weight + ": give a number that is 0 or greater, such as 1000");
    }
    return square + weight == 0 ? 0 : 1 / (square + weight);
  }

  /**
   * What a weight does.
   *
   * @param weight of the penalty, with d_i^2 (sums over the training images) as its unit
   * @param degreesOfFreedom the effective number of parameters of each class, without the intercept
   * @param trainingError the fraction of training images that is misclassified
   * @param testError the fraction of test images that is misclassified
   * @param slope the Frobenius norm of the slope W
   * @param gradient the mean over the test images of the L2 norm of the gradient of the margin: the
   *     label's score less that of the rival with the nearest boundary
   * @param l2 the median, over the test images that are correctly classified, of the exact L2
   *     distance to the decision boundary; NaN where there are none
   * @param linf the same in L-inf
   */
  public record Figures(
      double weight,
      double degreesOfFreedom,
      double trainingError,
      double testError,
      double slope,
      double gradient,
      LinearModel.Distance l2,
      LinearModel.Distance linf) {}

  /** Measures the solution for a weight. */
  public Figures measure(double weight, ImageSet test, Workers workers) {
    LinearModel model = model(weight);
    double squared = Arrays.stream(model.weights()).mapToDouble(row -> Rows.dot(row, row)).sum();
    List<Measured> all =
        workers.map(test.size(), BATCH, (from, to) -> Measured.of(model, test, from, to)).stream()
            .flatMap(List::stream)
            .toList();
    return new Figures(
        weight,
        degreesOfFreedom(weight),
        error(model, training, workers),
        error(model, test, workers),
        Math.sqrt(squared),
        all.stream().mapToDouble(Measured::gradient).average().orElse(Double.NaN),
        median(all.stream().map(Measured::l2).toList()),
        median(all.stream().map(Measured::linf).toList()));
  }

  /** What was measured on one image. */
  private record Measured(double gradient, LinearModel.Distance l2, LinearModel.Distance linf) {
    static List<Measured> of(LinearModel model, ImageSet images, int from, int to) {
      return IntStream.range(from, to).mapToObj(i -> of(model, images, i)).toList();
    }

    private static Measured of(LinearModel model, ImageSet images, int i) {
      float[] image = images.pixels(i);
      int label = images.label(i);
      return new Measured(
          model.slope(label, model.nearestRival(image, label), Norm.L2),
          model.distance(image, label, Norm.L2),
          model.distance(image, label, Norm.LINF));
    }
  }

  private static double error(LinearModel model, ImageSet images, Workers workers) {
    List<Long> wrong =
        workers.map(
            images.size(),
            BATCH,
            (from, to) ->
                IntStream.range(from, to)
                    .filter(i -> model.prediction(images.pixels(i)) != images.label(i))
                    .count());
    return wrong.stream().mapToLong(Long::longValue).sum() / (double) images.size();
  }

  private static LinearModel.Distance median(List<LinearModel.Distance> distances) {
    List<LinearModel.Distance> some = distances.stream().filter(d -> d.inBox() > 0).toList();
    return new LinearModel.Distance(
        median(some.stream().mapToDouble(LinearModel.Distance::free).toArray()),
        median(some.stream().mapToDouble(LinearModel.Distance::inBox).toArray()));
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int n = sorted.length;
    return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}

package io.foolproof.defense.fitted;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.PrincipalComponents;
import io.foolproof.model.OnnxGraph;
import io.foolproof.model.OnnxWriter;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Analysis by synthesis, with linear decoders: each class draws the image as well as it can, and
 * scores by what is left over and by how unusual the code is that it took.
 *
 * <p>Schott, Rauber, Bethge, Brendel: Towards the first adversarially robust neural network model
 * on MNIST, 2018, arXiv 1805.09190. Their decoders are variational autoencoders, whose code is
 * searched by gradient descent at every image. Here a class decodes a code z as m + W z, with noise
 * of one variance s for all classes (probabilistic principal component analysis: Tipping, Bishop,
 * 1999). The best code then has a closed form, so that the inner minimum of |x - m - W z|^2 / 2s +
 * |z|^2 / 2 is exact and the whole is a graph of operators, whose gradient is the one at the best
 * code. The probability of the image under its class differs from that minimum by a constant of the
 * class, which is added.
 *
 * @param codes how many numbers a code has
 */
@Named("synthesis")
public record Synthesis(@AtLeast(1) int codes) implements FittedGraph {
  /** Checks the settings. */
  public Synthesis {
    Settings.check(Synthesis.class, codes);
  }

  /** With codes of 30 numbers. */
  public static Synthesis standard() {
    return new Synthesis(30);
  }

  @Override
  public String summary() {
    return "the class whose linear decoder draws the image best";
  }

  @Override
  public String source() {
    return "Schott, Rauber, Bethge, Brendel 2018, with linear decoders";
  }

  /**
   * What a class decodes with.
   *
   * @param mean of its images
   * @param directions in which they vary most, orthonormal: [codes, pixels]
   * @param variances along them
   * @param left the variance along all others together, summed over its images
   */
  record Decoder(double[] mean, double[][] directions, double[] variances, double left) {

    static Decoder of(PointSet images, int codes, Workers workers) {
      PrincipalComponents space = PrincipalComponents.of(images, codes, workers);
      PointSet coordinates = space.apply(images);
      double[] mean = space.mean();
      double[] variances = new double[codes];
      double left = 0;
      for (int i = 0; i < images.size(); i++) {
        for (int j = 0; j < mean.length; j++) {
          double away = images.unit() * images.stored(i, j) - mean[j];
          left += away * away;
        }
        for (int k = 0; k < codes; k++) {
          double along = coordinates.stored(i, k);
          variances[k] += along * along / images.size();
          left -= along * along;
        }
      }
      return new Decoder(mean, space.directions(), variances, left);
    }

    /** The logarithm of the determinant of the covariance, less d log s. */
    double logDeterminant(double noise) {
      double sum = 0;
      for (double variance : variances) {
        sum += Math.log(Math.max(variance, noise) / noise);
      }
      return sum;
    }

    /** How much of a step along a direction the code explains, rather than noise: 0 to 1. */
    double explained(int direction, double noise) {
      return 1 - noise / Math.max(variances[direction], noise);
    }
  }

  /**
   * The decoder of each class.
   *
   * @throws InvalidInputException when a class has fewer than 2 images, or images have no more
   *     pixels than codes have numbers
   */
  List<Decoder> decoders(ImageSet images, Workers workers) {
    if (codes >= images.pixels()) {
      throw new InvalidInputException(
          "codes of %d numbers for images of %d pixels: give fewer than pixels"
              .formatted(codes, images.pixels()));
    }
    List<Decoder> decoders = new ArrayList<>();
    for (int label = 0; label < images.classes(); label++) {
      int wanted = label;
      int[] members =
          IntStream.range(0, images.size()).filter(i -> images.label(i) == wanted).toArray();
      if (members.length < 2) {
        throw new InvalidInputException(
            "%s has %d images of class %s: a decoder takes 2 or more"
                .formatted(images.name(), members.length, images.classNames().get(label)));
      }
      decoders.add(Decoder.of(PointSet.of(images.select(members)), codes, workers));
    }
    return decoders;
  }

  /**
   * The variance of the noise: the mean over all images and all directions that are not decoded.
   */
  double noise(List<Decoder> decoders, ImageSet images) {
    double left = decoders.stream().mapToDouble(Decoder::left).sum();
    double noise = left / images.size() / (images.pixels() - codes);
    if (!(noise > 0)) {
      throw new InvalidInputException(
          "%s: codes of %d numbers leave no difference between image and drawing: give fewer"
              .formatted(images.name(), codes));
    }
    return noise;
  }

  /**
   * Twice s times the log-probability of the image, plus x'x, which is the same for all classes:
   * (x'x - |x - m|^2) + the squares of x - m along each direction, as far as the code explains them
   * - s log det.
   */
  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    List<Decoder> decoders = decoders(training, workers);
    double noise = noise(decoders, training);
    int classes = decoders.size();
    int d = training.pixels();
    float[] means = new float[classes * d];
    float[] biases = new float[classes];
    float[] directions = new float[classes * codes * d];
    float[] origins = new float[classes * codes];
    for (int label = 0; label < classes; label++) {
      Decoder decoder = decoders.get(label);
      double bias = -noise * decoder.logDeterminant(noise);
      for (int j = 0; j < d; j++) {
        means[label * d + j] = (float) (2 * decoder.mean()[j]);
        bias -= decoder.mean()[j] * decoder.mean()[j];
      }
      biases[label] = (float) bias;
      for (int k = 0; k < codes; k++) {
        double root = Math.sqrt(decoder.explained(k, noise));
        double origin = 0;
        for (int j = 0; j < d; j++) {
          double value = root * decoder.directions()[k][j];
          directions[(label * codes + k) * d + j] = (float) value;
          origin -= value * decoder.mean()[j];
        }
        origins[label * codes + k] = (float) origin;
      }
    }
    OnnxWriter writer = graph.writer();
    String pixels = graph.pixels();
    String apart =
        writer.affine(pixels, graph.weight(means, classes, d), graph.weight(biases, classes));
    String along =
        writer.affine(
            pixels,
            graph.weight(directions, origins.length, d),
            graph.weight(origins, origins.length));
    String grouped = writer.reshape(along, -1, classes, codes);
    String drawn = writer.sum(writer.apply("Mul", grouped, grouped), 2);
    return writer.apply("Add", apart, writer.reshape(drawn, -1, classes));
  }
}

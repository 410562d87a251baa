package io.foolproof.defense.fitted;

import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxGraph;
import io.foolproof.tensor.Workers;
import java.util.Arrays;

/**
 * The nearest class mean: Rocchio's classifier, and LDA with the identity for a covariance. It is
 * linear.
 */
@Named("means")
public record ClassMeans() implements FittedGraph {
  /** There is only one. */
  public static ClassMeans standard() {
    return new ClassMeans();
  }

  @Override
  public String summary() {
    return "the nearest mean of a class; linear";
  }

  @Override
  public String source() {
    return "Rocchio 1971";
  }

  @Override
  public String write(OnnxGraph graph, ImageSet training, Workers workers) {
    Prototypes means = of(training);
    String pixels = Distances.matrix(means, graph::weight);
    String biases = graph.weight(Distances.biases(means), means.size());
    return graph.writer().affine(graph.pixels(), pixels, biases);
  }

  /** The mean image of each class. */
  static Prototypes of(ImageSet images) {
    int classes = Prototypes.requireAllClasses(images);
    double[][] sums = new double[classes][images.pixels()];
    int[] counts = new int[classes];
    for (int i = 0; i < images.size(); i++) {
      float[] pixels = images.pixels(i);
      double[] sum = sums[images.label(i)];
      counts[images.label(i)]++;
      for (int j = 0; j < sum.length; j++) {
        sum[j] += pixels[j];
      }
    }
    float[][] means = new float[classes][images.pixels()];
    for (int label = 0; label < classes; label++) {
      for (int j = 0; j < means[label].length; j++) {
        means[label][j] = (float) (sums[label][j] / counts[label]);
      }
    }
    int[] one = new int[classes];
    Arrays.fill(one, 1);
    return new Prototypes(means, one);
  }
}

package io.foolproof.defense.fitted;

import io.foolproof.data.ImageSet;
import io.foolproof.geometry.PointSet;
import io.foolproof.geometry.PrincipalComponents;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Workers;
import org.ojalgo.matrix.store.R064Store;

/**
 * What Gaussians of classes are made of, in the space of the leading principal components.
 *
 * @param basis of the space: [components, pixels]
 * @param centre of the space: its coordinates are basis (x - centre)
 * @param priors the fraction of images of each class
 * @param means of the classes, in the space
 * @param scatters of the classes, summed over their images, in the space
 * @param counts of their images
 */
record Gaussians(
    double[][] basis,
    double[] centre,
    double[] priors,
    double[][] means,
    R064Store[] scatters,
    int[] counts) {

  /**
   * Fits them.
   *
   * @throws InvalidInputException when a class has fewer than 2 images, or images have fewer pixels
   *     than there are to be components
   */
  static Gaussians of(ImageSet images, int components, Workers workers) {
    int classes = images.classes();
    PointSet points = PointSet.of(images);
    int k = components;
    PrincipalComponents space = PrincipalComponents.of(points, k, workers);
    PointSet coordinates = space.apply(points);
    int[] counts = new int[classes];
    double[][] means = new double[classes][k];
    for (int i = 0; i < images.size(); i++) {
      counts[images.label(i)]++;
      for (int j = 0; j < k; j++) {
        means[images.label(i)][j] += coordinates.stored(i, j);
      }
    }
    double[] priors = new double[classes];
    R064Store[] scatters = new R064Store[classes];
    for (int label = 0; label < classes; label++) {
      if (counts[label] < 2) {
        throw new InvalidInputException(
            "%s has %d images of class %s: a covariance takes 2 or more"
                .formatted(images.name(), counts[label], images.classNames().get(label)));
      }
      priors[label] = (double) counts[label] / images.size();
      scatters[label] = R064Store.FACTORY.make(k, k);
      for (int j = 0; j < k; j++) {
        means[label][j] /= counts[label];
      }
    }
    double[] away = new double[k];
    for (int i = 0; i < images.size(); i++) {
      int label = images.label(i);
      for (int j = 0; j < k; j++) {
        away[j] = coordinates.stored(i, j) - means[label][j];
      }
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          scatters[label].add(a, b, away[a] * away[b]);
        }
      }
    }
    return new Gaussians(space.directions(), space.mean(), priors, means, scatters, counts);
  }

  int components() {
    return basis.length;
  }

  int classes() {
    return means.length;
  }

  /**
   * A covariance that is drawn towards a multiple of the identity, so that it has an inverse.
   *
   * @param scatter summed over images
   * @param shrinkage 0 for none, 1 for the identity times the mean variance
   */
  static R064Store covariance(R064Store scatter, int images, double shrinkage) {
    int k = scatter.getRowDim();
    double trace = 0;
    for (int j = 0; j < k; j++) {
      trace += scatter.doubleValue(j, j);
    }
    R064Store covariance = R064Store.FACTORY.make(k, k);
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) {
        double own = (1 - shrinkage) * scatter.doubleValue(a, b);
        covariance.set(a, b, (own + (a == b ? shrinkage * trace / k : 0)) / images);
      }
    }
    return covariance;
  }
}

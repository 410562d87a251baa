package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;

/**
 * What a classifier says of images.
 *
 * @param predicted the most probable class of each image; -1 where the answer is not a number
 * @param confidence its probability; 0 where there is none
 * @param correct whether it is the image's label
 */
record Predictions(int[] predicted, double[] confidence, boolean[] correct) {

  /** Evaluates all images of a set. */
  static Predictions of(Subject subject, ImageSet images) {
    int n = images.size();
    Predictions all = new Predictions(new int[n], new double[n], new boolean[n]);
    double[][] probabilities = subject.probabilities(Subject.pixels(images));
    for (int i = 0; i < n; i++) {
      int best = Subject.argmax(probabilities[i]);
      all.predicted[i] = best;
      all.confidence[i] = best < 0 ? 0 : probabilities[i][best];
      all.correct[i] = best == images.label(i);
    }
    return all;
  }
}

package io.foolproof.study.figure;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a classifier says of images.
 *
 * @param predicted the class with the largest logit, of each image
 * @param confidence its probability (softmax of the logits)
 * @param correct whether it is the image's label
 */
record Predictions(int[] predicted, double[] confidence, boolean[] correct) {

  /** Evaluates all images of a set. */
  static Predictions of(Classifier model, ImageSet images, Workers workers) {
    Predictions all =
        new Predictions(
            new int[images.size()], new double[images.size()], new boolean[images.size()]);
    List<double[][]> logits =
        workers.map(
            images.size(),
            Workers.MICRO_BATCH,
            (from, to) -> {
              int[] places = IntStream.range(from, to).toArray();
              long[] shape = model.input().batchShape(places.length);
              Tensor batch = model.logits(images.tensor(places).reshape(shape));
              return rows(batch.toDoubles(), places.length);
            });
    int place = 0;
    for (double[][] batch : logits) {
      for (double[] row : batch) {
        int best = largest(row);
        all.predicted[place] = best;
        all.confidence[place] = probability(row, best);
        all.correct[place] = best == images.label(place);
        place++;
      }
    }
    return all;
  }

  private static double[][] rows(double[] values, int count) {
    int classes = values.length / count;
    double[][] rows = new double[count][classes];
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, i * classes, rows[i], 0, classes);
    }
    return rows;
  }

  private static int largest(double[] logits) {
    int best = 0;
    for (int c = 1; c < logits.length; c++) {
      if (logits[c] > logits[best]) {
        best = c;
      }
    }
    return best;
  }

  private static double probability(double[] logits, int best) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - logits[best]);
    }
    return 1 / sum;
  }
}

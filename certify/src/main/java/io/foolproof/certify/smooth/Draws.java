package io.foolproof.certify.smooth;

import io.foolproof.model.Classifier;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;

/**
 * Evaluations of one image under noise. What the n-th draw is depends on the stream alone, and not
 * on how many are evaluated at a time.
 */
final class Draws {
  private final Classifier model;
  private final Noise noise;
  private final float[] image;
  private final RandomStream stream;

  /**
   * Counts of the draws so far, by class; those whose scores are not all finite are of no class.
   */
  private final long[] counts;

  private long drawn;

  Draws(Classifier model, Noise noise, float[] image, RandomStream stream) {
    this.model = model;
    this.noise = noise;
    this.image = image;
    this.stream = stream;
    this.counts = new long[model.classes()];
  }

  /** How many there were. */
  long drawn() {
    return drawn;
  }

  /** How many of them were classified so. */
  long hits(int label) {
    return counts[label];
  }

  /** The class of most of them; the lowest of several. */
  int most() {
    int most = 0;
    for (int k = 1; k < counts.length; k++) {
      most = counts[k] > counts[most] ? k : most;
    }
    return most;
  }

  /** Draws so many more, in batches that the model is fastest with. */
  void draw(long more) {
    int batch = (int) Math.min(more, model.microBatch());
    float[] pixels = new float[batch * image.length];
    for (long left = more; left > 0; left -= batch) {
      batch = (int) Math.min(left, batch);
      if (pixels.length != batch * image.length) {
        pixels = new float[batch * image.length];
      }
      for (int n = 0; n < batch; n++) {
        noise.add(image, stream, pixels, n * image.length);
      }
      evaluate(pixels, batch);
      drawn += batch;
    }
  }

  private void evaluate(float[] pixels, int batch) {
    try (Scope scope = Scope.open()) {
      float[] scores = model.logits(Tensor.of(pixels, model.input().batchShape(batch))).toFloats();
      for (int n = 0; n < batch; n++) {
        int best = largest(scores, n * counts.length);
        if (best >= 0) {
          counts[best]++;
        }
      }
    }
  }

  /** The class with the largest score; -1 where a score is not finite. */
  private int largest(float[] scores, int from) {
    int best = 0;
    for (int k = 0; k < counts.length; k++) {
      if (!Float.isFinite(scores[from + k])) {
        return -1;
      }
      best = scores[from + k] > scores[from + best] ? k : best;
    }
    return best;
  }
}

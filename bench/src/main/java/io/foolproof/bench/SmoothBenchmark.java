package io.foolproof.bench;

import io.foolproof.certify.smooth.IntegerNoise;
import io.foolproof.certify.smooth.Smoothing;
import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.Locale;

/**
 * What a certificate of smoothing costs: draws, evaluations and the bound, beside bare evaluations
 * of as many images in the same batches.
 */
final class SmoothBenchmark {
  private static final int SELECTION = 100;
  private static final int DRAWS = 100_000;
  private static final double SIGMA = 0.25;
  private static final double CONFIDENCE = 0.999;

  private SmoothBenchmark() {}

  /** One image a worker. */
  static void run(OnnxClassifier model, ImageSet digits) {
    Smoothing smoothing = new Smoothing(new IntegerNoise(SIGMA), SELECTION, DRAWS, CONFIDENCE, 0);
    Smoothing warm = new Smoothing(new IntegerNoise(SIGMA), SELECTION, SELECTION, CONFIDENCE, 0);
    try (Workers workers = new Workers()) {
      int images = workers.count();
      Runnable certified = () -> each(workers, images, i -> certify(smoothing, model, digits, i));
      Runnable bare = () -> each(workers, images, i -> evaluate(model, digits.pixels(i)));
      each(workers, images, i -> certify(warm, model, digits, i));
      double[] wall = new double[1];
      double evaluations = Clock.processorSeconds(bare);
      double draws = Clock.processorSeconds(() -> wall[0] = Clock.seconds(certified));
      evaluations = Math.min(evaluations, Clock.processorSeconds(bare));
      System.out.printf(
          Locale.ROOT,
          "%s, %,d draws an image, sigma %s, one image on each of %d workers%n"
              + "  a certificate:          %6.1f s of one core; %.1f s an image on all cores, with"
              + " what else runs here%n"
              + "  as many evaluations:    %6.1f s of one core: %.2f times as long with noise and"
              + " bound%n",
          model.name(),
          DRAWS,
          SIGMA,
          images,
          draws / images,
          wall[0] / images,
          evaluations / images,
          draws / evaluations);
    }
  }

  /** What is done with an image, by its place. */
  private interface Work {
    void of(int image);
  }

  private static void each(Workers workers, int images, Work work) {
    workers.map(
        images,
        1,
        (from, to) -> {
          work.of(from);
          return to;
        });
  }

  private static void certify(
      Smoothing smoothing, OnnxClassifier model, ImageSet digits, int image) {
    smoothing.certify(model, digits.pixels(image), digits.index(image));
  }

  private static void evaluate(OnnxClassifier model, float[] image) {
    int batch = model.microBatch();
    float[] pixels = new float[batch * image.length];
    for (int n = 0; n < batch; n++) {
      System.arraycopy(image, 0, pixels, n * image.length, image.length);
    }
    for (int done = 0; done < SELECTION + DRAWS; done += batch) {
      try (Scope scope = Scope.open()) {
        model.logits(Tensor.of(pixels, model.input().batchShape(batch)));
      }
    }
  }
}

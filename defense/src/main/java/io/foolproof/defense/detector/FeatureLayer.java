package io.foolproof.defense.detector;

import io.foolproof.data.ImageSet;
import io.foolproof.model.Classifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a detector measures distances in. */
public enum FeatureLayer {
  /** The values of the image. */
  PIXELS,
  /** The model's last layer. */
  LOGITS;

  /** The features of images: [N, d], 64-bit. */
  Tensor of(Tensor images, Tensor logits) {
    return (this == PIXELS ? images.flatten(1) : logits).to(DType.FLOAT64);
  }

  /** The features of a set of images: [images][d]. */
  double[][] of(Classifier model, ImageSet images, Workers workers) {
    List<double[][]> parts =
        workers.map(
            images.size(),
            Workers.MICRO_BATCH,
            (from, to) -> {
              Tensor some =
                  images
                      .tensor(IntStream.range(from, to).toArray())
                      .reshape(model.input().batchShape(to - from));
              Tensor features = of(some, this == PIXELS ? some : model.logits(some));
              int d = Math.toIntExact(features.size(1));
              double[] values = features.toDoubles();
              double[][] rows = new double[to - from][d];
              for (int i = 0; i < rows.length; i++) {
                System.arraycopy(values, i * d, rows[i], 0, d);
              }
              return rows;
            });
    return parts.stream().flatMap(java.util.Arrays::stream).toArray(double[][]::new);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.foolproof.defense;

import io.foolproof.data.ImageSet;
import io.foolproof.model.OnnxClassifier;
import io.foolproof.model.OnnxModel;
import io.foolproof.model.operator.Node;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The statistics of batch normalisations, measured on training images before training begins.
 *
 * <p>There they stay: a net has no modes, so that what is attacked in training is what is exported,
 * and an image's logits do not depend on the others of its batch. Scale and shift are learned. The
 * first layers' values are spread as wanted in the beginning, which is what lets deep nets learn:
 * Mishkin and Matas: All you need is a good init, 2015, arXiv 1511.06422.
 */
public final class BatchStatistics {
  private static final int IMAGES = 480;
  private static final long[] ALL_BUT_CHANNELS = {0, 2, 3};
  private static final int MEAN = 3;
  private static final int VARIANCE = 4;

  private BatchStatistics() {}

  /** The model with measured statistics, as a file; as it was where it has none. */
  public static byte[] measured(byte[] model, String name, ImageSet images) {
    byte[] now = model;
    int[] places = IntStream.range(0, Math.min(IMAGES, images.size())).toArray();
    for (Node node : OnnxModel.of(model, name).nodes()) {
      if (node.type().equals("BatchNormalization")) {
        now = measured(OnnxModel.of(now, name), node, images, places);
      }
    }
    return now;
  }

  private static byte[] measured(OnnxModel model, Node node, ImageSet images, int[] places) {
    try (Scope scope = Scope.open()) {
      OnnxClassifier net = OnnxClassifier.of(model);
      Tensor x = images.tensor(places).reshape(net.input().batchShape(places.length));
      Tensor values = net.activation(node.inputs().get(0), x);
      Tensor mean = values.mean(true, ALL_BUT_CHANNELS);
      Tensor variance = values.sub(mean).pow(2).mean(false, ALL_BUT_CHANNELS);
      long channels = variance.elements();
      return model.withParameters(
          Map.of(
              node.inputs().get(MEAN),
              mean.reshape(channels),
              node.inputs().get(VARIANCE),
              variance));
    }
  }
}

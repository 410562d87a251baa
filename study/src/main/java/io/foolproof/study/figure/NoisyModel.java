package io.foolproof.study.figure;

import io.foolproof.attack.search.Draws;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.Origin;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A classifier behind the noise that {@link io.foolproof.defense.layer.GaussianNoise} puts into
 * files, for classifiers whose file is not this study's.
 *
 * @param sigma standard deviation, of pixels in [0, 1]
 * @param stream of the random numbers
 */
record NoisyModel(DifferentiableClassifier model, double sigma, RandomStream stream)
    implements ForwardingClassifier, DifferentiableClassifier {

  @Override
  public boolean drawsAtRandom() {
    return true;
  }

  /** Another model, which no file holds. */
  @Override
  public Origin origin() {
    return Origin.unknown(name());
  }

  @Override
  public NoisyModel drawing(RandomStream from) {
    DifferentiableClassifier own = (DifferentiableClassifier) model.drawing(from.spawn());
    return new NoisyModel(own, sigma, from);
  }

  @Override
  public Tensor logits(Tensor images) {
    List<RandomStream> rows;
    // Several threads may use a classifier whose random numbers belong to none of them.
    synchronized (stream) {
      rows = Stream.generate(stream::spawn).limit(images.size(0)).toList();
    }
    Tensor noise = Draws.gaussian(rows, images.shape()).to(images.dtype());
    return model.logits(images.add(noise.mul(sigma)));
  }
}

package io.foolproof.defense.loss;

import io.foolproof.attack.Norm;
import io.foolproof.attack.Settings;
import io.foolproof.attack.search.Rows;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.Gradients;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Scope;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * Half the sum of the squared spectral norms of all layers: by how much each can lengthen a change
 * in L2 at most.
 *
 * <p>Yoshida and Miyato: Spectral norm regularization for improving the generalizability of deep
 * learning, 2017, arXiv 1705.10941, equation 3 and algorithm 1. There the norm of a convolution is
 * that of its reshaped kernel; here it is that of the map itself, with its strides and padding on
 * images of the size that enters it. The power iteration begins at the same random vector in every
 * step, so that a run that continues is the same run, and takes more than one round.
 *
 * @param lambda the weight of the norms
 * @param iterations rounds of the power iteration
 */
@Named("spectral")
public record SpectralNorm(@Named("weight") @NotNegative double lambda, @AtLeast(1) int iterations)
    implements WeightPenalty {
  /** Checks the numbers. */
  public SpectralNorm {
    Settings.check(SpectralNorm.class, lambda, iterations);
  }

  @Override
  public Tensor of(List<Layer> layers) {
    return layers.stream().map(this::squaredNorm).reduce(Tensor::add).orElseThrow().mul(lambda / 2);
  }

  /**
   * The squared length of the image of the leading singular vector v. The norm is stationary in v,
   * so that v is a constant for the gradient, which is then that of the norm: 2 sigma u v'.
   */
  private Tensor squaredNorm(Layer layer) {
    return layer.map().apply(leading(layer), layer.weight()).pow(2).sum();
  }

  private Tensor leading(Layer layer) {
    try (Scope scope = Scope.open()) {
      Tensor weight = layer.weight().detach();
      long[] shape = layer.map().inputShape();
      float[] start = new float[Math.toIntExact(Tensor.zeros(weight.dtype(), shape).elements())];
      new RandomStream(0, 0, "spectral", 0).fillGaussian(start, 0, start.length);
      Tensor v = Rows.unit(Tensor.of(start, shape).to(weight.dtype()), Norm.L2);
      for (int i = 0; i < iterations; i++) {
        try (Scope round = Scope.open()) {
          Tensor at = v.variable();
          // The gradient of half the squared length of W v is W'W v.
          Tensor back = Gradients.of(layer.map().apply(at, weight).pow(2).sum(), at);
          v = round.replace(v, Rows.unit(back, Norm.L2));
        }
      }
      return scope.keep(v);
    }
  }
}

package io.foolproof.defense.loss;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.Named;
import io.foolproof.attack.setting.NotNegative;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * How far each layer is from a Parseval tight frame, whose singular values are all 1: half the
 * squared distance of W W' to the identity (of W'W where W has more rows than columns).
 *
 * <p>Cissé, Bojanowski, Grave, Dauphin, Usunier: Parseval networks, 2017, arXiv 1704.08847,
 * equation 9. There a step of its descent, on some rows, follows each step of training; here it is
 * a part of the loss, on all rows. A convolution is its reshaped kernel, W = [outputs, inputs *
 * kernel], as there; since a value is in several windows, W is scaled by the root of their number,
 * so that the convolution itself, and not its kernel, lengthens nothing.
 *
 * @param beta the weight of the distances
 */
@Named("parseval")
public record Parseval(@Named("weight") @NotNegative double beta) implements WeightPenalty {
  /** Checks the weight. */
  public Parseval {
    Settings.check(Parseval.class, beta);
  }

  @Override
  public Tensor of(List<Layer> layers) {
    return layers.stream().map(Parseval::distance).reduce(Tensor::add).orElseThrow().mul(beta / 2);
  }

  private static Tensor distance(Layer layer) {
    Tensor weight = layer.weight();
    long rows = weight.size(0);
    Tensor matrix = weight.reshape(rows, weight.elements() / rows);
    Tensor wide = rows > matrix.size(1) ? matrix.transpose(0, 1) : matrix;
    Tensor gram = wide.matmul(wide.transpose(0, 1)).mul(layer.map().overlap());
    return gram.sub(identity(wide.size(0), weight.dtype())).pow(2).sum();
  }

  private static Tensor identity(long size, DType type) {
    Tensor places = Tensor.arange(size);
    return places.unsqueeze(1).eq(places.unsqueeze(0)).to(type);
  }
}

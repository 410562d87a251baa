package io.foolproof.defense.detector;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.List;

/**
 * How much the prediction changes when the image is squeezed: the largest L1 distance between the
 * probabilities of the image and those of the image with fewer levels, or smoothed by a median.
 *
 * <p>Xu, Evans, Qi: Feature squeezing: detecting adversarial examples in deep neural networks,
 * 2017, arXiv 1704.01155. For MNIST they join 1 bit and medians of 2 x 2 pixels, as the standard
 * settings do.
 *
 * @param bits of the levels that remain, 1 to 8; 0 not to round
 * @param window pixels along a side of the window of the median; 0 or 1 for none
 */
@Named("squeezing")
public record Squeezing(@AtLeast(0) int bits, @AtLeast(0) int window) implements Detector {
  private static final int MOST_BITS = 8;
  private static final int WIDEST = 9;

  /** Checks the settings. */
  public Squeezing {
    Settings.check(Squeezing.class, bits, window);
    if (bits > MOST_BITS || window > WIDEST || (bits == 0 && window < 2)) {
      throw new InvalidInputException(
          "squeezing: bits=%d:window=%d: give bits from 1 to 8, a window from 2 to 9, or both"
              .formatted(bits, window));
    }
  }

  /** One bit, and medians of 2 x 2. */
  public static Squeezing standard() {
    return new Squeezing(1, 2);
  }

  @Override
  public String summary() {
    return "how much the probabilities change when the image is rounded or smoothed";
  }

  @Override
  public String source() {
    return "Xu, Evans, Qi 2017, arXiv 1704.01155";
  }

  @Override
  public Suspicion fit(DifferentiableClassifier model, ImageSet training, Workers workers) {
    return (images, logits) -> {
      Tensor before = probabilities(logits);
      Tensor most = null;
      for (Tensor squeezed : squeezed(images)) {
        Tensor moved = probabilities(model.logits(squeezed)).sub(before).abs().sum(false, 1);
        most = most == null ? moved : most.maximum(moved);
      }
      // The settings have one squeezer or more.
      return java.util.Objects.requireNonNull(most);
    };
  }

  private List<Tensor> squeezed(Tensor images) {
    List<Tensor> squeezed = new ArrayList<>();
    if (bits > 0) {
      squeezed.add(rounded(images));
    }
    if (window > 1) {
      squeezed.add(median(images));
    }
    return squeezed;
  }

  /** In 64 bits, so that probabilities near 0 and 1 still have gradients. */
  private static Tensor probabilities(Tensor logits) {
    return Nn.softmax(logits.to(DType.FLOAT64), 1);
  }

  /** With the gradient of the image: rounding has none. */
  private Tensor rounded(Tensor images) {
    int steps = (1 << bits) - 1;
    Tensor rounded = images.detach().mul(steps).round().div(steps);
    // Zero, with the gradient of the image.
    return images.isDifferentiable() ? rounded.add(images.sub(images.detach())) : rounded;
  }

  /** The upper median of each window; beyond the edge, the last pixels are repeated. */
  private Tensor median(Tensor images) {
    long height = images.size(2);
    long width = images.size(3);
    int before = window / 2;
    int after = window - 1 - before;
    Tensor padded = Nn.pad(images, new long[] {before, after, before, after}, Nn.PadMode.EDGE, 0);
    List<Tensor> places = new ArrayList<>();
    for (int y = 0; y < window; y++) {
      for (int x = 0; x < window; x++) {
        places.add(padded.slice(2, y, y + height, 1).slice(3, x, x + width, 1));
      }
    }
    Tensor sorted = Tensor.stack(places, 0).sort(0, false).values();
    int middle = window * window / 2;
    return sorted.slice(0, middle, middle + 1, 1).squeeze(0);
  }
}

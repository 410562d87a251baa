package io.foolproof.defense.detector;

import io.foolproof.attack.Settings;
import io.foolproof.attack.setting.AtLeast;
import io.foolproof.attack.setting.Named;
import io.foolproof.data.ImageSet;
import io.foolproof.geometry.SmallHull;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.Linearised;
import io.foolproof.tensor.DType;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import io.foolproof.tensor.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The squared distance to the convex hull of training images of the class that is predicted.
 *
 * <p>Its gradient is 2 (x - nearest), for the class that is predicted at x.
 *
 * @param points how many training images span the hulls, of all classes together
 */
@Named("hull")
public record HullDistance(@AtLeast(1) int points) implements Detector {
  /** Checks the settings. */
  public HullDistance {
    Settings.check(HullDistance.class, points);
  }

  /** Of 2,000 images. */
  public static HullDistance standard() {
    return new HullDistance(2_000);
  }

  @Override
  public String summary() {
    return "the distance to the convex hull of training images of the predicted class";
  }

  @Override
  public String source() {
    return "a measure of extrapolation, as of 'foolproof hull'";
  }

  @Override
  public Suspicion fit(DifferentiableClassifier model, ImageSet training, Workers workers) {
    List<SmallHull> hulls = new ArrayList<>();
    ImageSet kept = training.sample(Math.min(points, training.size()), 0);
    for (int label = 0; label < model.classes(); label++) {
      int wanted = label;
      float[][] own =
          IntStream.range(0, kept.size())
              .filter(i -> kept.label(i) == wanted)
              .mapToObj(kept::pixels)
              .toArray(float[][]::new);
      if (own.length == 0) {
        throw new InvalidInputException(
            "%s: no image of class %d is among the %d that were drawn: give more (hull:points=)"
                .formatted(training.name(), label, kept.size()));
      }
      hulls.add(SmallHull.of(own));
    }
    return (images, logits) -> squaredDistances(hulls, images, logits);
  }

  private static Tensor squaredDistances(List<SmallHull> hulls, Tensor images, Tensor logits) {
    int count = Math.toIntExact(images.size(0));
    long[] predictions = logits.detach().argmax(1).toLongs();
    double[] pixels = images.detach().toDoubles();
    int d = count == 0 ? 0 : pixels.length / count;
    double[] squared = new double[count];
    double[] slopes = new double[pixels.length];
    for (int i = 0; i < count; i++) {
      double[] image = Arrays.copyOfRange(pixels, i * d, (i + 1) * d);
      SmallHull.Nearest nearest = hulls.get((int) predictions[i]).nearest(image);
      squared[i] = nearest.squaredDistance();
      for (int j = 0; j < d; j++) {
        slopes[i * d + j] = 2 * (image[j] - nearest.point()[j]);
      }
    }
    Tensor values = Tensor.of(squared, count, 1);
    Tensor scores =
        images.isDifferentiable()
            ? Linearised.around(
                images.to(DType.FLOAT64), values, List.of(Tensor.of(slopes, count, d)))
            : values;
    return scores.squeeze(1);
  }
}

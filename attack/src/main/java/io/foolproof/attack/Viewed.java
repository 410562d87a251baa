package io.foolproof.attack;

import io.foolproof.model.Classifier;
import io.foolproof.model.DifferentiableClassifier;
import io.foolproof.model.ForwardingClassifier;
import io.foolproof.model.InputSpec;
import io.foolproof.model.Origin;
import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;
import io.foolproof.transform.Draw;
import io.foolproof.transform.View;
import java.util.stream.IntStream;

/**
 * A classifier behind a camera: it sees each image through a fresh draw of a view, and is
 * randomised for that.
 */
public sealed interface Viewed extends ForwardingClassifier {

  /** How images are seen. */
  View view();

  /** What the draws are of. */
  RandomStream stream();

  /**
   * A classifier that sees images through a view; itself where the view changes nothing.
   *
   * @throws InvalidInputException when it takes no images with rows and columns
   */
  static Classifier of(Classifier model, View view) {
    if (view.equals(View.NONE)) {
      return model;
    }
    requireImages(model, "the view " + view);
    return of(model, view, new RandomStream(0, 0, "view", 0));
  }

  private static Classifier of(Classifier model, View view, RandomStream stream) {
    return model instanceof DifferentiableClassifier differentiable
        ? new WithGradients(differentiable, view, stream)
        : new WithoutGradients(model, view, stream);
  }

  /**
   * Checks that images of a model can be moved.
   *
   * @param what moves them
   * @throws InvalidInputException naming their shape
   */
  static void requireImages(Classifier model, String what) {
    if (model.input().shape().length != 3) {
      throw new InvalidInputException(
          "%s: images with rows and columns [C, H, W] wanted, %s takes %s"
              .formatted(what, model.name(), model.input()));
    }
  }

  /**
   * Images of a box as they are seen.
   *
   * @param images [N, C, H, W]
   * @param box where pixels are; what is darkest in it is what is outside an image
   */
  static Tensor seen(Tensor images, InputSpec box, View view, Draw draw) {
    double span = box.high() - box.low();
    if (box.low() == 0 && span == 1) {
      return view.apply(images, draw);
    }
    Tensor seen = view.apply(images.sub(box.low()).div(span), draw);
    return seen.mul(span).add(box.low()).clamp(box.low(), box.high());
  }

  @Override
  default boolean drawsAtRandom() {
    return true;
  }

  @Override
  default Origin origin() {
    Origin origin = model().origin();
    String knobs = view().settings();
    boolean isPreset = !view().name().equals(knobs);
    String seen = "seen through " + (isPreset ? view() + ": " : "") + knobs;
    String name = origin.name() + " seen through " + (isPreset ? view() : "a camera");
    String before = origin.preprocessing().isEmpty() ? "" : origin.preprocessing() + "; ";
    return new Origin(name, origin.identity(), before + seen, origin.notes());
  }

  @Override
  default Classifier drawing(RandomStream from) {
    return of(model().drawing(from.spawn()), view(), from);
  }

  @Override
  default Tensor logits(Tensor images) {
    Draw draw;
    // Several threads may use a classifier whose random numbers belong to none of them.
    synchronized (stream()) {
      int rows = (int) images.size(0);
      draw = new Draw(IntStream.range(0, rows).mapToObj(row -> stream().spawn()).toList());
    }
    return model().logits(seen(images, input(), view(), draw));
  }

  /** Of a classifier without gradients. */
  record WithoutGradients(Classifier model, View view, RandomStream stream) implements Viewed {}

  /** Of a classifier with gradients. */
  record WithGradients(DifferentiableClassifier model, View view, RandomStream stream)
      implements Viewed, DifferentiableClassifier {}
}

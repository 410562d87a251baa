package io.foolproof.model;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;

/**
 * A classifier whose images are preprocessed before it sees them, so that it takes images with
 * pixels in [0, 1].
 */
public sealed interface Preprocessed extends ForwardingClassifier {

  /** What images become. */
  InputAdapter adapter();

  /**
   * A classifier of images of this shape, with pixels in [0, 1], from one that takes them in
   * another box or order; itself where it takes them as they are.
   *
   * @param model of values in its own box, onto which [0, 1] is mapped
   * @param shape of one image, [C, H, W]
   * @throws io.foolproof.tensor.InvalidInputException when the model does not take such images
   */
  static Classifier forImages(Classifier model, long[] shape) {
    InputSpec input = model.input();
    return forImages(model, shape, Preprocessing.box(input.low(), input.high()));
  }

  /**
   * As {@link #forImages(Classifier, long[])}, of images that become what this preprocessing says.
   */
  static Classifier forImages(Classifier model, long[] shape, Preprocessing preprocessing) {
    if (model instanceof OnnxClassifier onnx && preprocessing.keepsValues()) {
      return onnx.forImages(shape);
    }
    InputAdapter adapter =
        InputAdapter.of(preprocessing, shape, model.input().shape(), model.name());
    if (preprocessing.keepsValues() && !adapter.channelsLast()) {
      return model;
    }
    return model instanceof DifferentiableClassifier differentiable
        ? new WithGradients(differentiable, adapter)
        : new WithoutGradients(model, adapter);
  }

  @Override
  default InputSpec input() {
    return InputSpec.unit(adapter().images());
  }

  @Override
  default Origin origin() {
    Origin origin = model().origin();
    return new Origin(origin.name(), origin.identity(), adapter().text(), origin.notes());
  }

  @Override
  default Tensor logits(Tensor images) {
    input().requireBatch(name(), images);
    return model().logits(adapter().apply(images));
  }

  @Override
  default Classifier drawing(RandomStream from) {
    Classifier drawing = model().drawing(from);
    if (drawing == model()) {
      return this;
    }
    return drawing instanceof DifferentiableClassifier differentiable
        ? new WithGradients(differentiable, adapter())
        : new WithoutGradients(drawing, adapter());
  }

  /** Of a classifier without gradients. */
  record WithoutGradients(Classifier model, InputAdapter adapter) implements Preprocessed {}

  /** Of a classifier with gradients. */
  record WithGradients(DifferentiableClassifier model, InputAdapter adapter)
      implements Preprocessed, DifferentiableClassifier {}
}

package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;

/**
 * Turns images into what a model takes: {@linkplain Preprocessing preprocessed}, in the model's
 * order of values, in the model's shape. Differentiable.
 *
 * @param images the shape of one image, [C, H, W] where it is known
 * @param model the shape of one sample of the model's input
 * @param channelsLast whether the channels of an image go behind its rows and columns
 */
public record InputAdapter(
    Preprocessing preprocessing, long[] images, long[] model, boolean channelsLast) {

  /** Sizes that are usual for channels: grey, colour, and colour with an alpha channel. */
  private static final long MOST_CHANNELS = 4;

  /**
   * The adapter for images of a known shape.
   *
   * @param images the shape of one image
   * @param model of the model's input; negative sizes are open, and become those of the images
   * @param name of the model, for messages
   * @throws InvalidInputException when the model does not take such images in the layout that is
   *     asked for
   */
  static InputAdapter of(Preprocessing preprocessing, long[] images, long[] model, String name) {
    long[] last = channelsLast(images);
    boolean first = preprocessing.layout() != Layout.CHANNELS_LAST && takes(model, images);
    if (!first && (preprocessing.layout() == Layout.CHANNELS_FIRST || !takes(model, last))) {
      throw misfit(preprocessing.layout(), images, model, name);
    }
    preprocessing.requireFits(channels(images), elements(images));
    long[] filled = model.length == images.length ? filled(model, first ? images : last) : model;
    // With one channel both orders are the same.
    boolean moves = !first && !Arrays.equals(dense(images), dense(last));
    return new InputAdapter(preprocessing, images.clone(), filled.clone(), moves);
  }

  /**
   * The adapter where no image is known: the images have the model's own shape, or, where that has
   * its channels last, the shape with the channels first.
   *
   * @param model of the model's input, without open sizes
   */
  static InputAdapter of(Preprocessing preprocessing, long[] model, String name) {
    Layout layout = preprocessing.layout();
    boolean last =
        layout == Layout.CHANNELS_LAST || (layout == Layout.BY_SHAPE && looksChannelsLast(model));
    if (last && model.length != 3) {
      throw new InvalidInputException(
          "%s: the layout is %s, but the input has the shape %s, which does not tell what the channels are: say which shape the images have"
              .formatted(name, layout, Arrays.toString(model)));
    }
    return of(preprocessing, last ? new long[] {model[2], model[0], model[1]} : model, model, name);
  }

  private static boolean looksChannelsLast(long[] model) {
    return model.length == 3 && model[2] <= MOST_CHANNELS && model[0] > MOST_CHANNELS;
  }

  /** The same sizes with the channels last, where there are channels, rows and columns. */
  private static long[] channelsLast(long[] images) {
    return images.length == 3 ? new long[] {images[1], images[2], images[0]} : images;
  }

  /** Whether a model's input holds such images in their order: all in a row, or size by size. */
  private static boolean takes(long[] model, long[] images) {
    if (Arrays.stream(model).anyMatch(size -> size < 0)) {
      return model.length == images.length && Arrays.equals(filled(model, images), images);
    }
    long[] wanted = dense(model);
    return elements(model) == elements(images)
        && (wanted.length <= 1 || Arrays.equals(wanted, dense(images)));
  }

  private static long[] filled(long[] model, long[] images) {
    long[] filled = model.clone();
    for (int i = 0; i < filled.length; i++) {
      filled[i] = filled[i] < 0 ? images[i] : filled[i];
    }
    return filled;
  }

  /** Without sizes of 1, which change nothing about the order of values. */
  private static long[] dense(long[] shape) {
    return Arrays.stream(shape).filter(size -> size != 1).toArray();
  }

  private static long elements(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  private static int channels(long[] images) {
    return images.length == 3 ? (int) images[0] : 0;
  }

  private static InvalidInputException misfit(
      Layout layout, long[] images, long[] model, String name) {
    return new InvalidInputException(
        "%s takes inputs of shape %s, but the images are %s (channels, height, width)%s: give the data that the model was made for"
            .formatted(
                name,
                Arrays.toString(model).replace("-1", "?"),
                Arrays.toString(images),
                layout == Layout.BY_SHAPE ? "" : " and the layout is " + layout));
  }

  /** Whether the model takes images as they are. */
  boolean isIdentity() {
    return preprocessing.keepsValues() && !channelsLast && Arrays.equals(images, model);
  }

  /** What it does, for reports and journals; empty where it does nothing that is worth telling. */
  String text() {
    String text = preprocessing.in(Layout.BY_SHAPE).text();
    String order = channelsLast ? "layout nhwc" : "";
    return text.isEmpty() || order.isEmpty() ? text + order : text + ", " + order;
  }

  /**
   * What the model takes.
   *
   * @param batch [N, shape of an image...]
   * @return [N, shape of the model's input...]
   */
  Tensor apply(Tensor batch) {
    if (isIdentity()) {
      return batch;
    }
    Tensor values = preprocessing.scaled(batch, channels(images));
    if (channelsLast) {
      values = values.permute(0, 2, 3, 1);
    }
    if (Arrays.equals(images, model)) {
      return values;
    }
    long[] shape = new long[model.length + 1];
    shape[0] = batch.size(0);
    System.arraycopy(model, 0, shape, 1, model.length);
    return values.reshape(shape);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputAdapter that
        && preprocessing.equals(that.preprocessing)
        && Arrays.equals(images, that.images)
        && Arrays.equals(model, that.model)
        && channelsLast == that.channelsLast;
  }

  @Override
  public int hashCode() {
    return preprocessing.hashCode() + Arrays.hashCode(model);
  }

  @Override
  public String toString() {
    return Arrays.toString(images) + " as " + Arrays.toString(model) + ", " + text();
  }
}

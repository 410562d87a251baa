package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A classifier of a program's own, written with plain arrays.
 *
 * @param function logits [N][classes] of images [N][values]; never called without images
 */
record PlainClassifier(String name, InputSpec input, int classes, UnaryOperator<float[][]> function)
    implements Classifier {

  PlainClassifier {
    if (classes < 2) {
      throw new InvalidInputException(
          name + ": has " + classes + " classes: a classifier tells 2 or more apart");
    }
  }

  @Override
  public Tensor logits(Tensor images) {
    input.requireBatch(name, images);
    return tensor(
        images, classes, "logits", () -> function.apply(values(images, input.elements())));
  }

  /** The program's own code, which may return anything. */
  @FunctionalInterface
  interface Rows {
    float @Nullable [] @Nullable [] get();
  }

  /**
   * What the program computes for some images, in their type.
   *
   * @param what the rows hold, for messages
   * @throws InvalidInputException when it is not one row of so many values an image
   */
  Tensor tensor(Tensor images, int columns, String what, Rows rows) {
    int count = Math.toIntExact(images.size(0));
    float[][] found = count == 0 ? new float[0][] : checked(rows.get(), count, columns, what);
    return Tensor.ofRows(found, count, columns).to(images.dtype());
  }

  /** The images, in new arrays: the program may change them. */
  static float[][] values(Tensor images, int elements) {
    float[] values = images.detach().toFloats();
    float[][] rows = new float[Math.toIntExact(images.size(0))][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(values, i * elements, (i + 1) * elements);
    }
    return rows;
  }

  private float[][] checked(
      float @Nullable [] @Nullable [] rows, int images, int columns, String what) {
    int found = rows == null ? 0 : rows.length;
    if (rows == null || found != images) {
      throw new InvalidInputException(
          "%s: gives %d rows of %s for %d images: give one row for each image"
              .formatted(name, found, what, images));
    }
    float[][] complete = new float[images][];
    for (int i = 0; i < images; i++) {
      float[] row = rows[i];
      if (row == null || row.length != columns) {
        throw new InvalidInputException(
            "%s: gives %d %s for image %d of a batch, expected %d"
                .formatted(name, row == null ? 0 : row.length, what, i, columns));
      }
      complete[i] = row;
    }
    return complete;
  }
}

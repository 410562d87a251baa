package io.foolproof.model;

import io.foolproof.tensor.InvalidInputException;
import io.foolproof.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A classifier of a program's own, written with plain arrays.
 *
 * @param function logits [N][classes] of images [N][values]
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
    return Tensor.ofRows(rows(images), images.size(0), classes).to(images.dtype());
  }

  float[][] rows(Tensor images) {
    input.requireBatch(name, images);
    float[][] given = values(images, input.elements());
    return checked(function.apply(given), given.length, classes, "logits");
  }

  static float[][] values(Tensor images, int elements) {
    float[] values = images.detach().toFloats();
    float[][] rows = new float[Math.toIntExact(images.size(0))][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(values, i * elements, (i + 1) * elements);
    }
    return rows;
  }

  /** Refuses what is no row of so many numbers for each image. */
  float[][] checked(float[][] rows, int images, int columns, String what) {
    if (rows.length != images) {
      throw new InvalidInputException(
          "%s: gives %d rows of %s for %d images: give one an image"
              .formatted(name, rows.length, what, images));
    }
    for (int i = 0; i < images; i++) {
      if (rows[i].length != columns) {
        throw new InvalidInputException(
            "%s: gives %d %s for image %d of a batch, expected %d"
                .formatted(name, rows[i].length, what, i, columns));
      }
    }
    return rows;
  }
}

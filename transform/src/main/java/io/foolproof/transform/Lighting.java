package io.foolproof.transform;

import io.foolproof.tensor.RandomStream;
import io.foolproof.tensor.Tensor;

/** Light that is not the same everywhere: each image is multiplied by a smooth field. */
public sealed interface Lighting extends Transformation permits UnevenLight, Vignetting {

  /** How much light there is, by the place of a pixel: x and y from -1 to 1. */
  interface Field {
    double at(double x, double y);
  }

  /** One draw. */
  Field field(RandomStream stream);

  @Override
  default Tensor apply(Tensor images, Draw draw) {
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    double[] light = new double[draw.size() * height * width];
    int at = 0;
    for (RandomStream stream : draw.streams()) {
      Field field = field(stream);
      for (int row = 0; row < height; row++) {
        double y = PlaneMap.position(row, height);
        for (int column = 0; column < width; column++) {
          light[at++] = field.at(PlaneMap.position(column, width), y);
        }
      }
    }
    return images.mul(Tensor.of(light, draw.size(), 1, height, width).to(images.dtype()));
  }
}

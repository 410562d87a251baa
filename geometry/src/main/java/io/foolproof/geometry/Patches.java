package io.foolproof.geometry;

import io.foolproof.data.ImageSet;

/** Parts and blocks of images as points; whole numbers stay whole. */
final class Patches {
  private static final double LEVELS = 255.0;

  private Patches() {}

  /** The square of pixels in the centre: {@code [N, C * side * side]}. */
  static PointSet centre(ImageSet images, int side) {
    int top = images.height() / 2 - side / 2;
    int left = images.width() / 2 - side / 2;
    int dimension = images.channels() * side * side;
    int numbers = PointSet.requireFits(images.name(), (long) images.size() * dimension);
    int[] places = new int[dimension];
    for (int k = 0; k < dimension; k++) {
      int channel = k / (side * side);
      int row = top + k / side % side;
      int column = left + k % side;
      places[k] = (channel * images.height() + row) * images.width() + column;
    }
    String name = images.name() + ", centre patch";
    if (images.eightBit()) {
      byte[] patches = new byte[numbers];
      byte[] image = new byte[images.pixels()];
      for (int i = 0; i < images.size(); i++) {
        images.copyLevels(i, image, 0);
        for (int k = 0; k < dimension; k++) {
          patches[i * dimension + k] = image[places[k]];
        }
      }
      return PointSet.ofLevels(name, patches, dimension);
    }
    float[] patches = new float[numbers];
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.pixels(i);
      for (int k = 0; k < dimension; k++) {
        patches[i * dimension + k] = image[places[k]];
      }
    }
    return PointSet.ofFloats(name, patches, dimension);
  }

  /** Means over blocks: {@code [N, C * (H / side) * (W / side)]}, as sums of levels if 8-bit. */
  static PointSet pool(ImageSet images, int side) {
    int rows = images.height() / side;
    int columns = images.width() / side;
    int dimension = images.channels() * rows * columns;
    int numbers = PointSet.requireFits(images.name(), (long) images.size() * dimension);
    int[] block = new int[images.pixels()];
    for (int p = 0; p < block.length; p++) {
      int channel = p / (images.height() * images.width());
      int row = p / images.width() % images.height() / side;
      int column = p % images.width() / side;
      block[p] = (channel * rows + row) * columns + column;
    }
    String name = images.name() + ", pooled";
    if (images.eightBit()) {
      int[] sums = new int[numbers];
      byte[] image = new byte[images.pixels()];
      for (int i = 0; i < images.size(); i++) {
        images.copyLevels(i, image, 0);
        for (int p = 0; p < block.length; p++) {
          sums[i * dimension + block[p]] += image[p] & 0xff;
        }
      }
      return PointSet.ofWholeNumbers(name, sums, dimension, 1 / (LEVELS * side * side));
    }
    double[] means = new double[numbers];
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.pixels(i);
      for (int p = 0; p < block.length; p++) {
        means[i * dimension + block[p]] += (double) image[p] / (side * side);
      }
    }
    return PointSet.ofReals(name, means, dimension);
  }
}

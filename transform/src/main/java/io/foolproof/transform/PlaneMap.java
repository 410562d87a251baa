package io.foolproof.transform;

import io.foolproof.tensor.DType;
import io.foolproof.tensor.Nn;
import io.foolproof.tensor.Tensor;
import java.util.List;

/**
 * A projective map of an image's plane, as a matrix that says where each place of the new image
 * reads the old one: (x, y, 1) becomes (a x + b y + c, d x + e y + f, g x + h y + i), divided by
 * the last. The centres of the outermost pixels are at -1 and 1.
 */
public record PlaneMap(
    double a, double b, double c, double d, double e, double f, double g, double h, double i) {
  /** Leaves everything where it is. */
  public static final PlaneMap IDENTITY = new PlaneMap(1, 0, 0, 0, 1, 0, 0, 0, 1);

  /** Where nothing of an image is. */
  private static final double OUTSIDE = 4;

  /** An affine map: the last row of the matrix is (0, 0, 1). */
  public static PlaneMap affine(double a, double b, double c, double d, double e, double f) {
    return new PlaneMap(a, b, c, d, e, f, 0, 0, 1);
  }

  /** Turns what is seen counter-clockwise about the middle. */
  public static PlaneMap rotation(double radians, int height, int width) {
    double cos = Math.cos(radians);
    double sin = Math.sin(radians);
    double aspect = half(height) / half(width);
    return affine(cos, -sin * aspect, 0, sin / aspect, cos, 0);
  }

  /** Makes what is seen larger, by a factor over 0. */
  public static PlaneMap scaling(double factor) {
    return affine(1 / factor, 0, 0, 0, 1 / factor, 0);
  }

  /** Moves what is seen, by pixels. */
  public static PlaneMap shift(double right, double down, int height, int width) {
    return affine(1, 0, -right / half(width), 0, 1, -down / half(height));
  }

  /** From the middle of an image to the centres of its outermost pixels, in pixels. */
  static double half(int size) {
    return Math.max((size - 1) / 2.0, 0.5);
  }

  /** This map of an image, and then another of what it gave. */
  public PlaneMap then(PlaneMap next) {
    return new PlaneMap(
        a * next.a + b * next.d + c * next.g,
        a * next.b + b * next.e + c * next.h,
        a * next.c + b * next.f + c * next.i,
        d * next.a + e * next.d + f * next.g,
        d * next.b + e * next.e + f * next.h,
        d * next.c + e * next.f + f * next.i,
        g * next.a + h * next.d + i * next.g,
        g * next.b + h * next.e + i * next.h,
        g * next.c + h * next.f + i * next.i);
  }

  /** The way back, of a map that can be undone. */
  public PlaneMap inverse() {
    double determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
    return new PlaneMap(
        (e * i - f * h) / determinant,
        (c * h - b * i) / determinant,
        (b * f - c * e) / determinant,
        (f * g - d * i) / determinant,
        (a * i - c * g) / determinant,
        (c * d - a * f) / determinant,
        (d * h - e * g) / determinant,
        (b * g - a * h) / determinant,
        (a * e - b * d) / determinant);
  }

  /**
   * Images as maps show them, read bilinearly, with zeros outside.
   *
   * @param images [N, C, H, W]
   * @param maps one for each image
   */
  public static Tensor resample(Tensor images, List<PlaneMap> maps) {
    int height = (int) images.size(2);
    int width = (int) images.size(3);
    return Nn.gridSample(images, grid(maps, height, width, images.dtype()));
  }

  /** Where new images of this size read: [N, H, W, 2], x and y. */
  public static Tensor grid(List<PlaneMap> maps, int height, int width, DType dtype) {
    double[] places = new double[maps.size() * height * width * 2];
    int at = 0;
    for (PlaneMap map : maps) {
      map.fill(places, at, height, width);
      at += height * width * 2;
    }
    return Tensor.of(places, maps.size(), height, width, 2).to(dtype);
  }

  private void fill(double[] places, int from, int height, int width) {
    boolean isAffine = g == 0 && h == 0 && i == 1;
    int at = from;
    for (int row = 0; row < height; row++) {
      double y = position(row, height);
      for (int column = 0; column < width; column++) {
        double x = position(column, width);
        double right = a * x + b * y + c;
        double down = d * x + e * y + f;
        double depth = isAffine ? 1 : g * x + h * y + i;
        places[at++] = depth > 0 ? right / depth : OUTSIDE;
        places[at++] = depth > 0 ? down / depth : OUTSIDE;
      }
    }
  }

  /** The centre of a pixel, from -1 to 1. */
  static double position(int pixel, int size) {
    return size == 1 ? 0 : 2.0 * pixel / (size - 1) - 1;
  }
}
